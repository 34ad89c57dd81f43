"""What a tenant asked: conversations, generated SQL, confirmed examples, and query templates."""

from __future__ import annotations

from django.db import models

from analytics_platform.kernel.ids import uuid7


class Conversation(models.Model):
    """Questions that build on each other. `choices` holds answers to clarifications, `pending_question` what still needs one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    data_source_id = models.UUIDField(db_index=True)
    choices = models.JSONField(default=dict, blank=True)
    pending_question = models.TextField(blank=True, default="")
    created_by = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.id)


class Generation(models.Model):
    """One question, and the SQL or the refusal it got."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="generations")
    data_source_id = models.UUIDField(db_index=True)
    question = models.TextField()
    reading = models.TextField(blank=True, default="", help_text="The question as it was read: a follow-up with what it follows.")
    sql = models.TextField(blank=True, default="")
    dialect = models.CharField(max_length=20, blank=True, default="")
    explanation = models.TextField(blank=True, default="")
    confidence = models.FloatField(default=0)
    tables = models.JSONField(default=list, blank=True)
    columns = models.JSONField(default=list, blank=True)
    assumptions = models.JSONField(default=list, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    engine = models.CharField(max_length=20, blank=True, default="")
    model = models.CharField(max_length=200, blank=True, default="")
    cached = models.BooleanField(default=False)
    duration_ms = models.PositiveIntegerField(default=0)
    schema_version = models.PositiveIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, db_index=True, blank=True, default="")
    rights = models.JSONField(
        default=list, blank=True, help_text="Under whose rights at the source it was written: it may hold values they see."
    )
    private = models.BooleanField(default=False, help_text="Whether the source was private then, so that it holds no value of it.")
    error_code = models.CharField(max_length=60, blank=True, default="")
    rating = models.SmallIntegerField(null=True, blank=True)
    comment = models.TextField(blank=True, default="")
    created_by = models.UUIDField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="querygen_newest_first")]

    def __str__(self) -> str:
        return self.question[:80]


class Example(models.Model):
    """A question with SQL that a person confirmed or corrected."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    data_source_id = models.UUIDField(db_index=True)
    question = models.TextField()
    sql = models.TextField()
    rights = models.JSONField(default=list, blank=True, help_text="Under whose rights at the source it was confirmed.")
    generation_id = models.UUIDField(unique=True, null=True, blank=True)
    created_by = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.question[:80]


class Template(models.Model):
    """Named SQL with typed parameters."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True, default="")
    data_source_id = models.UUIDField(db_index=True)
    sql = models.TextField()
    parameters = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name

"""What execution remembers: each run with its result, and which SQL was generated."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from analytics_platform.kernel.ids import uuid7

STATES = ("queued", "running", "completed", "failed", "cancelled", "timed_out")


class Execution(models.Model):
    """One run of one statement. Rows are in `rows` (Arrow, small results), in the blob (Parquet), or with the run it was answered from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    status = models.CharField(max_length=10, choices=[(state, state) for state in STATES], default="queued")
    mode = models.CharField(max_length=5, default="sync")
    data_source_id = models.UUIDField(null=True)
    data_source_ids = ArrayField(models.UUIDField(), default=list, help_text="Where it runs over several sources side by side.")
    canonical = models.CharField(max_length=63, default="", help_text="The canonical schema that its SQL is over, if it is.")
    incomplete = models.JSONField(default=list, help_text="Sources that gave nothing, and why.")
    file_ids = ArrayField(models.UUIDField(), default=list)
    query_id = models.UUIDField(null=True)
    user_id = models.UUIDField()
    sql = models.TextField()
    dialect = models.CharField(max_length=20)
    request = models.JSONField(default=dict, help_text="What a worker needs to run it: parameters and limits. Emptied when it has ended.")
    tables = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    policy_fingerprint = models.JSONField(default=list)
    restricted = models.BooleanField(default=False, help_text="Whether a policy may have kept something back.")

    source_query_id = models.CharField(max_length=100, default="")
    worker = models.CharField(max_length=100, default="")
    job_id = models.UUIDField(null=True)

    columns = models.JSONField(default=list)
    rows = models.BinaryField(null=True)
    blob = models.JSONField(null=True)
    result_of = models.UUIDField(null=True, help_text="The run whose rows this one was answered with, from the cache.")
    row_count = models.BigIntegerField(null=True)
    truncated = models.BooleanField(default=False)
    size_bytes = models.BigIntegerField(default=0)
    cached = models.BooleanField(default=False)
    cached_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=60, default="")
    error_message = models.TextField(default="")

    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    duration_ms = models.FloatField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("user_id", "-id"), name="execution_by_user"),
            models.Index(fields=("data_source_id", "-id"), name="execution_by_source"),
            GinIndex(fields=("file_ids",), name="execution_by_file"),
            GinIndex(fields=("data_source_ids",), name="execution_by_sources"),
        )

    def __str__(self) -> str:
        return f"{self.status} {self.id}"


class GeneratedQuery(models.Model):
    """SQL that the platform wrote for a question: whoever may ask may run it, exactly as it was written."""

    query_id = models.UUIDField(primary_key=True)
    data_source_id = models.UUIDField()
    data_source_ids = models.JSONField(default=list)
    sql_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "generated queries"

    def __str__(self) -> str:
        return str(self.query_id)

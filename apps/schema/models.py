"""What is known of sources: each version of their structure, the figures of the newest one, and what people say."""

from __future__ import annotations

from django.db import models

from analytics_platform.kernel.ids import uuid7


class Source(models.Model):
    """A source that was read. `revision` grows with everything that an answer depends on, so caches key on it."""

    data_source_id = models.UUIDField(primary_key=True)
    version = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    dialect = models.CharField(max_length=20)
    file_ids = models.JSONField(default=list)
    row_counts = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    shows_values = models.BooleanField(default=True)
    read_at = models.DateTimeField()
    profiled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-read_at",)

    def __str__(self) -> str:
        return f"{self.data_source_id} v{self.version}"


class Version(models.Model):
    """A source's structure from one change to the next. Never altered."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    data_source_id = models.UUIDField()
    version = models.PositiveIntegerField()
    dialect = models.CharField(max_length=20)
    default_schema = models.CharField(max_length=255, blank=True)
    tables = models.TextField()  # JSON text: pydantic reads and writes it many times faster than jsonb travels
    fingerprint = models.CharField(max_length=64)
    table_count = models.PositiveIntegerField()
    column_count = models.PositiveIntegerField()
    added = models.JSONField(default=list)
    removed = models.JSONField(default=list)
    altered = models.JSONField(default=list)
    introspected_at = models.DateTimeField()

    class Meta:
        ordering = ("data_source_id", "-version")
        constraints = (models.UniqueConstraint(fields=("data_source_id", "version"), name="schema_version_once"),)

    def __str__(self) -> str:
        return f"{self.data_source_id} v{self.version}"


class Annotation(models.Model):
    """What people say of a table (`column` empty) or of a column, by name, so that it survives refreshes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    data_source_id = models.UUIDField()
    schema_name = models.CharField(max_length=255, blank=True)
    table = models.CharField(max_length=255)
    column = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    synonyms = models.JSONField(default=list)
    hidden = models.BooleanField(default=False)
    pii = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.UUIDField(null=True)

    class Meta:
        ordering = ("data_source_id", "schema_name", "table", "column")
        constraints = (models.UniqueConstraint(fields=("data_source_id", "schema_name", "table", "column"), name="schema_annotation_once"),)

    def __str__(self) -> str:
        return f"{self.table}.{self.column}" if self.column else self.table


class ColumnValues(models.Model):
    """The distinct values of a text column that has few: what the value index is made of."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    data_source_id = models.UUIDField(db_index=True)
    schema_name = models.CharField(max_length=255, blank=True)
    table = models.CharField(max_length=255)
    column = models.CharField(max_length=255)
    values = models.JSONField()

    class Meta:
        ordering = ("data_source_id", "schema_name", "table", "column")

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"

"""What is kept of an uploaded file: where its bytes are, how it was read, and the table that came of it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from analytics_platform.kernel.declare import BlobRef
from analytics_platform.kernel.ids import uuid7
from apps.files.contract import BadRow, File, FileColumn, FileError, FileTable, ParseOptions


class Status(models.TextChoices):
    """uploaded → processing → ready or failed; ready → processing when it is parsed again."""

    UPLOADED = "uploaded"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class UploadedFile(models.Model):
    """One file of a tenant. `version` grows with each parse that succeeded; `table` is the Parquet of the newest."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=255)
    table_name = models.CharField(max_length=63, unique=True)
    content_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    original = models.JSONField()
    status = models.CharField(max_length=12, choices=Status, default=Status.UPLOADED)
    version = models.IntegerField(default=0)
    table = models.JSONField(null=True)
    columns = models.JSONField(default=list)
    row_count = models.BigIntegerField(null=True)
    found = models.JSONField(default=dict)
    bad_row_count = models.BigIntegerField(default=0)
    bad_rows = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    error = models.JSONField(null=True)
    job_id = models.UUIDField(null=True)
    restricted_by = ArrayField(models.UUIDField(), default=list, help_text="The data sources that hold it under restrictions.")
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    processed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "files_file"
        verbose_name = "file"
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["-created_at"], name="files_newest"), models.Index(fields=["status"], name="files_status")]

    def __str__(self) -> str:
        return self.name

    @property
    def blobs(self) -> list[BlobRef]:
        """All that is stored for it."""
        return [BlobRef.model_validate(ref) for ref in (self.original, self.table) if ref is not None]


# What a parse found out beside the columns; kept as one field, as nothing asks for a part of it.
FOUND = ("format", "compression", "encoding", "delimiter", "header", "sheet", "sheets")


def file_of(row: UploadedFile) -> File:
    """The row as other apps and clients see it."""
    found: dict[str, Any] = {name: row.found[name] for name in FOUND if row.found.get(name) is not None}
    return File(
        id=row.id,
        name=row.name,
        size=row.size_bytes,
        content_type=row.content_type,
        sha256=row.sha256,
        status=row.status,
        table_name=row.table_name,
        version=row.version,
        restricted=bool(row.restricted_by),
        columns=[FileColumn(**column) for column in row.columns],
        row_count=row.row_count,
        bad_row_count=row.bad_row_count,
        bad_rows=[BadRow(line=bad["line"], reason=bad["reason"]) for bad in row.bad_rows],
        options=ParseOptions(**row.options),
        error=None if row.error is None else FileError(**row.error),
        job_id=row.job_id,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        processed_at=row.processed_at,
        **found,
    )


def table_of(row: UploadedFile) -> FileTable:
    """A row with a table, as a table."""
    return FileTable(
        file_id=row.id,
        table_name=row.table_name,
        version=row.version,
        columns=[FileColumn(**column) for column in row.columns],
        row_count=row.row_count or 0,
        blob=BlobRef.model_validate(row.table),
    )

"""The use cases of files. The way of a file: upload → parse (a job, apps/files/tasks.py) → FileProcessed or FileFailed; see docs/files.md."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from analytics_platform.kernel import blobs
from analytics_platform.kernel.context import principal_or_none
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import BlobRef, Page
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.jobs import cancel, enqueue
from apps.files import tasks
from apps.files.contract import (
    BadRow,
    File,
    FileBusy,
    FileDeleted,
    FileNotFound,
    FileNotReady,
    FileOriginal,
    Files,
    FileStatus,
    FileTable,
    FileUploaded,
    ParseOptions,
    ProcessingJob,
)
from apps.files.labels import label_of, media_type_of, table_name_of
from apps.files.models import Status, UploadedFile, file_of, table_of
from apps.files.parsing.formats import check_name
from apps.files.parsing.limits import Refused
from apps.files.parsing.names import unique_name
from apps.files.refusals import problem_of

_ORDERINGS = {"name": "name", "size": "size_bytes", "created_at": "created_at", "updated_at": "updated_at"}
_NAMING_ATTEMPTS = 20


class FilesService(Files):
    """Files of the tenant in force."""

    def upload(self, *, blob: BlobRef, name: str, content_type: str) -> File:
        """Compensation: where the row cannot be written, the stored bytes go too."""
        label = label_of(name)
        try:
            check_name(label)
            return self._registered(blob, label)
        except BaseException as error:
            blobs.delete(blob)
            if isinstance(error, Refused):
                raise problem_of(error) from error
            raise

    def _registered(self, blob: BlobRef, label: str) -> File:
        """A row under a table name that nobody has; another upload may take the same one meanwhile."""
        for attempt in range(_NAMING_ATTEMPTS):
            try:
                return self._registered_as(blob, label, _free_table_name(label))
            except IntegrityError:
                if attempt == _NAMING_ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def _registered_as(self, blob: BlobRef, label: str, table_name: str) -> File:
        principal = principal_or_none()
        with transaction_for("files"):
            row = UploadedFile.objects.create(
                name=label,
                table_name=table_name,
                content_type=media_type_of(label),
                size_bytes=blob.size_bytes,
                sha256=blob.sha256,
                original=blob.model_dump(mode="json"),
                created_by=None if principal is None else principal.user_id,
            )
            publish(
                FileUploaded(file_id=row.id, name=label, table_name=table_name, size_bytes=blob.size_bytes, content_type=row.content_type)
            )
            row.job_id = enqueue(tasks.parse, file_id=row.id)
            row.save(update_fields=["job_id"])
            return file_of(row)

    def get(self, *, file_id: UUID) -> File:
        """One row."""
        return file_of(_row(file_id))

    def get_many(self, *, file_ids: list[UUID]) -> list[File]:
        """One query."""
        rows = UploadedFile.objects.in_bulk(file_ids)
        return [file_of(rows[file_id]) for file_id in file_ids if file_id in rows]

    def find(
        self, *, search: str = "", status: FileStatus | None = None, ordering: str = "-created_at", page: int = 1, page_size: int = 50
    ) -> Page[File]:
        """A count and a page."""
        rows = UploadedFile.objects.all()
        if search:
            rows = rows.filter(Q(name__icontains=search) | Q(table_name__icontains=search))
        if status is not None:
            rows = rows.filter(status=status)
        field = _ORDERINGS[ordering.removeprefix("-")]
        rows = rows.order_by(f"-{field}" if ordering.startswith("-") else field, "id")
        start = (page - 1) * page_size
        return Page(count=rows.count(), results=[file_of(row) for row in rows[start : start + page_size]])

    def tables(self, *, file_ids: list[UUID]) -> list[FileTable]:
        """One query. A file that is being parsed again still answers with the table it had."""
        rows = UploadedFile.objects.in_bulk(file_ids)
        for file_id in file_ids:
            if file_id not in rows:
                raise FileNotFound
            if rows[file_id].table is None:
                raise _not_ready(rows[file_id])
        return [table_of(rows[file_id]) for file_id in file_ids]

    def bad_rows(self, *, file_id: UUID) -> list[BadRow]:
        """As they were found when the file was parsed."""
        return [BadRow(**bad) for bad in _row(file_id).bad_rows]

    def original(self, *, file_id: UUID) -> FileOriginal:
        """A reference; the bytes stay where they are."""
        row = _row(file_id)
        return FileOriginal(
            name=row.name,
            table_name=row.table_name,
            content_type=row.content_type,
            size_bytes=row.size_bytes,
            blob=BlobRef.model_validate(row.original),
        )

    def process(self, *, file_id: UUID, options: ParseOptions | None = None) -> ProcessingJob:
        """A new job; the table that is there answers until it has ended."""
        with transaction_for("files"):
            row = _row(file_id, for_update=True)
            if row.status in (Status.UPLOADED, Status.PROCESSING):
                raise FileBusy
            row.options = {} if options is None else options.model_dump(exclude_none=True)
            row.status = Status.PROCESSING
            row.job_id = enqueue(tasks.parse, file_id=row.id)
            row.save(update_fields=["options", "status", "job_id", "updated_at"])
            return ProcessingJob(job_id=row.job_id, file_id=row.id, status="processing")

    def delete(self, *, file_id: UUID) -> None:
        """The bytes go at once, and by a job where this process dies in between."""
        with transaction_for("files"):
            row = _row(file_id, for_update=True)
            stored = row.blobs
            if row.job_id is not None and row.status in (Status.UPLOADED, Status.PROCESSING):
                cancel(row.job_id, app="files")
            enqueue(tasks.remove_blobs, due_at=timezone.now() + timedelta(minutes=1), keys=[ref.key for ref in stored])
            publish(FileDeleted(file_id=row.id, name=row.name, table_name=row.table_name))
            row.delete()
        for ref in stored:
            blobs.delete(ref)


def _row(file_id: UUID, *, for_update: bool = False) -> UploadedFile:
    """Raises FileNotFound."""
    rows = UploadedFile.objects.select_for_update() if for_update else UploadedFile.objects.all()
    row = rows.filter(id=file_id).first()
    if row is None:
        raise FileNotFound
    return row


def _not_ready(row: UploadedFile) -> FileNotReady:
    if row.status == Status.FAILED and row.error is not None:
        return FileNotReady(f"The file {row.name} could not be read: {row.error['message']}")
    return FileNotReady(f"The file {row.name} is still being processed.")


def _free_table_name(label: str) -> str:
    """The table name of this label, with a number where it is taken."""
    name = table_name_of(label)
    taken = set(UploadedFile.objects.filter(table_name__startswith=name).values_list("table_name", flat=True))
    return unique_name(name, taken)

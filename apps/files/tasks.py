"""Work of files that is done apart from requests: parsing, and removing what nobody needs any more."""

from __future__ import annotations

import dataclasses
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from analytics_platform.kernel import blobs
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import BlobRef, Problem
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.jobs import RunningJob, enqueue, job
from apps.files.contract import FileFailed, FileProcessed
from apps.files.models import FOUND, Status, UploadedFile
from apps.files.parsing.limits import ParseLimits, Refused
from apps.files.parsing.process import parse_file
from apps.files.parsing.result import Options, Parsed
from apps.files.refusals import problem_of

_LIMITS = ParseLimits()
_TIME_LIMIT_S = 2 * _LIMITS.wall_s
_ABANDONED_AFTER = timedelta(days=1)
_OLD_TABLE_KEPT = timedelta(minutes=15)


def _failed(*, error: Problem, file_id: UUID) -> None:
    """Compensation: a file whose parse has ended badly, also with its worker, says so; the table it had before stays."""
    with transaction_for("files"):
        row = UploadedFile.objects.select_for_update().filter(id=file_id).first()
        if row is None or row.status not in (Status.UPLOADED, Status.PROCESSING):
            return
        row.error = {"code": error.code, "message": error.detail}
        row.status = Status.FAILED if row.table is None else Status.READY
        row.processed_at = timezone.now()
        row.save(update_fields=["error", "status", "processed_at", "updated_at"])
        publish(
            FileFailed(
                file_id=row.id,
                name=row.name,
                table_name=row.table_name,
                code=error.code,
                message=error.detail,
                still_ready=row.table is not None,
            )
        )


@job(kind="files.parse", time_limit_s=_TIME_LIMIT_S, attempts=2, as_actor=False, on_failed=_failed)
def parse(*, job: RunningJob, file_id: UUID) -> None:
    """Read the file into a new Parquet and make it the file's table, if it is still there. `GET /files/{id}` alone tells what was found, and to whom it may."""
    with transaction_for("files"):
        row = UploadedFile.objects.select_for_update().filter(id=file_id).first()
        if row is None:
            return
        row.status = Status.PROCESSING
        row.save(update_fields=["status", "updated_at"])
    parsed, table = _parsed(row, job)
    try:
        _finish(file_id, parsed, table)
    except BaseException:
        blobs.delete(table)  # compensation: nobody else knows of it yet
        raise


def _parsed(row: UploadedFile, job: RunningJob) -> tuple[Parsed, BlobRef]:
    """Parse in the child process, and store what it wrote. Raises the contract's problems."""
    with tempfile.TemporaryDirectory(prefix="parsing-", dir=blobs.incoming_dir()) as folder:
        target = Path(folder) / "table.parquet"
        try:
            source = blobs.local_path(BlobRef.model_validate(row.original))
            parsed = parse_file(source, target, name=row.name, options=Options(**row.options), limits=_LIMITS, on_wait=job.check)
        except Refused as refused:
            raise problem_of(refused) from refused
        return parsed, blobs.store_file(target, purpose="tables", format="parquet")


def _finish(file_id: UUID, parsed: Parsed, table: BlobRef) -> None:
    with transaction_for("files"):
        row = UploadedFile.objects.select_for_update().filter(id=file_id).first()
        if row is None:
            blobs.delete(table)
            return
        if row.table is not None:  # a query may be reading it just now
            enqueue(remove_blobs, due_at=timezone.now() + _OLD_TABLE_KEPT, keys=[row.table["key"]])
        found = dataclasses.asdict(parsed)
        row.columns, row.row_count = found["columns"], parsed.row_count
        row.bad_rows, row.bad_row_count = found["bad_rows"], parsed.bad_row_count
        row.found = {name: found[name] for name in FOUND}
        row.table = table.model_dump(mode="json")
        row.version += 1
        row.status, row.error, row.processed_at = Status.READY, None, timezone.now()
        row.save()
        publish(
            FileProcessed(
                file_id=row.id,
                name=row.name,
                table_name=row.table_name,
                file_version=row.version,
                format=parsed.format,
                row_count=parsed.row_count,
                column_count=len(parsed.columns),
                bad_row_count=parsed.bad_row_count,
            )
        )


@job(kind="files.sweep", every_s=3600, as_actor=False)
def sweep(*, job: RunningJob) -> None:
    """Remove half-written files of processes that were killed."""
    blobs.remove_abandoned(than=_ABANDONED_AFTER)


@job(kind="files.remove_blobs", attempts=5, as_actor=False)
def remove_blobs(*, job: RunningJob, keys: list[str]) -> None:
    """Remove stored objects; those that are gone already are no error."""
    for key in keys:
        blobs.delete(key)

"""Files as people look at them: the first rows and the original bytes, both under the policies of every source that holds the file."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.kernel import blobs
from analytics_platform.kernel.context import current_principal
from analytics_platform.sql.rights import EVERY_TABLE
from apps.datasources.contract import Connection, data_sources
from apps.execution.cells import rows_of
from apps.execution.contract import ByteStream, FilePreview, FileRestricted
from apps.execution.opening import authorise
from apps.execution.outcome import run_opened
from apps.execution.reaching import sources
from apps.execution.results import columns_of
from apps.files.contract import FileColumn, files

TIMEOUT_S = 10.0


def preview(file_id: UUID, *, rows: int) -> FilePreview:
    """Read like any statement over the file. Raises FileNotFound, FileNotReady, and what the policies refuse."""
    opened = authorise(data_source_id=None, file_ids=[file_id], sql=None, parameters=None, max_rows=rows)
    with sources().session(opened.target()) as session:
        outcome = run_opened(session, opened, timeout_s=TIMEOUT_S)
    table = opened.file_tables[0]
    columns = columns_of(outcome.table.schema)
    labels = {column.name: column.label for column in table.columns}
    return FilePreview(
        file_id=file_id,
        table_name=table.table_name,
        columns=[FileColumn(name=column.name, type=column.type, label=labels[column.name]) for column in columns],
        rows=rows_of(outcome.table, columns),
        row_count=None if opened.is_restricted else table.row_count,
        truncated=outcome.truncated,
        restricted=opened.is_restricted,
        bad_rows=[] if opened.is_restricted else files.bad_rows(file_id=file_id),
    )


def download(file_id: UUID) -> ByteStream:
    """The original, for those from whom nothing of it is kept back. Raises FileNotFound, FileRestricted."""
    original = files.original(file_id=file_id)
    holders = data_sources.connections_holding(file_ids=[file_id])
    if any(_restricts(holder, original.table_name) for holder in holders):
        raise FileRestricted
    return ByteStream(
        content_type=original.content_type, filename=original.name, chunks=blobs.chunks(original.blob), size_bytes=original.size_bytes
    )


def _restricts(holder: Connection, table_name: str) -> bool:
    """Judged by name alone, so that a file that cannot be read as a table is held back too."""
    rights = holder.rights_of(current_principal())
    speaking = [rule for rule in rights.rules if rule.table.rpartition(".")[2].casefold() in (EVERY_TABLE, table_name.casefold())]
    return (rights.is_closed and not speaking) or not all(rule.only_grants for rule in speaking)

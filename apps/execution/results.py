"""Where rows rest: a few as Arrow in the run's own row, many as Parquet in shared storage; pages and streams read from there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from analytics_platform.kernel import blobs
from analytics_platform.kernel.declare import BlobRef
from apps.execution.contract import ResultColumn, ResultExpired
from apps.execution.encoding import Batches

if TYPE_CHECKING:
    import pyarrow as pa

INLINE_ROWS = 1_000
INLINE_BYTES = 1_000_000
KEPT_FOR = timedelta(days=7)
PURPOSE = "results"
ROW_GROUP = 10_000


@dataclass(frozen=True, kw_only=True)
class StoredRows:
    """Rows at rest: one of the two is set."""

    rows: bytes | None
    blob: BlobRef | None
    size_bytes: int


def columns_of(schema: pa.Schema) -> list[ResultColumn]:
    """Names and types as the API has them."""
    from analytics_platform.sources.logical_types import of_field

    return [ResultColumn(name=field.name, type=of_field(field)) for field in schema]


def store(table: pa.Table) -> StoredRows:
    """Puts rows where they belong by their number and size."""
    if table.num_rows <= INLINE_ROWS and table.nbytes <= INLINE_BYTES:
        rows = _to_arrow(table)
        return StoredRows(rows=rows, blob=None, size_bytes=len(rows))
    import pyarrow.parquet as pq

    with blobs.writing(purpose=PURPOSE, format="parquet", expires_at=datetime.now(UTC) + KEPT_FOR) as out:
        sink = _Appending(out)
        pq.write_table(_indexed(table), sink, compression="zstd", row_group_size=ROW_GROUP)
    return StoredRows(rows=None, blob=out.ref, size_bytes=out.ref.size_bytes)


def table_of(stored: StoredRows) -> pa.Table:
    """All of the rows: for few."""
    import pyarrow as pa

    if stored.rows is None:
        raise ResultExpired
    options = pa.ipc.IpcReadOptions(use_threads=False)  # so few that handing them over takes longer than reading them
    return pa.ipc.open_stream(pa.py_buffer(stored.rows), options=options).read_all()


def page_of(stored: StoredRows, *, offset: int, count: int) -> pa.Table:
    """`count` rows from `offset`; of a large result only the row groups that hold them are read. Raises ResultExpired."""
    if stored.blob is None:
        return table_of(stored).slice(offset, count)
    import pyarrow.parquet as pq

    file = pq.ParquetFile(_local(stored.blob))
    first, last = offset // ROW_GROUP, (offset + count - 1) // ROW_GROUP
    groups = [group for group in range(first, last + 1) if group < file.num_row_groups]
    if not groups:
        return _named(file.schema_arrow.empty_table())
    found: pa.Table = file.read_row_groups(groups)
    return _named(found.slice(offset - first * ROW_GROUP, count))


def stream_of(stored: StoredRows, columns: list[ResultColumn], *, truncated: bool) -> Batches:
    """All rows in batches, a row group at a time. Raises ResultExpired."""
    if stored.blob is None:
        table = table_of(stored)
        return Batches(table.schema, columns, table.to_batches(ROW_GROUP), is_truncated=truncated)
    import pyarrow.parquet as pq

    file = pq.ParquetFile(_local(stored.blob))
    schema = _named(file.schema_arrow.empty_table()).schema

    def batches() -> Iterator[pa.RecordBatch]:
        for group in range(file.num_row_groups):
            yield from _named(file.read_row_group(group)).to_batches()

    return Batches(schema, columns, batches(), is_truncated=truncated)


def _to_arrow(table: pa.Table) -> bytes:
    import pyarrow as pa

    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _indexed(table: pa.Table) -> pa.Table:
    """Columns named by place, as two may have one name, which Parquet refuses to read back; the names rest in the fields' metadata."""
    import pyarrow as pa

    fields = [
        pa.field(str(i), field.type, metadata={**(field.metadata or {}), b"name": field.name.encode()})
        for i, field in enumerate(table.schema)
    ]
    return pa.Table.from_arrays(table.columns, schema=pa.schema(fields))


def _named(table: pa.Table) -> pa.Table:
    import pyarrow as pa

    fields = []
    for field in table.schema:
        metadata = {key: value for key, value in (field.metadata or {}).items() if key in (b"logical_type",)}
        fields.append(pa.field((field.metadata or {})[b"name"].decode(), field.type, metadata=metadata or None))
    return pa.Table.from_arrays(table.columns, schema=pa.schema(fields))


def _local(blob: BlobRef) -> Any:
    try:
        return blobs.local_path(blob)
    except blobs.BlobNotFound as gone:
        raise ResultExpired from gone


class _Appending(io.RawIOBase):
    """A blob's writer as Parquet's writer wants a file to be."""

    def __init__(self, out: blobs.BlobWriter) -> None:
        super().__init__()
        self._out = out
        self._at = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._out.write(piece)
        self._at += len(piece)
        return len(piece)

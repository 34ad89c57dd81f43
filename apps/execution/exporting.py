"""Results as files: stored ones read while they are sent, and exports that are sent while the source still produces them."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from django.conf import settings

from analytics_platform.kernel.declare import Problem
from analytics_platform.sources.problems import QueryCancelled
from apps.execution import records
from apps.execution.canonical import in_canonical_types
from apps.execution.changed_sources import explained
from apps.execution.contract import ByteStream, ResultColumn, ResultFormat, TooManyQueries
from apps.execution.encoding import CONTENT_TYPES, Batches, encode
from apps.execution.models import Execution
from apps.execution.monitor import MONITOR
from apps.execution.opening import Opened
from apps.execution.outcome import speaking_of_nothing_hidden
from apps.execution.reaching import sources
from apps.execution.results import StoredRows, columns_of, stream_of

if TYPE_CHECKING:
    import pyarrow as pa

    from analytics_platform.sources.connector import Result

MOST_ROWS = 1_000_000
TIMEOUT_S = 600.0
_free = threading.BoundedSemaphore(max(2, settings.WEB_THREADS // 4))


def stored_stream(row: Execution, format: ResultFormat, *, raw: bool) -> ByteStream:
    """All rows of a completed run. Raises ResultExpired."""
    columns = [ResultColumn.model_validate(column) for column in row.columns]
    rows = stream_of(records.stored_rows(row), columns, truncated=row.truncated)
    return _stream(f"result-{row.id}", format, encode(rows, format, raw=raw))


def live_stream(opened: Opened, format: ResultFormat, *, raw: bool) -> ByteStream:
    """Runs a statement and encodes its rows as they come. What is wrong with the statement is raised here, before the first byte."""
    row = records.draft(opened, mode="sync", query_id=None)
    with ExitStack() as stack:
        if not _free.acquire(blocking=False):
            raise TooManyQueries("Too many exports are running. Try again in a moment.", retry_after_s=10)
        stack.callback(_free.release)
        try:
            session = stack.enter_context(sources().session(opened.target()))
            records.start(row, source_query_id=session.source_query_id)
            records.begin(row)
            run = MONITOR.watch(row.id, session.interrupt)
            stack.callback(MONITOR.forget, run)
            with speaking_of_nothing_hidden(opened.is_restricted):
                result = stack.enter_context(session.query_many(opened.prepared.sql, opened.prepared.parameters, timeout_s=TIMEOUT_S))
        except Problem as problem:
            reason = explained(opened, problem)
            records.fail(row, reason)
            raise reason from problem
        held = stack.pop_all()
    chunks = _live(row, opened, result, held, format, raw=raw)
    return _stream(f"export-{row.id}", format, _Begun(chunks))


class _Begun(Iterator[bytes]):
    """Chunks of which the first is made already, so that closing them ends the run even where nobody has read any."""

    def __init__(self, chunks: Generator[bytes, None, None]) -> None:
        self._chunks = chunks
        self._first: bytes | None = next(chunks, b"")

    def __next__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._chunks)

    def close(self) -> None:
        """Nobody reads on."""
        self._chunks.close()


def _live(
    row: Execution, opened: Opened, result: Result, held: ExitStack, format: ResultFormat, *, raw: bool
) -> Generator[bytes, None, None]:
    started = time.perf_counter()
    schema = _in_form(opened, result.schema.empty_table()).schema
    columns = columns_of(schema)
    rows = Batches(schema, columns, ())
    rows.batches = _batches(opened, _at_most(result, rows, opened.prepared.max_rows))
    size_bytes = 0
    try:
        with held, speaking_of_nothing_hidden(opened.is_restricted):
            for chunk in encode(rows, format, raw=raw):
                size_bytes += len(chunk)
                yield chunk
    except Problem as problem:
        reason = explained(opened, problem)
        records.fail(row, reason)
        raise reason from problem
    except GeneratorExit:
        records.fail(row, QueryCancelled("The download was broken off."))
        raise
    finished = records.Finished(
        columns=columns,
        stored=StoredRows(rows=None, blob=None, size_bytes=size_bytes),
        row_count=rows.row_count,
        truncated=rows.is_truncated,
        duration_ms=(time.perf_counter() - started) * 1000,
    )
    records.complete(row, finished)


def _in_form(opened: Opened, table: pa.Table) -> pa.Table:
    """The rows as the statement's words have them: canonical ones in the canonical types."""
    return in_canonical_types(table, opened.output_columns, is_part=True) if opened.translation is not None else table


def _batches(opened: Opened, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    for batch in batches:
        yield from _in_form(opened, pa.Table.from_batches([batch])).to_batches()


def _at_most(result: Result, rows: Batches, most: int) -> Iterator[pa.RecordBatch]:
    left = most
    for batch in result:
        if batch.num_rows > left:
            rows.is_truncated = True
            if left:
                yield batch.slice(0, left)
            return
        left -= batch.num_rows
        yield batch


def _stream(name: str, format: ResultFormat, chunks: Iterator[bytes]) -> ByteStream:
    return ByteStream(content_type=CONTENT_TYPES[format], filename=f"{name}.{format}", chunks=chunks)

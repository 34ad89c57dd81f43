"""Results as files: stored ones read while they are sent, and exports that are sent while the source still produces them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from analytics_platform.kernel.declare import Problem
from analytics_platform.sources.problems import QueryCancelled
from apps.execution import records
from apps.execution.contract import ByteStream, ResultColumn, ResultFormat
from apps.execution.encoding import CONTENT_TYPES, Batches, encode
from apps.execution.models import Execution
from apps.execution.monitor import MONITOR
from apps.execution.opening import Opened
from apps.execution.reaching import sources
from apps.execution.results import StoredRows, columns_of, stream_of

if TYPE_CHECKING:
    import pyarrow as pa

    from analytics_platform.sources.connector import Result

MOST_ROWS = 1_000_000
TIMEOUT_S = 600.0


def stored_stream(row: Execution, format: ResultFormat, *, raw: bool) -> ByteStream:
    """All rows of a completed run. Raises ResultExpired."""
    columns = [ResultColumn.model_validate(column) for column in row.columns]
    rows = stream_of(records.stored_rows(row), columns, truncated=row.truncated)
    return _stream(f"result-{row.id}", format, encode(rows, format, raw=raw))


def live_stream(opened: Opened, format: ResultFormat, *, raw: bool) -> ByteStream:
    """Runs a statement and encodes its rows as they come. What is wrong with the statement is raised here, before the first byte."""
    row = records.draft(opened, mode="sync", query_id=None)
    with ExitStack() as stack:
        try:
            session = stack.enter_context(sources().session(opened.target()))
            records.begin(row, source_query_id=session.source_query_id)
            run = MONITOR.watch(row.id, session.interrupt)
            stack.callback(MONITOR.forget, run)
            result = stack.enter_context(session.query(opened.prepared.sql, opened.prepared.parameters, timeout_s=TIMEOUT_S))
        except Problem as problem:
            records.fail(row, problem)
            raise
        held = stack.pop_all()
    return _stream(f"export-{row.id}", format, _live(row, opened, result, held, format, raw=raw))


def _live(row: Execution, opened: Opened, result: Result, held: ExitStack, format: ResultFormat, *, raw: bool) -> Iterator[bytes]:
    started = time.perf_counter()
    columns = columns_of(result.schema)
    rows = Batches(result.schema, columns, ())
    rows.batches = _at_most(result, rows, opened.prepared.max_rows)
    size_bytes = 0
    try:
        with held:
            for chunk in encode(rows, format, raw=raw):
                size_bytes += len(chunk)
                yield chunk
    except Problem as problem:
        records.fail(row, problem)
        raise
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

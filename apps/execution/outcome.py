"""From a source's batches to one table with at most so many rows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from analytics_platform.sources.connector import Session

MAX_RESULT_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a statement gave. `truncated`: the source had more rows, or they were more bytes than are kept."""

    table: pa.Table
    truncated: bool
    duration_ms: float


def run_statement(session: Session, sql: str, parameters: dict[str, Any], *, timeout_s: float, max_rows: int) -> Outcome:
    """Runs a prepared statement to its end. Raises what the source raises."""
    import pyarrow as pa

    started = time.perf_counter()
    batches, count, size_bytes = [], 0, 0
    with session.query(sql, parameters, timeout_s=timeout_s) as result:
        for batch in result:
            batches.append(batch)
            count += batch.num_rows
            size_bytes += batch.nbytes
            if count > max_rows or size_bytes > MAX_RESULT_BYTES:
                break
        table = pa.Table.from_batches(batches, schema=result.schema)
    truncated = count > max_rows or size_bytes > MAX_RESULT_BYTES
    return Outcome(table=table.slice(0, max_rows), truncated=truncated, duration_ms=(time.perf_counter() - started) * 1000)

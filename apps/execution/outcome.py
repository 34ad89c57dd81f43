"""From a source's batches to one table with at most so many rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analytics_platform.kernel.declare import Problem
from analytics_platform.sources.problems import QueryRefusedBySource
from apps.execution.canonical import in_canonical_types
from apps.execution.contract import Incomplete

if TYPE_CHECKING:
    import pyarrow as pa

    from analytics_platform.sources.connector import Session
    from apps.execution.opening import Opened

MAX_RESULT_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One of several sources that gave nothing, and why."""

    opened: Opened
    problem: Problem


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a statement gave. `truncated`: the source had more rows, or they were more bytes than are kept."""

    table: pa.Table
    truncated: bool
    duration_ms: float
    incomplete: tuple[Incomplete, ...] = ()
    """Sources that gave nothing to a run over several."""
    refusals: tuple[Refusal, ...] = ()
    """Those of them that were asked."""


@contextmanager
def speaking_of_nothing_hidden(is_restricted: bool) -> Iterator[None]:
    """What a source says of a restricted statement may quote a policy, or a value that it kept back: only that it refused is passed on."""
    try:
        yield
    except QueryRefusedBySource as problem:
        if not is_restricted:
            raise
        code = problem.extra.get("sqlstate") or problem.extra.get("errno") or "no code"
        message = f"The data source refused the statement ({code}). What it said is withheld, since a policy restricts what you may see."
        raise QueryRefusedBySource(message, **problem.extra) from None


def run_opened(session: Session, opened: Opened, *, timeout_s: float) -> Outcome:
    """Runs what was opened on its session, for whoever it was opened for. Raises what the source raises."""
    prepared = opened.prepared
    with speaking_of_nothing_hidden(opened.is_restricted):
        outcome = run_statement(session, prepared.sql, prepared.parameters, timeout_s=timeout_s, max_rows=prepared.max_rows)
    if opened.translation is None:
        return outcome
    return replace(outcome, table=in_canonical_types(outcome.table, opened.output_columns))


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

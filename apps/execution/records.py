"""The rows of `Execution`: how a run begins, how it ends, and who may see it. Each end is written once, whoever comes second."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from analytics_platform.kernel.context import current_principal
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import BlobRef, Event, Problem
from analytics_platform.kernel.events import change_and_publish, publish, publish_all
from analytics_platform.kernel.ids import made_at
from analytics_platform.kernel.write_behind import Note, WriteBehind
from analytics_platform.sources.problems import QueryCancelled, QueryTimedOut
from apps.execution.caching import CachedResult
from apps.execution.contract import Execution as ExecutionDto
from apps.execution.contract import (
    ExecutionError,
    ExecutionNotFound,
    Incomplete,
    Mode,
    QueryCompleted,
    QueryExecuted,
    QueryFailed,
    ResultColumn,
    RightsChanged,
    Status,
)
from apps.execution.models import Execution
from apps.execution.opening import Opened, rights_now
from apps.execution.results import StoredRows
from apps.execution.side_by_side import SideBySide
from apps.execution.writing import insert, insert_all, insertion, is_there, update

WORKER = f"{socket.gethostname()}:{os.getpid()}"
WRITTEN_WITHIN_S, LOOK_AGAIN_S, CLOCKS_DIFFER_S = 1.0, 0.02, 1.0
BEHIND_BYTES = 65_536
"""More than that is not kept in memory until it is written."""
ENDED = ("completed", "failed", "cancelled", "timed_out")
_OF_THE_RUN = ("status", "started_at", "heartbeat_at", "source_query_id", "worker")
_OF_THE_END = ("tables", "row_count", "truncated", "cached", "duration_ms", "size_bytes")
_OF_THE_RIGHTS = ("policy_fingerprint", "restricted", "tables", "warnings")


@dataclass(frozen=True, kw_only=True)
class Finished:
    """How a run ended well."""

    columns: list[ResultColumn]
    stored: StoredRows
    row_count: int
    truncated: bool
    duration_ms: float
    incomplete: list[Incomplete] = field(default_factory=list)


def draft(opened: Opened | SideBySide, *, mode: Mode, query_id: UUID | None, request: dict[str, Any] | None = None) -> Execution:
    """A run that is not written yet."""
    return Execution(
        mode=mode,
        data_source_id=opened.data_source_id,
        data_source_ids=opened.data_source_ids,
        canonical=opened.canonical,
        file_ids=opened.file_ids,
        query_id=query_id,
        user_id=current_principal().user_id,
        sql=opened.sql,
        dialect=opened.dialect,
        request=request or {},
        created_at=timezone.now(),
        **_rights(opened),
    )


def take_rights(row: Execution, opened: Opened | SideBySide) -> None:
    """A queued run begins: what was allowed when it was asked for is past."""
    _set(row, _rights(opened))


def _rights(opened: Opened | SideBySide) -> dict[str, Any]:
    return {
        "tables": opened.tables,
        "warnings": opened.warnings,
        "policy_fingerprint": list(opened.policy_fingerprint),
        "restricted": opened.is_restricted,
    }


def start(row: Execution, *, source_query_id: str) -> None:
    """The statement is on its way to its source, under this id there. Nothing is written yet."""
    row.started_at = row.heartbeat_at = timezone.now()
    row.source_query_id, row.worker = source_query_id, WORKER


def begin(row: Execution) -> None:
    """Write a started run as running. A queued one that was cancelled meanwhile raises QueryCancelled."""
    is_new, row.status = row._state.adding, "running"
    written = {name: getattr(row, name) for name in (*_OF_THE_RUN, *_OF_THE_RIGHTS)}
    change = insertion(row) if is_new else update(row, written, only_if=("queued",))
    if not change_and_publish(change, _executed(row), is_dear=not is_new):
        raise QueryCancelled
    is_there(row)


def complete(row: Execution, finished: Finished, *, is_dear: bool = True) -> bool:
    """Write the result, unless the run has ended otherwise; whether it was written. What the caller has in hand already is not dear.

    A run that was over before it was written as running is written behind, with few rows.
    """
    now = timezone.now()
    blob = finished.stored.blob
    values = {
        "status": "completed",
        "columns": [column.model_dump() for column in finished.columns],
        "rows": finished.stored.rows,
        "blob": None if blob is None else blob.model_dump(mode="json"),
        "row_count": finished.row_count,
        "truncated": finished.truncated,
        "incomplete": [source.model_dump(mode="json") for source in finished.incomplete],
        "size_bytes": finished.stored.size_bytes,
        "duration_ms": finished.duration_ms,
        "finished_at": now,
        "request": {},
    }
    if row._state.adding:
        if blob is None and finished.stored.size_bytes <= BEHIND_BYTES:
            _set(row, values)
            JUST_ENDED.add(row)
            return True
        begin(row)
    is_written = change_and_publish(update(row, values, only_if=("running",)), _completed(row, values, now), is_dear=is_dear)
    if is_written:
        _set(row, values)
    return is_written


def complete_from_cache(row: Execution, cached: CachedResult, *, duration_ms: float) -> None:
    """A run that is answered with another's rows."""
    now = timezone.now()
    values = {
        "status": "completed",
        "columns": [column.model_dump() for column in cached.columns],
        "result_of": cached.execution_id,
        "row_count": cached.row_count,
        "truncated": cached.truncated,
        "size_bytes": cached.size_bytes,
        "cached": True,
        "cached_at": cached.cached_at,
        "duration_ms": duration_ms,
        "started_at": row.created_at,
        "finished_at": now,
        "request": {},
    }
    _set(row, values)
    if row._state.adding:
        JUST_ENDED.add(row)
        return
    with transaction_for("execution"):
        row.save()
        publish(_completed(row, values, now))


def _write_just_ended(notes: Sequence[Note[Execution]]) -> None:
    """Runs of one tenant with their events, in one transaction. Those that are there already are left alone."""
    with transaction_for("execution"):
        new = insert_all([note.item for note in notes])
        told = [(event, note.origin) for note in notes if note.item.id in new for event in _whole_story(note.item)]
        publish_all([event for event, _ in told], origins=[origin for _, origin in told])


def _whole_story(row: Execution) -> list[Event]:
    ended = _completed(row, {}, cast(datetime, row.finished_at))
    return [ended] if row.cached else [_executed(row), ended]


JUST_ENDED = WriteBehind("execution-just-ended", _write_just_ended)
"""Runs that were over in a moment, or answered from the cache: no answer waits until they are written."""


def fail(row: Execution, problem: Problem, *, only_if: tuple[str, ...] = ("queued", "running")) -> bool:
    """Write why the run has no result, unless it has ended already; whether it was written."""
    now = timezone.now()
    status: Status = {QueryCancelled.code: "cancelled", QueryTimedOut.code: "timed_out"}.get(problem.code, "failed")  # type: ignore[assignment]
    values = {
        "status": status,
        "error_code": problem.code,
        "error_message": problem.detail[:4000],
        "duration_ms": _elapsed_ms(row, now),
        "finished_at": now,
        "request": {},
    }
    was_not_told = row._state.adding and row.started_at is not None
    with transaction_for("execution"):
        if row._state.adding:
            _set(row, values)
            insert(row)
        elif Execution.objects.filter(id=row.id, status__in=only_if).update(**values):
            _set(row, values)
        else:
            return False
        ended = QueryFailed(**_told(row), status=status, error_code=problem.code, duration_ms=row.duration_ms or 0.0, finished_at=now)
        publish_all([_executed(row), ended] if was_not_told else [ended])
    return True


def visible(execution_id: UUID, *, with_rows: bool = False) -> Execution:
    """A run that the caller may see: one's own, or any with `execution.admin`. Raises ExecutionNotFound."""
    principal = current_principal()
    found = Execution.objects.filter(id=execution_id)
    if not with_rows:
        found = found.defer("rows")
    row = found.first() or _just_ended(found, execution_id)
    if row is None or (row.user_id != principal.user_id and not principal.may("execution.admin")):
        raise ExecutionNotFound
    return row


def _just_ended(found: QuerySet[Execution], execution_id: UUID) -> Execution | None:
    """A run that was over a moment ago, perhaps in another process that has yet to write it."""
    age_s = time.time() - made_at(execution_id)
    if not -CLOCKS_DIFFER_S < age_s < WRITTEN_WITHIN_S:
        return None
    JUST_ENDED.flush()
    until = time.monotonic() + WRITTEN_WITHIN_S - max(age_s, 0)
    while (row := found.first()) is None and time.monotonic() < until:
        time.sleep(LOOK_AGAIN_S)
    return row


def stored_rows(row: Execution) -> StoredRows:
    """Where a completed run's rows are: with itself, or with the run it was answered from.

    Whoever opens them, the user who ran it too, must have equal rights now. Raises RightsChanged, and what keeps the rights from being known.
    """
    if rights_now(row.data_source_id, row.file_ids, row.data_source_ids) != tuple(row.policy_fingerprint):
        raise RightsChanged
    holder = row
    if row.result_of is not None:
        first = Execution.objects.filter(id=row.result_of)
        holder = first.first() or _just_ended(first, row.result_of) or row
    blob = None if holder.blob is None else BlobRef.model_validate(holder.blob)
    rows = None if holder.rows is None else bytes(holder.rows)
    return StoredRows(rows=rows, blob=blob, size_bytes=row.size_bytes)


def error_of(row: Execution) -> ExecutionError | None:
    """Why it has no result."""
    return ExecutionError(code=row.error_code, message=row.error_message) if row.error_code else None


def as_dto(row: Execution) -> ExecutionDto:
    """A run as lists show it."""
    return ExecutionDto(
        id=row.id,
        status=row.status,
        mode=row.mode,
        data_source_id=row.data_source_id,
        data_source_ids=row.data_source_ids,
        file_ids=row.file_ids,
        query_id=row.query_id,
        user_id=row.user_id,
        sql=row.sql,
        canonical=row.canonical or None,
        row_count=row.row_count,
        truncated=row.truncated,
        cached=row.cached,
        duration_ms=row.duration_ms,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        error=error_of(row),
    )


def _set(row: Execution, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _elapsed_ms(row: Execution, now: datetime) -> float:
    return (now - (row.started_at or row.created_at)).total_seconds() * 1000


def _told(row: Execution) -> dict[str, Any]:
    """What every event of a run tells."""
    return {
        "execution_id": row.id,
        "query_id": row.query_id,
        "data_source_id": row.data_source_id,
        "data_source_ids": row.data_source_ids,
        "file_ids": row.file_ids,
        "user_id": row.user_id,
        "sql": row.sql,
        "dialect": row.dialect,
        "mode": row.mode,
    }


def _executed(row: Execution) -> QueryExecuted:
    return QueryExecuted(**_told(row), started_at=cast(datetime, row.started_at))


def _completed(row: Execution, values: dict[str, Any], now: datetime) -> QueryCompleted:
    """What is told of a run that is about to have these values."""
    ended = {name: values.get(name, getattr(row, name)) for name in _OF_THE_END}
    return QueryCompleted(**_told(row), **ended, finished_at=now)

"""Runs what was opened: in the foreground on a bounded set of threads, or here and now in a worker."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connections
from django.utils import timezone

from analytics_platform.kernel.context import current_tenant
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import Problem
from apps.execution import caching, records
from apps.execution.cells import rows_of
from apps.execution.changed_sources import explained, told
from apps.execution.contract import ExecutionBroken, TooManyQueries
from apps.execution.models import Execution
from apps.execution.monitor import MONITOR
from apps.execution.opening import Opened
from apps.execution.outcome import Outcome, run_opened
from apps.execution.reaching import sources
from apps.execution.results import columns_of, store
from apps.execution.side_by_side import Running, SideBySide

if TYPE_CHECKING:
    from analytics_platform.sources.connector import Session

log = structlog.get_logger("execution")
WAIT_S = 10.0
"""How long a request waits for its rows before it answers 202."""
SOON_S = 0.05
"""A run that is over by then is written once, with its end."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A run in hand."""

    row: Execution
    opened: Opened | SideBySide
    timeout_s: float
    keeps_in_cache: bool


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a run gave, stored and in hand."""

    outcome: Outcome
    finished: records.Finished
    rows: list[list[Any]] | None
    """All of them, as a page has them, where they are few."""


class ForegroundPool:
    """Threads for statements that requests wait for. What finds none free is refused, not queued."""

    def __init__(self, threads: int) -> None:
        self._free = threading.BoundedSemaphore(threads)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="execution")

    def submit(self, work: Callable[[], Done]) -> Future[Done]:
        """Starts `work` in the caller's context. Raises TooManyQueries."""
        if not self._free.acquire(timeout=1.0):
            raise TooManyQueries(retry_after_s=2)
        context = contextvars.copy_context()

        def run() -> Done:
            try:
                return context.run(work)
            finally:
                self._free.release()

        return self._threads.submit(run)


@cache
def foreground() -> ForegroundPool:
    """As many as half of the web threads, so that requests that run nothing are always served."""
    return ForegroundPool(max(4, settings.WEB_THREADS // 2))


class Handover:
    """Decides who writes the end of a run: the request while it waits, the run's own thread once nobody does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_taken = False

    def take(self) -> bool:
        """Whether the caller is the first to ask."""
        with self._lock:
            was_taken, self._is_taken = self._is_taken, True
            return not was_taken


def run_in_foreground(plan: Plan) -> Done | None:
    """Runs and waits; None when it goes on in the background. Raises why it has no result, which is then written down."""
    handover = Handover()
    with ExitStack() as stack:
        running = _opened(plan, stack)
        held = stack.pop_all()  # the run's thread gives the session back
    source_query_id = running.source_query_id  # before the run's thread has the session to itself

    def work() -> Done:
        try:
            with held:
                done = _execute(plan, running)
        except Exception as fault:  # the edge of a thread: the run must end whatever happened
            problem = fault if isinstance(fault, Problem) else ExecutionBroken()
            if problem is not fault:
                log.exception("execution_broken", execution_id=str(plan.row.id))
            if not handover.take():
                _end_alone(lambda: records.fail(plan.row, _explained(plan, problem)))
            raise problem from fault
        if not handover.take():
            _end_alone(lambda: _finish(plan, _told(done)))
        return done

    try:
        future = foreground().submit(work)
    except TooManyQueries as problem:
        held.close()
        records.fail(plan.row, problem)
        raise
    records.start(plan.row, source_query_id=source_query_id)
    return _waited(plan, running, future, handover)


def _waited(plan: Plan, running: OneSource | Running, future: Future[Done], handover: Handover) -> Done | None:
    try:
        done = _told(_done_soon(plan, running, future, handover) or _result(future, WAIT_S - SOON_S))
    except StillRunning:
        if handover.take():
            return None
        done = _told(_result(future, None))  # it ended this very moment
        _finish(plan, done, is_dear=False)
        return done
    except Problem as problem:
        reason = _explained(plan, problem)
        records.fail(plan.row, reason)
        raise reason from problem
    _finish(plan, done, is_dear=False)
    return done


def _done_soon(plan: Plan, running: OneSource | Running, future: Future[Done], handover: Handover) -> Done | None:
    """What was over in a moment; what was not is written down as running, so that others see it and can stop it."""
    try:
        return _result(future, SOON_S)
    except StillRunning:
        pass
    try:
        records.begin(plan.row)
    except BaseException:
        handover.take()
        running.interrupt()
        raise
    return None


def _result(future: Future[Done], timeout_s: float | None) -> Done:
    return future.result(timeout=timeout_s)


def run_here(plan: Plan) -> Done:
    """Runs in this thread, as a worker does. Raises why it has no result, which is then written down."""
    try:
        with ExitStack() as stack:
            running = _opened(plan, stack)
            records.start(plan.row, source_query_id=running.source_query_id)
            records.begin(plan.row)
            done = _told(_execute(plan, running))
    except Problem as problem:
        reason = _explained(plan, problem)
        records.fail(plan.row, reason)
        raise reason from problem
    _finish(plan, done)
    return done


class OneSource:
    """One statement on one session."""

    def __init__(self, opened: Opened, stack: ExitStack) -> None:
        self._opened = opened
        self._session: Session = stack.enter_context(sources().session(opened.target()))
        self.source_query_id = self._session.source_query_id

    def interrupt(self) -> None:
        """Stop it."""
        self._session.interrupt()

    def run(self, *, timeout_s: float) -> Outcome:
        """Its rows. Raises what the source raises."""
        return run_opened(self._session, self._opened, timeout_s=timeout_s)


def _opened(plan: Plan, stack: ExitStack) -> OneSource | Running:
    try:
        return Running(plan.opened) if isinstance(plan.opened, SideBySide) else OneSource(plan.opened, stack)
    except Problem as problem:
        records.fail(plan.row, problem)
        raise


def _execute(plan: Plan, running: OneSource | Running) -> Done:
    run = MONITOR.watch(plan.row.id, running.interrupt)
    try:
        outcome = running.run(timeout_s=plan.timeout_s)
    finally:
        MONITOR.forget(run)
    finished = records.Finished(
        columns=columns_of(outcome.table.schema),
        stored=store(outcome.table),
        incomplete=list(outcome.incomplete),
        row_count=outcome.table.num_rows,
        truncated=outcome.truncated,
        duration_ms=outcome.duration_ms,
    )
    rows = rows_of(outcome.table, finished.columns) if finished.stored.rows is not None else None
    return Done(outcome=outcome, finished=finished, rows=rows)


def _explained(plan: Plan, problem: Problem) -> Problem:
    """Not in the run's own thread while a request waits: the source may be read again for it."""
    return explained(plan.opened, problem) if isinstance(plan.opened, Opened) else problem


def _told(done: Done) -> Done:
    if not done.outcome.refusals:
        return done
    return replace(done, finished=replace(done.finished, incomplete=told(done.outcome.refusals, done.finished.incomplete)))


def _finish(plan: Plan, done: Done, *, is_dear: bool = True) -> None:
    is_written = records.complete(plan.row, done.finished, is_dear=is_dear)
    _plan_forgetting()
    if not is_written or not plan.keeps_in_cache or done.finished.incomplete:
        return
    kept = caching.CachedResult(
        execution_id=plan.row.id,
        columns=done.finished.columns,
        row_count=done.finished.row_count,
        truncated=done.finished.truncated,
        size_bytes=done.finished.stored.size_bytes,
        cached_at=timezone.now(),
        rows=done.rows,
    )
    caching.keep(plan.opened.cache_key, kept, ttl_s=plan.opened.cache_ttl_s)


_planned: dict[UUID, date] = {}
"""Tenants whose forgetting this process has planned, and on which day: asking once a day is enough."""


def _plan_forgetting() -> None:
    from apps.execution.tasks import plan_forgetting  # which runs what is queued, and so imports this module

    tenant_id, today = current_tenant(), timezone.now().date()
    if _planned.get(tenant_id) != today:
        with transaction_for("execution"):
            plan_forgetting()
        _planned[tenant_id] = today


def _end_alone(write: Callable[[], object]) -> None:
    """In the run's own thread, whose database connection is given back afterwards."""
    try:
        write()
    except Exception:
        log.exception("execution_end_not_written")  # the edge of a thread; the sweep ends the run
    finally:
        connections.close_all()

"""The contract of execution, answered."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import structlog
from django.utils import timezone

from analytics_platform.kernel.context import current_principal
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import CursorPage, WorkerLost
from analytics_platform.kernel.http.pagination import decode_cursor, encode_cursor
from analytics_platform.kernel.jobs import cancel as cancel_job
from analytics_platform.kernel.jobs import enqueue
from analytics_platform.kernel.problems import ServiceUnavailable
from analytics_platform.sources.problems import QueryCancelled, SourceProblem
from apps.execution import caching, exporting, records, validating, viewing
from apps.execution.cells import rows_of
from apps.execution.changed_sources import explained
from apps.execution.contract import (
    ByteStream,
    Canonical,
    Execution,
    ExecutionEnded,
    Executions,
    FilePreview,
    FreeSqlNotAllowed,
    Incomplete,
    Mode,
    NotReady,
    Plan,
    ResultColumn,
    ResultFormat,
    ResultPage,
    Status,
    Validation,
)
from apps.execution.generated import is_generated
from apps.execution.models import Execution as ExecutionRow
from apps.execution.monitor import LOST_AFTER_S, ask_to_stop
from apps.execution.opening import Opened, authorise, target_of_source
from apps.execution.outcome import speaking_of_nothing_hidden
from apps.execution.reaching import sources
from apps.execution.results import StoredRows, page_of
from apps.execution.running import Done, run_in_foreground
from apps.execution.running import Plan as RunPlan
from apps.execution.side_by_side import SideBySide, opened_for
from apps.execution.writing import insert

log = structlog.get_logger("execution")
DEFAULT_ROWS, MOST_ROWS = 1_000, 50_000
SYNC_TIMEOUT_S, MOST_SECONDS, EXPLAIN_TIMEOUT_S = 30, 600, 10
DEFAULT_PAGE, LARGEST_PAGE = 1_000, 10_000
PLAN_WITHHELD = "The source's plan and its estimates are withheld, since a policy restricts what you may see."


class ExecutionsService(Executions):
    """Each method is one use case; the work is in the modules beside it."""

    def run(
        self,
        *,
        data_source_id: UUID | None = None,
        data_source_ids: list[UUID] | None = None,
        file_ids: list[UUID] | None = None,
        sql: str | None = None,
        canonical: Canonical = None,
        parameters: dict[str, Any] | None = None,
        mode: Mode = "sync",
        max_rows: int | None = None,
        timeout_s: float | None = None,
        use_cache: bool = True,
        page_size: int | None = None,
        query_id: UUID | None = None,
    ) -> ResultPage:
        """Cache, foreground or queue."""
        started = time.perf_counter()
        allowed = current_principal().limit
        most = min(max_rows or allowed("default_rows", DEFAULT_ROWS), allowed("max_rows", MOST_ROWS))
        opened = opened_for(
            data_source_id=data_source_id,
            data_source_ids=data_source_ids,
            file_ids=file_ids,
            sql=sql,
            parameters=parameters,
            max_rows=most,
            canonical=canonical,
        )
        size = _page_size(page_size)
        if mode == "sync" and use_cache and opened.is_cacheable:
            answered = _from_cache(opened, query_id, size, started)
            if answered is not None:
                return answered
        longest_s = allowed("background_timeout_s", MOST_SECONDS)
        limit_s = float(min(timeout_s or (allowed("query_timeout_s", SYNC_TIMEOUT_S) if mode == "sync" else longest_s), longest_s))
        request = {"parameters": parameters or {}, "max_rows": most, "timeout_s": limit_s, "use_cache": use_cache}
        row = records.draft(opened, mode=mode, query_id=query_id, request=request)
        if mode == "async":
            return _queued(row)
        done = run_in_foreground(RunPlan(row=row, opened=opened, timeout_s=limit_s, keeps_in_cache=opened.is_cacheable))
        return _state(row) if done is None else _fresh_page(row, done, size)

    def execute(
        self,
        *,
        data_source_id: UUID | None = None,
        data_source_ids: list[UUID] | None = None,
        file_ids: list[UUID] | None = None,
        sql: str | None = None,
        canonical: Canonical = None,
        parameters: dict[str, Any] | None = None,
        mode: Mode = "sync",
        max_rows: int | None = None,
        timeout_s: float | None = None,
        use_cache: bool = True,
        page_size: int | None = None,
        query_id: UUID | None = None,
    ) -> ResultPage:
        """Free SQL needs its permission; generated SQL was written by the platform."""
        if (
            sql is not None
            and not current_principal().may("execution.run")
            and not is_generated(
                query_id, data_source_ids=data_source_ids or [data_source_id], sql=sql, is_canonical=canonical not in (None, False)
            )
        ):
            raise FreeSqlNotAllowed
        return self.run(
            data_source_id=data_source_id,
            data_source_ids=data_source_ids,
            file_ids=file_ids,
            sql=sql,
            canonical=canonical,
            parameters=parameters,
            mode=mode,
            max_rows=max_rows,
            timeout_s=timeout_s,
            use_cache=use_cache,
            page_size=page_size,
            query_id=query_id,
        )

    def result(self, *, execution_id: UUID, page: int = 1, page_size: int | None = None) -> ResultPage:
        """Rows where there are some."""
        row = _not_lost(records.visible(execution_id, with_rows=True))
        if row.status != "completed":
            return _state(row)
        return _page(row, records.stored_rows(row), page=page, size=_page_size(page_size))

    def sample(self, *, execution_id: UUID, max_rows: int = 1000) -> ResultPage:
        """The first page, as large as asked for."""
        row = records.visible(execution_id, with_rows=True)
        if row.status != "completed":
            raise NotReady
        return _page(row, records.stored_rows(row), page=1, size=max(1, min(max_rows, MOST_ROWS)))

    def executions(
        self, *, status: Status | None = None, data_source_id: UUID | None = None, cursor: str | None = None, page_size: int = 50
    ) -> CursorPage[Execution]:
        """By id, which is by time."""
        principal = current_principal()
        rows = ExecutionRow.objects.defer("rows").order_by("-id")
        if not principal.may("execution.admin"):
            rows = rows.filter(user_id=principal.user_id)
        if status is not None:
            rows = rows.filter(status=status)
        if data_source_id is not None:
            rows = rows.filter(data_source_id=data_source_id)
        if cursor is not None:
            rows = rows.filter(id__lt=UUID(decode_cursor(cursor, length=1)[0]))
        found = list(rows[: page_size + 1])
        shown = found[:page_size]
        following = encode_cursor([str(shown[-1].id)]) if len(found) > page_size else None
        return CursorPage(results=[records.as_dto(_not_lost(row)) for row in shown], next=following)

    def cancel(self, *, execution_id: UUID) -> ResultPage:
        """A queued run ends at once; a running one when its source has let go of it."""
        row = _not_lost(records.visible(execution_id))
        if row.status == "queued" and records.fail(row, QueryCancelled(), only_if=("queued",)):
            if row.job_id is not None:
                cancel_job(row.job_id, app="execution")
            return _state(row)
        row.refresh_from_db(fields=["status", "source_query_id"])
        if row.status in records.ENDED:
            raise ExecutionEnded
        _stop(row)
        return _state(row)

    def explain(self, *, data_source_id: UUID, sql: str, parameters: dict[str, Any] | None = None, canonical: Canonical = None) -> Plan:
        """The source explains what would run, its limit included."""
        opened = authorise(
            data_source_id=data_source_id, file_ids=None, sql=sql, parameters=parameters, max_rows=DEFAULT_ROWS, canonical=canonical
        )
        prepared = opened.prepared
        timeout_s = float(current_principal().limit("explain_timeout_s", EXPLAIN_TIMEOUT_S))
        try:
            with sources().session(opened.target()) as session, speaking_of_nothing_hidden(opened.is_restricted):
                plan = session.explain(prepared.sql, prepared.parameters, timeout_s=timeout_s)
        except SourceProblem as problem:
            raise explained(opened, problem) from problem
        told = {"dialect": opened.dialect, "sql": opened.normalized_sql()}
        warnings = [caution.message for caution in prepared.checked.cautions]
        if opened.is_restricted:
            return Plan(data_source_id=data_source_id, plan=None, warnings=[*warnings, PLAN_WITHHELD], **told)
        return Plan(
            data_source_id=data_source_id,
            plan=plan.plan,
            estimated_cost=plan.estimated_cost,
            estimated_rows=plan.estimated_rows,
            warnings=warnings,
            **told,
        )

    def validate(self, *, data_source_id: UUID, sql: str, canonical: Canonical = None) -> Validation:
        """Faults are the answer."""
        return validating.validate(data_source_id=data_source_id, sql=sql, canonical=canonical)

    def preview_file(self, *, file_id: UUID, rows: int = 50) -> FilePreview:
        """Nothing is written down: it is a look, not a run."""
        return viewing.preview(file_id, rows=rows)

    def download_file(self, *, file_id: UUID) -> ByteStream:
        """The stream is opened before the answer begins."""
        return viewing.download(file_id)

    def stream_result(self, *, execution_id: UUID, format: ResultFormat, raw: bool = False) -> ByteStream:
        """Read while it is sent."""
        row = _not_lost(records.visible(execution_id, with_rows=True))
        if row.status != "completed":
            raise NotReady
        return exporting.stored_stream(row, format, raw=raw)

    def export(
        self,
        *,
        data_source_id: UUID,
        sql: str,
        format: ResultFormat,
        parameters: dict[str, Any] | None = None,
        raw: bool = False,
        canonical: Canonical = None,
    ) -> ByteStream:
        """Sent while the source still produces it."""
        opened = authorise(
            data_source_id=data_source_id, file_ids=None, sql=sql, parameters=parameters, max_rows=exporting.MOST_ROWS, canonical=canonical
        )
        return exporting.live_stream(opened, format, raw=raw)


def _page_size(asked: int | None) -> int:
    return max(1, min(asked or DEFAULT_PAGE, LARGEST_PAGE))


def _from_cache(opened: Opened | SideBySide, query_id: UUID | None, size: int, started: float) -> ResultPage | None:
    kept = caching.look_up(opened.cache_key)
    if kept is None:
        return None
    row = records.draft(opened, mode="sync", query_id=query_id)
    if kept.rows is not None:
        rows = kept.rows[:size]
    else:
        holder = ExecutionRow.objects.filter(id=kept.execution_id, status="completed").first()
        if holder is None:
            return None
        rows = rows_of(page_of(records.stored_rows(holder), offset=0, count=size), kept.columns)
    records.complete_from_cache(row, kept, duration_ms=(time.perf_counter() - started) * 1000)
    return _built(row, rows, page=1, size=size)


def _queued(row: ExecutionRow) -> ResultPage:
    from apps.execution.tasks import run_queued

    with transaction_for("execution"):
        row.job_id = enqueue(run_queued, execution_id=row.id)
        insert(row)
    return _state(row)


def _state(row: ExecutionRow) -> ResultPage:
    return ResultPage(
        execution_id=row.id,
        status=row.status,
        duration_ms=row.duration_ms,
        data_source_id=row.data_source_id,
        data_source_ids=row.data_source_ids,
        query_id=row.query_id,
        canonical=row.canonical or None,
        incomplete=[Incomplete.model_validate(source) for source in row.incomplete],
        restricted=row.restricted,
        warnings=row.warnings,
        error=records.error_of(row),
    )


def _fresh_page(row: ExecutionRow, done: Done, size: int) -> ResultPage:
    """The first page of rows that are still in hand."""
    if row.status != "completed":  # it was ended by somebody else meanwhile
        row.refresh_from_db()
        return _state(row)
    rows = done.rows[:size] if done.rows is not None else rows_of(done.outcome.table.slice(0, size), done.finished.columns)
    return _built(row, rows, page=1, size=size)


def _page(row: ExecutionRow, stored: StoredRows, *, page: int, size: int) -> ResultPage:
    table = page_of(stored, offset=(page - 1) * size, count=size)
    return _built(row, rows_of(table, [ResultColumn.model_validate(column) for column in row.columns]), page=page, size=size)


def _built(row: ExecutionRow, rows: list[list[Any]], *, page: int, size: int) -> ResultPage:
    count = row.row_count or 0
    return ResultPage(
        execution_id=row.id,
        status=row.status,
        columns=[ResultColumn.model_validate(column) for column in row.columns],
        rows=rows,
        row_count=row.row_count,
        truncated=row.truncated,
        cached=row.cached,
        cached_at=row.cached_at,
        duration_ms=row.duration_ms,
        page=page,
        page_size=size,
        next_page=page + 1 if page * size < count else None,
        data_source_id=row.data_source_id,
        data_source_ids=row.data_source_ids,
        query_id=row.query_id,
        canonical=row.canonical or None,
        incomplete=[Incomplete.model_validate(source) for source in row.incomplete],
        restricted=row.restricted,
        warnings=row.warnings,
    )


def _not_lost(row: ExecutionRow) -> ExecutionRow:
    """A run whose process is gone is ended as soon as somebody looks; the sweep finds it otherwise."""
    beaten_at = row.heartbeat_at
    if row.status == "running" and beaten_at is not None and (timezone.now() - beaten_at).total_seconds() > LOST_AFTER_S:
        records.fail(row, WorkerLost(), only_if=("running",))
    return row


def _stop(row: ExecutionRow) -> None:
    """Asks the process that runs it, and the source itself. Either is enough; raises ServiceUnavailable where neither could be."""
    was_asked = ask_to_stop(row.id)
    try:
        is_stopped = _stop_at_source(row)
    except SourceProblem as problem:
        log.warning("cancel_at_source_failed", execution_id=str(row.id), reason=problem.code)
        is_stopped = False
    if not was_asked and not is_stopped:
        raise ServiceUnavailable("The run could not be stopped at the moment; try again.", retry_after_s=2)


def _stop_at_source(row: ExecutionRow) -> bool:
    """Over a second connection, by the source's own id; whether it was seen to have stopped. Engines in a process are stopped by that process."""
    if row.data_source_id is None or row.dialect not in ("postgres", "mysql") or not row.source_query_id:
        return False
    return sources().cancel(target_of_source(row.data_source_id), row.source_query_id)

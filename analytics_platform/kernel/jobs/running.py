"""Running one job: claimed by one worker, kept alive by a heartbeat, ended whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from copy import copy
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from analytics_platform.kernel.context import acting_as, request_scope, tenant_in_force
from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.declare import Principal, Problem
from analytics_platform.kernel.identity import identity
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.jobs.declaring import JOBS, Job, JobStopped, RunningJob
from analytics_platform.kernel.jobs.heartbeat import Heartbeat
from analytics_platform.kernel.jobs.models import JobRow, State
from analytics_platform.kernel.jobs.queueing import insert
from analytics_platform.kernel.observability import span

log = structlog.get_logger("jobs")
FIRST_DELAY_S, LONGEST_DELAY_S = 5, 3600


class JobCrashed(Problem):
    """The job's function failed in a way that it does not declare; the log says how."""

    code = "job_crashed"
    status = 500
    title = "Something went wrong on our side while this ran."


class JobUnknown(Problem):
    """A row of a kind that this release does not know."""

    code = "job_unknown"
    status = 500
    title = "This kind of work is not known here."


class JobTimedOut(Problem):
    """The job ran longer than its kind may."""

    code = "job_timed_out"
    status = 504
    title = "This took longer than it may."


def principal_of(tenant_id: UUID, user_id: UUID) -> Principal:
    """The member with the rights it has now. Raises NotSignedIn for one that is a member no more."""
    return identity.principal_of(tenant_id=tenant_id, user_id=user_id)


def run(job_id: UUID, *, app: str, is_beating: bool = True, who: Callable[[UUID, UUID], Principal] = principal_of) -> bool:
    """Run the job, unless it is not due, runs already or has ended. Answers whether it was run here. Nothing is raised: the row says how it ended."""
    row = _claimed(job_id, alias_of(app))
    if row is None:
        return False
    declared = JOBS.get(row.kind)
    if declared is None:
        end_failed(row, JobUnknown(f"{row.kind} is not known here."))
        return True
    running = RunningJob(id=row.id, attempt=row.attempts, tell=lambda fraction, message: _tell(row, fraction, message))
    heartbeat = Heartbeat(row, declared.time_limit_s, running.stopped, on_time_out=_time_out)
    with heartbeat if is_beating else nullcontext():
        problem = _run(declared, row, running, who)
    if problem is not None:
        end_failed(row, problem)
    return True


def _run(declared: Job[Any], row: JobRow, running: RunningJob, who: Callable[[UUID, UUID], Principal]) -> Problem | None:
    """Answers why it failed, or None. The answer of the function is stored when it is there."""
    try:
        with _scope(row, declared, who), span(f"job {row.kind}"):
            answer = declared.function(job=running, **declared.decoded(row.arguments))
            _end(row, State.SUCCEEDED, result=declared.answer.dump_python(answer, mode="json"), progress=1)
    except JobStopped as stopped:
        return stopped  # whoever stopped it has ended the row; if nobody did, this does
    except Problem as problem:
        log.warning("job_failed", job_id=str(row.id), kind=row.kind, code=problem.code, reason=problem.detail)
        return problem
    except Exception:  # the edge of the process for this piece of work
        log.exception("job_crashed", job_id=str(row.id), kind=row.kind)
        return JobCrashed()
    return None


@contextmanager
def _scope(row: JobRow, declared: Job[Any] | None, who: Callable[[UUID, UUID], Principal] | None) -> Iterator[None]:
    """The tenant, the user and the request that asked for the job, in force again."""
    deadline = None if declared is None else time.time() + declared.time_limit_s
    with ExitStack() as stack:
        stack.enter_context(request_scope(id=row.request_id or str(row.id), trace=row.trace, deadline=deadline))
        stack.enter_context(acting_as(None))
        stack.enter_context(tenant_in_force(row.tenant_id))
        if who is not None and declared is not None and declared.as_actor and row.tenant_id is not None and row.actor_id is not None:
            stack.enter_context(acting_as(who(row.tenant_id, row.actor_id)))
        yield


def end_failed(row: JobRow, problem: Problem) -> None:
    """Run it again later while attempts remain and the failure is ours; else tell the app, and end it as failed."""
    declared = JOBS.get(row.kind)
    is_ours = problem.status >= 500 and not isinstance(problem, JobTimedOut | JobUnknown)
    if declared is not None and is_ours and row.attempts < declared.attempts:
        again_at = timezone.now() + timedelta(seconds=min(FIRST_DELAY_S * 3 ** (row.attempts - 1), LONGEST_DELAY_S))
        mine(row).update(state=State.QUEUED, due_at=again_at, kicked_at=None, error=_error(problem))
        return
    if declared is not None and declared.on_failed is not None and mine(row).exists():
        _tell_app(declared, row, problem)
    _end(row, State.FAILED, error=_error(problem))


def _tell_app(declared: Job[Any], row: JobRow, problem: Problem) -> None:
    """Before the row ends: if this worker is lost too, the sweep tells it again."""
    assert declared.on_failed is not None
    try:
        with _scope(row, declared, None):
            declared.on_failed(error=problem, **declared.decoded(row.arguments))
    except Exception:  # a fault in the app's answer to a failure must not keep the job from ending
        log.exception("job_on_failed_crashed", job_id=str(row.id), kind=row.kind)


def mine(row: JobRow) -> Any:
    """The row, as long as nobody else has taken it."""
    return JobRow.objects.using(row._state.db).filter(id=row.id, state=State.RUNNING, claim=row.claim)


def take(row: JobRow) -> JobRow | None:
    """Take the row from whoever runs it, who can then no longer write to it. None when it has ended or another was faster."""
    if not mine(row).update(claim=F("claim") + 1, heartbeat_at=timezone.now()):
        return None
    taken = copy(row)  # the runner holds the other one, with the claim that is worth nothing now
    taken.claim += 1
    return taken


def _claimed(job_id: UUID, alias: str) -> JobRow | None:
    now = timezone.now()
    rows = JobRow.objects.using(alias)
    due = rows.filter(id=job_id, state=State.QUEUED, due_at__lte=now)
    started = due.update(
        state=State.RUNNING, claim=F("claim") + 1, attempts=F("attempts") + 1, started_at=now, heartbeat_at=now, error=None
    )
    return rows.get(id=job_id) if started else None


def _tell(row: JobRow, fraction: float, message: str) -> None:
    if not mine(row).update(progress=fraction, message=message[:300], heartbeat_at=timezone.now()):
        raise JobStopped


def _time_out(row: JobRow, stopped: Event) -> None:
    taken = take(row)
    stopped.set()  # not before: who stops in time, and still has the row, may end it well
    if taken is not None:
        end_failed(taken, JobTimedOut())


def _end(row: JobRow, state: State, **values: Any) -> None:
    """The end, and with it the next run of periodic work, in one transaction."""
    alias = str(row._state.db)
    with transaction.atomic(using=alias):
        if not mine(row).update(state=state, finished_at=timezone.now(), **values):
            log.warning("job_was_taken", job_id=str(row.id), kind=row.kind)
            return
        row.refresh_from_db(fields=["every_s"])
        if row.every_s is not None:
            insert(_next(row, row.every_s), alias)


def _next(row: JobRow, every_s: float) -> JobRow:
    now = timezone.now()
    kept = ("app", "kind", "tenant_id", "actor_id", "arguments", "dedupe_key", "every_s")
    due_at = max(row.due_at + timedelta(seconds=every_s), now)
    return JobRow(id=uuid7(), due_at=due_at, created_at=now, **{name: getattr(row, name) for name in kept})


def _error(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "message": problem.detail}

"""Work that no request waits for: queued runs, runs whose process is gone, results past their time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from analytics_platform.kernel import blobs
from analytics_platform.kernel.context import tenant_in_force
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import Problem, WorkerLost
from analytics_platform.kernel.jobs import RunningJob, enqueue, job
from apps.execution import caching, records
from apps.execution.models import Execution
from apps.execution.monitor import bury, lost_runs
from apps.execution.results import KEPT_FOR, PURPOSE
from apps.execution.running import Plan, run_here
from apps.execution.side_by_side import opened_for

SWEEP_EVERY_S = 15


def end_failed(*, error: Problem, execution_id: UUID) -> None:
    """The job of a run has failed for good, its worker perhaps lost: so has the run, unless it says otherwise itself."""
    row = Execution.objects.defer("rows").filter(id=execution_id).first()
    if row is not None:
        records.fail(row, WorkerLost() if error.status >= 500 else error)


@job(kind="execution.run", time_limit_s=3_660, on_failed=end_failed)
def run_queued(*, job: RunningJob, execution_id: UUID) -> None:
    """Runs what was queued, with the rights that its user has by now."""
    row = Execution.objects.defer("rows").filter(id=execution_id, status="queued").first()
    if row is None:
        return  # cancelled before it began
    request = row.request
    try:
        opened = opened_for(
            data_source_id=row.data_source_id,
            data_source_ids=row.data_source_ids or None,
            file_ids=row.file_ids or None,
            sql=row.sql,
            parameters=request["parameters"],
            max_rows=request["max_rows"],
            canonical=row.canonical or None,
        )
    except Problem as problem:
        records.fail(row, problem)
        return
    records.take_rights(row, opened)
    if request["use_cache"] and opened.is_cacheable and (found := caching.look_up(opened.cache_key)) is not None:
        records.complete_from_cache(row, found, duration_ms=0.0)
        return
    plan = Plan(row=row, opened=opened, timeout_s=request["timeout_s"], keeps_in_cache=opened.is_cacheable)
    try:
        run_here(plan)
    except Problem:
        return  # written down where it happened; the run is the thing that failed, not the job


@job(kind="execution.sweep", every_s=SWEEP_EVERY_S, as_actor=False)
def end_lost_runs(*, job: RunningJob) -> None:
    """Ends the runs that no living process beats for."""
    for tenant_id, execution_ids in lost_runs().items():
        with tenant_in_force(tenant_id):
            for execution_id in execution_ids:
                row = Execution.objects.defer("rows").filter(id=execution_id).first()
                if row is not None:
                    records.fail(row, WorkerLost(), only_if=("running",))
                bury(tenant_id, execution_id)


@job(kind="execution.forget_results", as_actor=False)
def forget_old_results(*, job: RunningJob) -> None:
    """Removes the rows of runs past their time, and asks to be run again while any are kept; the runs themselves stay in the list."""
    blobs.delete_older(purpose=PURPOSE, than=KEPT_FOR)
    kept = Execution.objects.filter(Q(rows__isnull=False) | Q(blob__isnull=False))
    kept.filter(finished_at__lt=timezone.now() - KEPT_FOR).update(rows=None, blob=None)
    if kept.exists():
        with transaction_for("execution"):
            plan_forgetting()


def plan_forgetting() -> None:
    """Once a day for each tenant that has results. Call it in a transaction."""
    enqueue(forget_old_results, due_at=timezone.now() + timedelta(days=1), dedupe_key="results")


@job(kind="execution.delete_blobs", as_actor=False)
def delete_blobs(*, job: RunningJob, keys: list[str]) -> None:
    """Removes stored rows of runs that are forgotten."""
    for key in keys:
        blobs.delete(key)

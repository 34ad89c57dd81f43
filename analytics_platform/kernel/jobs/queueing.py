"""Asking for work: a row in the transaction that asks, and a message on commit that says it is there."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from analytics_platform.kernel.context import principal_or_none, request_id, tenant_or_none, traceparent
from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.jobs.declaring import JOBS, Job

if TYPE_CHECKING:
    from analytics_platform.kernel.jobs.models import JobRow

KICKED_AGAIN_S = 10
"""A message that nobody took within this time is sent again by the sweep."""
HARD_STOP_S = 15
"""How long after its time limit a worker process is killed that does not stop by itself."""


def enqueue(
    job: Job[Any],
    *,
    due_at: datetime | None = None,
    dedupe_key: str | None = None,
    every_s: float | None = None,
    actor_id: UUID | None = None,
    **arguments: Any,
) -> UUID:
    """Ask for a run of `job` with these arguments, now or at `due_at`; it starts when the caller's transaction has committed. Answers its id.

    With a `dedupe_key`, a run that still waits under the same key in the same tenant is answered instead of a second one. With `every_s`, each end of a
    run asks for the next one. The run acts as `actor_id`, or else as whoever asks now. Raises pydantic.ValidationError for arguments of another form.
    """
    from analytics_platform.kernel.jobs.models import JobRow  # not at the top: Django reads this package before its models

    now = timezone.now()
    principal = principal_or_none()
    row = JobRow(
        app=job.app,
        kind=job.kind,
        tenant_id=tenant_or_none(),
        actor_id=actor_id or (None if principal is None else principal.user_id),
        arguments=job.encoded(arguments),
        dedupe_key=dedupe_key,
        every_s=every_s,
        due_at=due_at or now,
        kicked_at=now if due_at is None or due_at <= now else None,
        request_id=request_id(),
        trace=traceparent(),
        created_at=now,
    )
    return insert(row, alias_of(job.app))


def insert(row: JobRow, alias: str) -> UUID:
    """Write the row, unless one with its dedupe key waits already, and kick on commit what is due. Answers the id of the one that waits."""
    if row.dedupe_key is None:
        row.save(using=alias, force_insert=True)
    elif (waiting := _waiting_one(row, alias)) != row.id:
        return waiting
    if row.kicked_at is not None:
        transaction.on_commit(functools.partial(kick, row.id, kind=row.kind, app=row.app), using=alias, robust=True)
    return row.id


def _waiting_one(row: JobRow, alias: str) -> UUID:
    """The id of the row that waits under this row's dedupe key, which is this one when none did."""
    same = {"app": row.app, "kind": row.kind, "tenant_id": row.tenant_id, "dedupe_key": row.dedupe_key, "state": "queued"}
    rows = type(row)._default_manager.using(alias)
    while True:  # again when the one that stood in the way has started meanwhile
        rows.bulk_create([row], ignore_conflicts=True)
        found = rows.filter(**same).values_list("id", flat=True).first()
        if found is not None:
            return found


def cancel(job_id: UUID, *, app: str) -> bool:
    """End a job that has not ended: a waiting one never starts, a running one is stopped at its next `check` or `progress`. False when it had ended."""
    from analytics_platform.kernel.jobs.models import JobRow

    now = timezone.now()
    open_rows = JobRow.objects.using(alias_of(app)).filter(id=job_id, tenant_id=tenant_or_none(), state__in=("queued", "running"))
    return bool(open_rows.update(state="cancelled", finished_at=now, claim=F("claim") + 1))


def take_back(job_id: UUID, *, app: str) -> bool:
    """Forget a job that has not started, as if nobody had asked for it; in a transaction it does not start before that ends. False when it has started."""
    from analytics_platform.kernel.jobs.models import JobRow

    unstarted = JobRow.objects.using(alias_of(app)).filter(id=job_id, tenant_id=tenant_or_none(), state="queued", attempts=0)
    return bool(unstarted.delete()[0])


def cancel_queued(job: Job[Any], *, dedupe_key: str) -> bool:
    """End a schedule of the tenant in force: the waiting run is taken back, and a running one asks for no next. False when there was neither."""
    from analytics_platform.kernel.jobs.models import JobRow

    rows = JobRow.objects.using(alias_of(job.app)).filter(app=job.app, kind=job.kind, tenant_id=tenant_or_none(), dedupe_key=dedupe_key)
    running = rows.filter(state="running").update(every_s=None)
    waiting = rows.filter(state="queued").update(state="cancelled", finished_at=timezone.now())
    return bool(running or waiting)


def job_location(job_id: UUID) -> str:
    """The path for the `Location` header of a 202."""
    return f"/api/v1/jobs/{job_id}"


def kick(job_id: UUID, *, kind: str, app: str) -> None:
    """Tell the app's workers of a due job. A broker that is away is left to the sweep."""
    from analytics_platform.celery import jobs_queue, tell

    declared = JOBS.get(kind)
    limit_s = None if declared is None else declared.time_limit_s + HARD_STOP_S
    tell("jobs.run", queue=jobs_queue(app), expires_s=KICKED_AGAIN_S, kwargs={"app": app, "job_id": str(job_id)}, time_limit=limit_s)

"""The sweep of jobs: starts what is due and was not kicked, ends what has lost its worker, keeps periodic work going, forgets what is old."""

from __future__ import annotations

import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from analytics_platform.kernel.context import acting_as, request_scope, tenant_in_force
from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.declare import WorkerLost
from analytics_platform.kernel.jobs.declaring import JOBS
from analytics_platform.kernel.jobs.heartbeat import LOST_AFTER_S
from analytics_platform.kernel.jobs.models import JobRow, State
from analytics_platform.kernel.jobs.queueing import KICKED_AGAIN_S, enqueue, kick
from analytics_platform.kernel.jobs.running import end_failed, take

AT_ONCE = 500
KEPT_DAYS = 30
FORGOTTEN_EVERY_S = 3600
PLATFORM_WIDE = "platform"
_forgotten_at = float("-inf")


def sweep() -> None:
    """One look at each database of this process, by index; no tenant's schema is looked at."""
    for alias in sorted(set(settings.APP_DATABASES.values())):
        _keep_periodic(alias)
        _kick_due(alias)
        _end_lost(alias)
    _forget_now_and_then()


def _keep_periodic(alias: str) -> None:
    """Each periodic job of the platform has one row that waits or runs."""
    periodic = {job.kind: job for job in JOBS.values() if job.every_s is not None and alias_of(job.app) == alias}
    if not periodic:
        return
    open_rows = JobRow.objects.using(alias).filter(state__in=(State.QUEUED, State.RUNNING), dedupe_key=PLATFORM_WIDE, tenant_id=None)
    for kind in set(periodic) - set(open_rows.values_list("kind", flat=True)):
        with request_scope(id=""), acting_as(None), tenant_in_force(None):
            enqueue(periodic[kind], dedupe_key=PLATFORM_WIDE, every_s=periodic[kind].every_s)


def _kick_due(alias: str) -> None:
    now = timezone.now()
    unkicked = Q(kicked_at=None) | Q(kicked_at__lt=now - timedelta(seconds=KICKED_AGAIN_S))
    with transaction.atomic(using=alias):
        rows = JobRow.objects.using(alias).select_for_update(skip_locked=True).filter(unkicked, state=State.QUEUED, due_at__lte=now)
        due = list(rows.order_by("due_at").values_list("id", "kind", "app")[:AT_ONCE])
        JobRow.objects.using(alias).filter(id__in=[id for id, _, _ in due]).update(kicked_at=now)
    for id, kind, app in due:
        kick(id, kind=kind, app=app)


def _end_lost(alias: str) -> None:
    beaten_before = timezone.now() - timedelta(seconds=LOST_AFTER_S)
    for row in JobRow.objects.using(alias).filter(state=State.RUNNING, heartbeat_at__lt=beaten_before)[:AT_ONCE]:
        taken = take(row)
        if taken is not None:
            end_failed(taken, WorkerLost())


def _forget_now_and_then() -> None:
    global _forgotten_at
    if time.monotonic() - _forgotten_at > FORGOTTEN_EVERY_S:
        _forgotten_at = time.monotonic()
        forget()


def forget() -> None:
    """Remove rows that ended longer ago than they are kept."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    for alias in set(settings.APP_DATABASES.values()):
        JobRow.objects.using(alias).filter(finished_at__lt=before).delete()

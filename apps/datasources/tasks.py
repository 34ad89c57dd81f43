"""Work of data sources that is done apart from requests: the scheduled health checks, one chain of jobs for each source."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.jobs import RunningJob, cancel_queued, enqueue, job
from apps.datasources import health
from apps.datasources.contract import DataSourceNotFound, HealthCheck
from apps.datasources.models import Source


@job(kind="datasources.check_health", time_limit_s=60, as_actor=False)
def check_health(*, job: RunningJob, data_source_id: UUID) -> HealthCheck | None:
    """Ask for the next check before this one, so that a lost worker ends no schedule; a source that is gone ends it."""
    with transaction_for("datasources"):
        if not Source.objects.filter(id=data_source_id).exists():
            return None
        enqueue(check_health, due_at=timezone.now() + health.CHECKED_EVERY, dedupe_key=str(data_source_id), data_source_id=data_source_id)
    try:
        return health.check(data_source_id)
    except DataSourceNotFound:
        return None


def schedule_check(data_source_id: UUID) -> None:
    """Check soon, and from then on regularly; inside the caller's transaction. A waiting check is brought forward."""
    stop_checks(data_source_id)
    enqueue(check_health, dedupe_key=str(data_source_id), data_source_id=data_source_id)


def stop_checks(data_source_id: UUID) -> None:
    """Take the waiting check back; inside the caller's transaction."""
    cancel_queued(check_health, dedupe_key=str(data_source_id))

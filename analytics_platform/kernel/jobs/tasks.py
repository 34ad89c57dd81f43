"""What workers do about jobs: run one on a kick, sweep on a tick."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.celery import app as celery
from analytics_platform.kernel.jobs.running import run
from analytics_platform.kernel.jobs.sweeping import sweep


@celery.task(name="jobs.run")
def run_job(*, app: str, job_id: str) -> None:
    """The job may be due."""
    run(UUID(job_id), app=app)


@celery.task(name="jobs.sweep")
def sweep_jobs() -> None:
    """Find what was not kicked, and what has lost its worker."""
    sweep()

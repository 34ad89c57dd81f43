"""Background work of viz."""

from __future__ import annotations

from analytics_platform.kernel import blobs
from analytics_platform.kernel.jobs import RunningJob, job


@job(kind="viz.forget_rows", as_actor=False, attempts=3)
def forget_rows(*, job: RunningJob, rows_key: str) -> None:
    """Remove rows that were sent with a request, once their day is over."""
    job.check()
    blobs.delete(rows_key)

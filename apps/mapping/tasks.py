"""Work of mapping that is done apart from requests: mappings of a source whose schema has changed are held against it."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.kernel.jobs import RunningJob, job
from apps.mapping import rechecking


@job(kind="mapping.recheck", as_actor=False, attempts=3, time_limit_s=120)
def recheck(*, job: RunningJob, data_source_id: UUID) -> None:
    """Every mapping of the source."""
    rechecking.recheck(data_source_id)

"""What one process may ask another of its jobs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from analytics_platform.kernel.declare import Dto, Problem, Service, query


class JobNotFound(Problem):
    """There is no such job, or it is another tenant's."""

    code = "job_not_found"
    status = 404
    title = "There is no such job."


class JobError(Dto):
    """Why a job failed: a stable code and a sentence."""

    code: str
    message: str


class JobView(Dto):
    """A job as its tenant sees it. `progress` runs from 0 to 1."""

    id: UUID
    kind: str
    state: str
    progress: float
    message: str = ""
    result: Any = None
    error: JobError | None = None


class Jobs(Service):
    """The jobs of the tenant in force that are kept in the databases of one process."""

    app = "jobs"

    @query
    def get(self, *, job_id: UUID) -> JobView:
        """One job. Raises JobNotFound."""

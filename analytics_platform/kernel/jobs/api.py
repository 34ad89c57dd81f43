"""`GET /jobs/{id}`: how long work is going."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request

from analytics_platform.kernel.http.endpoint import ApiView, endpoint
from analytics_platform.kernel.jobs.contract import JobNotFound, JobView
from analytics_platform.kernel.jobs.services import find_job


class JobDetail(ApiView):
    """One job of the caller's tenant."""

    @endpoint(
        summary="See how a job is going",
        description="`state` is queued, running, succeeded, failed or cancelled; `progress` runs from 0 to 1.",
        answer=JobView,
        errors=(JobNotFound,),
    )
    def get(self, request: Request, job_id: UUID) -> JobView:
        """Answer what is known of it."""
        return find_job(job_id)

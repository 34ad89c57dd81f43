"""The jobs of this process's databases, and those that its neighbours keep."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from analytics_platform.kernel.context import current_tenant
from analytics_platform.kernel.contracts.remote import Remote
from analytics_platform.kernel.jobs.contract import JobError, JobNotFound, Jobs, JobView
from analytics_platform.kernel.jobs.models import JobRow


class JobsService(Jobs):
    """Reads the table; each database has one."""

    def get(self, *, job_id: UUID) -> JobView:
        """Looked for in each database of this process: one look-up by key in each."""
        for alias in sorted(set(settings.APP_DATABASES.values())):
            row = JobRow.objects.using(alias).filter(id=job_id, tenant_id=current_tenant()).first()
            if row is not None:
                return _view(row)
        raise JobNotFound


def find_job(job_id: UUID) -> JobView:
    """The job, wherever it is kept. Raises JobNotFound."""
    try:
        return JobsService().get(job_id=job_id)
    except JobNotFound:
        return ask_neighbours(job_id)


def ask_neighbours(job_id: UUID) -> JobView:
    """The job, out of the processes that keep other apps. Raises JobNotFound, ServiceUnavailable."""
    urls = {url for app, url in settings.SERVICE_URLS.items() if app not in settings.PLATFORM_APPS}
    for url in sorted(urls):
        try:
            found: JobView = Remote(Jobs, url, circuit=f"jobs:{url}").get(job_id=job_id)
        except JobNotFound:
            continue
        return found
    raise JobNotFound


def _view(row: JobRow) -> JobView:
    error = None if row.error is None else JobError.model_validate(row.error)
    return JobView(id=row.id, kind=row.kind, state=row.state, progress=row.progress, message=row.message, result=row.result, error=error)

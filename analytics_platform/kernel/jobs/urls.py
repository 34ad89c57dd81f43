"""The path of jobs, relative to /api/v1/."""

from django.urls import path

from analytics_platform.kernel.jobs.api import JobDetail

urlpatterns = [path("jobs/<uuid:job_id>", JobDetail.as_view())]

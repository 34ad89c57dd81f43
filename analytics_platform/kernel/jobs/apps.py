"""The kernel's jobs app: long work and schedules."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Its table is in `public` of every database."""

    name = "analytics_platform.kernel.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Let other processes ask this one for the jobs that it keeps."""
        from analytics_platform.kernel.contracts.binding import bind_local
        from analytics_platform.kernel.jobs.services import JobsService

        bind_local("jobs", JobsService())

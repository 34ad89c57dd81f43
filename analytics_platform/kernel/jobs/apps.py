"""The kernel's jobs app: long work and schedules."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Its table is in `public` of every database."""

    name = "analytics_platform.kernel.jobs"
    label = "jobs"

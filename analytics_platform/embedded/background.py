"""What runs beside the web server: the preparation at the start, and the workers. Imported once Django is set up."""

from __future__ import annotations

import warnings

from celery.platforms import SecurityWarning
from django.apps import apps
from django.core.management import call_command

from analytics_platform.celery import app as celery
from analytics_platform.celery import events_queue, jobs_queue
from analytics_platform.settings.environment import Environment

DEMO_NEEDS = ("analytics_platform.demo", "apps.auth", "apps.datasources", "apps.files")


def prepare() -> None:
    """Migrations, the admin's static files, the demo tenant: each step finds what is done already and leaves it."""
    call_command("migrate_tenants")
    call_command("collectstatic", interactive=False, verbosity=0)
    if all(map(apps.is_installed, DEMO_NEEDS)):
        call_command("create_demo")


def celery_arguments(env: Environment) -> dict[str, list[str]]:
    """A worker for quick work, one for long work, so that neither waits for the other. Each of them ticks, so there is no clock beside them."""
    worker = ["worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    events, jobs = ",".join(map(events_queue, env.platform_apps)), ",".join(map(jobs_queue, env.platform_apps))
    return {
        "events": [*worker, "--hostname", "events@%h", "--pool", "threads", "--concurrency", "4", "--queues", events],
        "jobs": [*worker, "--hostname", "jobs@%h", "--concurrency", "2", "--queues", jobs],
    }


def run_celery(arguments: list[str]) -> None:
    """Be this worker until told to end."""
    warnings.simplefilter("ignore", SecurityWarning)  # running as root is the choice of this machine's owner
    celery.start(["--quiet", *arguments])

"""Celery: two queues for each app, one for events, which are quick, one for jobs, which may take long. It carries work to do, never data."""

from __future__ import annotations

import os

from celery import Celery
from django.conf import settings
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "analytics_platform.settings.development")


def events_queue(app: str) -> str:
    """The queue of an app's quick work: deliveries and sweeps."""
    return app


def jobs_queue(app: str) -> str:
    """The queue of an app's long work."""
    return f"{app}.jobs"


app = Celery("analytics_platform")
app.conf.update(
    broker_url=settings.BROKER_URL,
    task_default_queue=events_queue(settings.PLATFORM_APPS[0]),
    task_queues=[Queue(name) for app_name in settings.PLATFORM_APPS for name in (events_queue(app_name), jobs_queue(app_name))],
    task_create_missing_queues=True,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,  # the row in the database says whether it still runs
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 2},
    worker_hijack_root_logger=False,
    accept_content=["json"],
    timezone="UTC",
    imports=["analytics_platform.kernel.events.tasks", "analytics_platform.kernel.jobs.tasks"],
)

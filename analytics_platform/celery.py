"""Celery: a queue for each app; it carries work to do, never data."""

from __future__ import annotations

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "analytics_platform.settings.development")

app = Celery("analytics_platform")
app.conf.update(
    broker_url=settings.BROKER_URL,
    task_default_queue="gateway",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 2},
    worker_hijack_root_logger=False,
    accept_content=["json"],
    timezone="UTC",
    imports=["analytics_platform.kernel.events.tasks", "analytics_platform.kernel.jobs.tasks"],
)

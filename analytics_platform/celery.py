"""Celery: two queues for each app, one for events, which are quick, one for jobs, which may take long. It carries work to do, never data."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import redis
import structlog
from celery import Celery
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from kombu.entity import Queue
from kombu.exceptions import OperationalError

from analytics_platform.kernel.redis import redis_client

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "analytics_platform.settings.development")


log = structlog.get_logger("celery")


def events_queue(app: str) -> str:
    """The queue of an app's quick work: deliveries and sweeps."""
    return app


def jobs_queue(app: str) -> str:
    """The queue of an app's long work."""
    return f"{app}.jobs"


SENT_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
"""A sender does not wait for a broker that is away: the next tick finds the work."""

app = Celery("analytics_platform")
app.conf.update(
    broker_url=settings.BROKER_URL,
    task_default_queue=events_queue(settings.PLATFORM_APPS[0]),
    task_queues=[Queue(name, routing_key=name) for part in settings.PLATFORM_APPS for name in (events_queue(part), jobs_queue(part))],  # type: ignore[no-untyped-call]
    task_create_missing_queues=True,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,  # the row in the database says whether it still runs
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 2, **SENT_ONCE},
    worker_hijack_root_logger=False,
    accept_content=["json"],
    timezone="UTC",
    imports=["analytics_platform.kernel.events.tasks", "analytics_platform.kernel.jobs.tasks"],
)

SILENT_S = 5.0
_silent_until = 0.0


def tell(task: str, *, queue: str, expires_s: float, **options: Any) -> bool:
    """Send a message that may get lost. Where the broker is away nobody waits for it again for a while; a tick finds the work later."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return False
    try:
        app.send_task(task, queue=queue, expires=expires_s, retry=False, **options)
    except (OperationalError, OSError) as fault:
        _silent_until = time.monotonic() + SILENT_S
        log.warning("broker_away", task=task, queue=queue, reason=str(fault))
        return False
    return True


TICK_S = 1.0
_ended = threading.Event()


def start_ticking(**_: Any) -> None:
    """Every worker ticks, so that there is no clock to forget and none to fail alone; one tick a second is taken, whoever sends it."""
    threading.Thread(target=_tick, name="ticks", daemon=True).start()


def end_ticking(**_: Any) -> None:
    """No tick after the worker has begun to end."""
    _ended.set()


def _tick() -> None:
    queue = events_queue(settings.PLATFORM_APPS[0])
    while not _ended.wait(TICK_S):
        if _is_first(queue):
            for task in ("events.sweep", "jobs.sweep"):
                tell(task, queue=queue, expires_s=5 * TICK_S)


def _is_first(queue: str) -> bool:
    """Whether no other worker has sent this second's tick. Without Redis each sends its own: a sweep too many does no harm."""
    try:
        return bool(redis_client().set(f"tick:{queue}", b"1", nx=True, px=int(TICK_S * 900)))
    except redis.RedisError:
        return True


worker_ready.connect(start_ticking)
worker_shutting_down.connect(end_ticking)

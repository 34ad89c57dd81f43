"""Kicks: Celery messages that say only that an app has events to read; coalesced, and never the cause of a failed request."""

from __future__ import annotations

import time
from dataclasses import dataclass

import redis
import structlog
from kombu.exceptions import OperationalError

from analytics_platform.kernel.redis import redis_client

log = structlog.get_logger("events")
COALESCED_S = 10
"""A kick that nobody took within this time is sent again by whoever finds the work."""
SILENT_S = 5.0
_silent_until = 0.0


@dataclass(frozen=True)
class Kick:
    """Says to the workers of these apps that there are events. Called on commit."""

    apps: frozenset[str]

    def __call__(self) -> None:
        """Send what is not on its way already. A broker that is away is left to the sweep."""
        for app in sorted(self.apps):
            kick(app)


def kick(app: str, *, delay_s: float = 0) -> None:
    """One message on the app's queue, unless one waits there."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        if _is_news(app):
            _send(app, delay_s)
    except (OperationalError, OSError) as fault:
        _silent_until = time.monotonic() + SILENT_S  # do not make each request wait for a broker that is away
        log.warning("kick_not_sent", app=app, reason=str(fault))


def _is_news(app: str) -> bool:
    """Whether no kick waits. Without Redis nobody knows: then one too many is sent."""
    try:
        return bool(redis_client().set(_name(app), b"1", nx=True, ex=COALESCED_S))
    except redis.RedisError:
        return True


def kick_taken(app: str) -> None:
    """From now on a further kick is news. Called before the worker reads, so that nothing falls between."""
    try:
        redis_client().delete(_name(app))
    except redis.RedisError as fault:
        log.warning("kick_not_taken", app=app, reason=str(fault))


def _send(app: str, delay_s: float) -> None:
    from analytics_platform.celery import app as celery
    from analytics_platform.celery import events_queue

    celery.send_task(
        "events.deliver",
        kwargs={"app": app},
        queue=events_queue(app),
        countdown=delay_s or None,
        expires=COALESCED_S + delay_s,
        retry=False,
    )


def _name(app: str) -> str:
    return f"events:kick:{app}"

"""Kicks: Celery messages that say only that an app has events to read; coalesced, and never the cause of a failed request."""

from __future__ import annotations

from dataclasses import dataclass

import redis
import structlog

from analytics_platform.kernel.redis import redis_client

log = structlog.get_logger("events")
COALESCED_S = 10
"""A kick that nobody took within this time is sent again by whoever finds the work."""


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
    from analytics_platform.celery import events_queue, tell

    if not _is_news(app):
        return
    message = {"kwargs": {"app": app}, "countdown": delay_s or None}
    if not tell("events.deliver", queue=events_queue(app), expires_s=COALESCED_S + delay_s, **message):
        kick_taken(app)  # the next one is news


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


def _name(app: str) -> str:
    return f"events:kick:{app}"

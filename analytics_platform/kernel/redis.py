"""The process's one Redis client: pooled, with short time limits, made on first use."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import redis
import structlog
from django.conf import settings

log = structlog.get_logger("redis")


@cache
def redis_client() -> redis.Redis:
    """Answers bytes. Raises redis.RedisError when Redis is away; the caller knows what that means for it."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1, max_connections=256)


class _Kept(threading.local):
    """This thread's own connection, and whose it is: the pool's and the process's that it was taken in."""

    owner: tuple[redis.ConnectionPool, int] | None = None
    connection: Any = None
    unread: int = 0
    """Answers that nobody waited for and that come before the next one."""


_kept = _Kept()


def command(*parts: str | bytes | int) -> Any:
    """One command on a connection that the thread keeps: for what every request asks, at half the cost of the client's own way.

    What is not answered, or over a connection that has gone meanwhile, is sent a second time: commands must bear that. Raises redis.RedisError.
    """

    def ask() -> Any:
        _send(parts)
        return _read()

    return _on_this_or_a_new_line(ask)


def tell(*parts: str | bytes | int) -> None:
    """A command whose answer nobody waits for; what follows on this thread comes after it. An answer that is an error goes to the log. Raises redis.RedisError."""
    _on_this_or_a_new_line(lambda: _send(parts))
    _kept.unread += 1


def _on_this_or_a_new_line(ask: Callable[[], Any]) -> Any:
    owner = (redis_client().connection_pool, os.getpid())
    if _kept.owner != owner:
        # the pool would count it for good, and never learn that its thread has ended
        _kept.owner, _kept.connection, _kept.unread = owner, owner[0].connection_class(**owner[0].connection_kwargs), 0
    try:
        return _in_order(ask)
    except (redis.ConnectionError, redis.TimeoutError):
        return _in_order(ask)


def _in_order(ask: Callable[[], Any]) -> Any:
    """After a command that was not answered in order nothing more is read from the connection."""
    try:
        return ask()
    except redis.ResponseError:
        raise
    except BaseException:
        _kept.unread = 0
        _kept.connection.disconnect()
        raise


def _send(parts: tuple[str | bytes | int, ...]) -> None:
    while _kept.unread:
        _kept.unread -= 1
        try:
            _read()
        except redis.ResponseError as fault:
            log.warning("redis_refused", reason=str(fault))
    _kept.connection.send_command(*parts)


def _read() -> Any:
    return _kept.connection.read_response()

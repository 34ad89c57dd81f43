"""The process's one Redis client: pooled, with short time limits, made on first use."""

from __future__ import annotations

import os
import threading
from functools import cache
from typing import Any

import redis
from django.conf import settings


@cache
def redis_client() -> redis.Redis:
    """Answers bytes. Raises redis.RedisError when Redis is away; the caller knows what that means for it."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1, max_connections=256)


class _Kept(threading.local):
    """This thread's own connection, and whose it is: the pool's and the process's that it was taken in."""

    owner: tuple[redis.ConnectionPool, int] | None = None
    connection: Any = None


_kept = _Kept()


def command(*parts: str | bytes | int) -> Any:
    """One command on a connection that the thread keeps: for what every request asks, at half the cost of the client's own way.

    Over a connection that has gone meanwhile it is sent a second time. Raises redis.RedisError.
    """
    owner = (redis_client().connection_pool, os.getpid())
    if _kept.owner != owner:
        # the pool would count it for good, and never learn that its thread has ended
        _kept.owner, _kept.connection = owner, owner[0].connection_class(**owner[0].connection_kwargs)
    try:
        return _answer(_kept.connection, parts)
    except redis.ConnectionError:
        return _answer(_kept.connection, parts)


def _answer(connection: Any, parts: tuple[str | bytes | int, ...]) -> Any:
    """What Redis says. After a command that was not answered in order nothing more is read from the connection."""
    try:
        connection.send_command(*parts)
        return connection.read_response()
    except redis.ResponseError:
        raise
    except BaseException:
        connection.disconnect()
        raise

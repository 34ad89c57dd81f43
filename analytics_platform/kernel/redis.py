"""The process's one Redis client: pooled, with short time limits, made on first use."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings


@cache
def redis_client() -> redis.Redis:
    """Answers bytes. Raises redis.RedisError when Redis is away; the caller knows what that means for it."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1, max_connections=256)

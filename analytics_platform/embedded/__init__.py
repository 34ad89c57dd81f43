"""PostgreSQL and Redis out of Python wheels, started on demand with their data under one folder: no other installation is needed."""

from __future__ import annotations

from pathlib import Path

from analytics_platform.embedded.postgres import postgres_url, start_postgres, stop_postgres
from analytics_platform.embedded.redis import redis_url, start_redis, stop_redis
from analytics_platform.embedded.servers import PortTaken, Server, ServerFailed

__all__ = ["PortTaken", "Server", "ServerFailed", "known_addresses", "start_postgres", "start_redis", "stop", "stop_postgres", "stop_redis"]


def stop(data_dir: Path) -> None:
    """End the PostgreSQL and the Redis whose data lie in `data_dir`, and no other. Does nothing where none runs."""
    stop_redis(data_dir)
    stop_postgres(data_dir)


def known_addresses(data_dir: Path) -> tuple[str, str]:
    """(PostgreSQL, Redis) as `make run` starts them in `data_dir`, whether they run or not; addresses where nobody listens before the first start."""
    return postgres_url(data_dir) or "postgresql://127.0.0.1:1/not-started", redis_url(data_dir) or "redis://127.0.0.1:1/0"

"""What other apps may remember of a record, and how they learn at once that it has changed.

Whoever changes a record says `touch("data_source", id)` inside the transaction that does. Whoever keeps what a contract answered keeps the stamp
that held before it asked, and asks again as soon as the stamp differs. Without Redis nothing is known, so nothing that is kept may be used.
"""

from __future__ import annotations

import functools
import secrets
from uuid import UUID

import redis
import structlog
from django.db import transaction

from analytics_platform.kernel.context import current_tenant
from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.redis import command, redis_client

log = structlog.get_logger("stamps")
KEPT_S = 86_400


def touch(kind: str, id: UUID, *, app: str) -> None:
    """This record changes in the transaction that is open on the app's database: what is known of it is void now, and once more when it commits."""
    name = _name(kind, id)
    _renew(name)
    transaction.on_commit(functools.partial(_renew, name), using=alias_of(app), robust=True)


def stamp(kind: str, id: UUID) -> bytes | None:
    """What holds now; None where that cannot be known."""
    name = _name(kind, id)
    try:
        found: bytes | None = command("GET", name)
        if found is None:
            command("SET", name, secrets.token_bytes(8), "NX", "EX", KEPT_S)
            found = command("GET", name)
    except redis.RedisError:
        return None
    return found


def _name(kind: str, id: UUID) -> str:
    return f"stamp:{current_tenant()}:{kind}:{id}"


def _renew(name: str) -> None:
    try:
        redis_client().set(name, secrets.token_bytes(8), ex=KEPT_S)
    except redis.RedisError as fault:
        log.warning("stamp_not_renewed", reason=str(fault))

"""What other apps may remember of a record, and how they learn at once that it has changed.

Whoever changes a record says `touch("data_source", id)` inside the transaction that does. Whoever keeps what a contract answered keeps the stamp
that held before it asked, and asks again as soon as the stamp differs. Without Redis nothing is known, so nothing that is kept may be used.

Every touch renews the tenant's own stamp with the record's. A request reads the tenant's with its admission, and while that is the one under which this
process last read a record's stamp, the record's needs no round trip of its own.
"""

from __future__ import annotations

import functools
import secrets
import time
from collections import OrderedDict
from contextvars import ContextVar
from uuid import UUID

import redis
import structlog
from django.db import transaction

from analytics_platform.kernel.context import current_tenant
from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.redis import command, redis_client

log = structlog.get_logger("stamps")
KEPT_S = 86_400
ADMITTED_S = 0.1
"""So long a request goes by what it read at its admission; one that takes longer asks again."""
_REMEMBERED = 10_000

_admitted: ContextVar[tuple[UUID, bytes, float] | None] = ContextVar("tenant_stamp", default=None)
"""The tenant whose stamp was read, the stamp, and when. It names its tenant and ends by itself, so nobody needs to take it back."""
_read: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
"""For a record's name: the tenant's stamp before it was read, and its own."""


def touch(kind: str, id: UUID, *, app: str) -> None:
    """This record changes in the transaction that is open on the app's database: what is known of it is void now, and once more when it commits."""
    names = [_name(kind, id), name_of_tenant(current_tenant())]
    _renew(names)
    transaction.on_commit(functools.partial(_renew, names), using=alias_of(app), robust=True)


def stamp(kind: str, id: UUID) -> bytes | None:
    """What holds now; None where that cannot be known."""
    name, of_tenant = _name(kind, id), _stamp_of_tenant()
    before, found = _read.get(name, (None, None))
    if of_tenant is not None and before == of_tenant:
        return found
    try:
        found = _asked(name)
    except redis.RedisError:
        return None
    if of_tenant is not None and found is not None:
        _read[name] = (of_tenant, found)
        while len(_read) > _REMEMBERED:
            _read.popitem(last=False)
    return found


def name_of_tenant(tenant_id: UUID) -> str:
    """Where the tenant's stamp is kept, for who reads it along with something else."""
    return f"stamp:{tenant_id}"


def admitted(tenant_id: UUID, found: bytes | None) -> None:
    """The tenant's stamp was read just now, or was not there: then it is made."""
    if found is None:
        redis_client().set(name_of_tenant(tenant_id), secrets.token_bytes(8), ex=KEPT_S, nx=True)
    _admitted.set(None if found is None else (tenant_id, found, time.monotonic()))


def forget_admission() -> None:
    """Something may have changed since, by this very request."""
    _admitted.set(None)


def _stamp_of_tenant() -> bytes | None:
    tenant_id, found, since = _admitted.get() or (None, None, 0.0)
    return found if tenant_id == current_tenant() and time.monotonic() - since < ADMITTED_S else None


def _asked(name: str) -> bytes | None:
    found: bytes | None = command("GET", name)
    if found is None:
        command("SET", name, secrets.token_bytes(8), "NX", "EX", KEPT_S)
        found = command("GET", name)
    return found


def _name(kind: str, id: UUID) -> str:
    return f"stamp:{current_tenant()}:{kind}:{id}"


def _renew(names: list[str]) -> None:
    forget_admission()
    try:
        pipeline = redis_client().pipeline(transaction=True)  # nobody reads the new one of the tenant beside the old one of the record
        for name in names:
            pipeline.set(name, secrets.token_bytes(8), ex=KEPT_S)
        pipeline.execute()
    except redis.RedisError as fault:
        log.warning("stamp_not_renewed", reason=str(fault))

"""Which tokens are stale though they have not expired: kept in Redis, looked up with the rate limit and the tenant's stamp in one round trip."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import redis
import structlog
from django.conf import settings

from analytics_platform.kernel.declare import Principal, Problem
from analytics_platform.kernel.identity import identity
from analytics_platform.kernel.redis import command, redis_client
from analytics_platform.kernel.stamps import admitted, name_of_tenant

log = structlog.get_logger("epochs")
KNOWN = "stale:known"
WINDOW_S = 60


class TokenStale(Problem):
    """The token is older than a change of the user's role, attributes, membership or session."""

    code = "token_stale"
    status = 401
    title = "Your rights have changed since this token was issued; refresh it."


class EpochUnknown(Problem):
    """Redis is away or has forgotten, so nobody can say whether the token still holds."""

    code = "epoch_unknown"
    status = 503
    title = "It cannot be checked at the moment whether your token still holds; try again shortly."


class RateLimited(Problem):
    """Too many requests in this minute."""

    code = "rate_limited"
    status = 429
    title = "Too many requests; slow down."


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of a caller's requests in the current window."""

    limit: int
    remaining: int
    reset_s: int


def tenant_scope(tenant_id: UUID) -> str:
    """All tokens of a tenant."""
    return f"stale:t:{tenant_id}"


def member_scope(tenant_id: UUID, user_id: UUID) -> str:
    """All tokens of a user in one tenant."""
    return f"stale:m:{tenant_id}:{user_id}"


def session_scope(session_id: UUID) -> str:
    """All tokens of one session, or one API key."""
    return f"stale:s:{session_id}"


def raise_epoch(*scopes: str, at_ms: int | None = None, only_missing: bool = False) -> None:
    """From now on tokens of these scopes issued up to `at_ms` (default: now) are refused; `only_missing` leaves the epochs that are there."""
    moment = int(time.time() * 1000) if at_ms is None else at_ms
    pipeline = redis_client().pipeline(transaction=False)
    for scope in scopes:
        pipeline.set(scope, moment, ex=settings.ACCESS_TOKEN_LIFETIME_S + 120, nx=only_missing)
    pipeline.execute()


def mark_known() -> None:
    """Redis holds every epoch there is: said by apps.auth alone, after it has restored them."""
    redis_client().set(KNOWN, b"1")


def is_known() -> bool:
    """Whether Redis holds every epoch."""
    return bool(redis_client().exists(KNOWN))


def admit(caller: str, principal: Principal | None) -> Budget:
    """Count one request of `caller` and check the principal's epoch. Raises RateLimited, TokenStale, EpochUnknown."""
    now = time.time()
    reset_s = WINDOW_S - int(now) % WINDOW_S
    counter = f"rate:{caller}:{int(now) // WINDOW_S}"
    scopes = [] if principal is None else [KNOWN, *_scopes_of(principal), name_of_tenant(principal.tenant_id)]
    try:
        count, epochs = _look_up(counter, scopes)
        if scopes and epochs[0] is None:
            identity.restore_epochs()
            count, epochs = _look_up(counter, scopes)
        if principal is not None:
            admitted(principal.tenant_id, epochs.pop())
    except redis.RedisError as fault:
        log.warning("epochs_unreachable", reason=str(fault))
        raise EpochUnknown(retry_after_s=5) from fault
    if scopes and epochs[0] is None:
        log.warning("epochs_forgotten")
        raise EpochUnknown(retry_after_s=5)
    if principal is not None and any(epoch is not None and principal.issued_ms <= int(epoch) for epoch in epochs[1:]):
        raise TokenStale
    limit = settings.RATE_LIMIT_PER_MINUTE
    if count > limit:
        raise RateLimited(retry_after_s=reset_s)
    return Budget(limit, limit - count, reset_s)


def _scopes_of(principal: Principal) -> list[str]:
    return [tenant_scope(principal.tenant_id), member_scope(principal.tenant_id, principal.user_id), session_scope(principal.session_id)]


_COUNT_AND_LOOK_UP = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
if #KEYS == 1 then return {count, {}} end
return {count, redis.call('MGET', unpack(KEYS, 2))}
"""


_SHA = hashlib.sha1(_COUNT_AND_LOOK_UP.encode(), usedforsecurity=False).hexdigest()


def _look_up(counter: str, keys: list[str]) -> tuple[int, list[bytes | None]]:
    """One command, one round trip: the count with this request, and the values of `keys`."""
    arguments: tuple[str | int, ...] = (1 + len(keys), counter, *keys, WINDOW_S + 1)
    try:
        count, values = command("EVALSHA", _SHA, *arguments)
    except redis.exceptions.NoScriptError:  # the first time since Redis was started
        count, values = command("EVAL", _COUNT_AND_LOOK_UP, *arguments)
    return count, values


def count_attempt(name: str, *, limit: int, window_s: int) -> None:
    """Count one attempt at something that is to be rare (a sign-in for an address). Raises RateLimited past the limit."""
    key = f"attempt:{name}"
    try:
        pipeline = redis_client().pipeline(transaction=False)
        pipeline.set(key, 0, ex=window_s, nx=True)  # `EXPIRE … NX` needs Redis 7
        pipeline.incr(key)
        pipeline.ttl(key)
        _, count, left = pipeline.execute()
    except redis.RedisError as fault:
        raise EpochUnknown(retry_after_s=5) from fault
    if count > limit:
        raise RateLimited(retry_after_s=max(1, left))


def forget_attempts(name: str) -> None:
    """The attempt was a rightful one: counting starts again. Without Redis the window's end does it."""
    with suppress(redis.RedisError):
        redis_client().delete(f"attempt:{name}")

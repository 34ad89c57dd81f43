"""Results that may be given again, in Redis. The key holds everything that a result depends on; a part that is missing raises."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import redis
import structlog

from analytics_platform.kernel.declare import Dto
from analytics_platform.kernel.redis import command, tell
from apps.execution.contract import ResultColumn

log = structlog.get_logger("execution")
MAX_INLINE_BYTES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class CacheKey:
    """Everything that two runs must share for one's rows to be the other's. None means unknown, which no key may hold."""

    tenant_id: UUID
    source: str
    source_version: str
    schema_version: str
    file_versions: tuple[str, ...]
    policy_fingerprint: tuple[str, ...]
    sql: str
    parameters: tuple[tuple[str, str], ...]
    max_rows: int
    form: tuple[str, ...]
    time_zone: str

    def name(self) -> str:
        """The key in Redis. Raises ValueError for a part that is missing."""
        missing = [part.name for part in fields(self) if getattr(self, part.name) is None]
        if missing:
            raise ValueError(f"a cache key without {', '.join(missing)} could give one caller another's rows")
        digest = hashlib.sha256(repr(self).encode()).hexdigest()
        return f"execution:page:{self.tenant_id}:{digest}"


@dataclass(frozen=True, kw_only=True)
class SideBySideKey:
    """The keys of every source that a result is made of, in order."""

    tenant_id: UUID
    parts: tuple[tuple[str, CacheKey], ...]

    def name(self) -> str:
        """The key in Redis. Raises ValueError for a part that is missing."""
        names = [f"{label}={key.name()}" for label, key in self.parts]
        return f"execution:page:{self.tenant_id}:{hashlib.sha256(repr(names).encode()).hexdigest()}"


AnyKey = CacheKey | SideBySideKey


def parameter_parts(parameters: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Values with their types, so that 1, '1' and true are three."""
    return tuple((name, f"{type(value).__name__}:{value}") for name, value in sorted(parameters.items()))


class CachedResult(Dto):
    """A kept result: its form, the run that holds all rows, and the rows themselves, as a page has them, where they are few."""

    execution_id: UUID
    columns: list[ResultColumn]
    row_count: int
    truncated: bool
    size_bytes: int
    cached_at: datetime
    rows: list[list[Any]] | None = None


def look_up(key: AnyKey) -> CachedResult | None:
    """What is kept under the key. Without Redis nothing is."""
    try:
        raw = command("GET", key.name())
    except redis.RedisError as fault:
        log.warning("result_cache_unreachable", reason=str(fault))
        return None
    return None if raw is None else CachedResult.model_validate_json(raw)


def keep(key: AnyKey, result: CachedResult, *, ttl_s: int) -> None:
    """Keep a result for `ttl_s` seconds; of a large one only where its rows are."""
    if ttl_s <= 0:
        return
    text = result.model_dump_json().encode()
    if len(text) > MAX_INLINE_BYTES:
        text = result.model_copy(update={"rows": None}).model_dump_json().encode()
    try:
        tell("SET", key.name(), text, "EX", ttl_s)
    except redis.RedisError as fault:
        log.warning("result_cache_unreachable", reason=str(fault))

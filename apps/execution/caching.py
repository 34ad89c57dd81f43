"""Results that may be given again, in Redis. The key holds everything that a result depends on; a part that is missing raises."""

from __future__ import annotations

import hashlib
import json
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
        return f"execution:result:{self.tenant_id}:{digest}"


@dataclass(frozen=True, kw_only=True)
class SideBySideKey:
    """The keys of every source that a result is made of, in order."""

    tenant_id: UUID
    parts: tuple[tuple[str, CacheKey], ...]

    def name(self) -> str:
        """The key in Redis. Raises ValueError for a part that is missing."""
        names = [f"{label}={key.name()}" for label, key in self.parts]
        return f"execution:result:{self.tenant_id}:{hashlib.sha256(repr(names).encode()).hexdigest()}"


AnyKey = CacheKey | SideBySideKey


def parameter_parts(parameters: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Values with their types, so that 1, '1' and true are three."""
    return tuple((name, f"{type(value).__name__}:{value}") for name, value in sorted(parameters.items()))


class CachedResult(Dto):
    """A kept result: its form, the run that holds all rows, and the rows themselves where they are few."""

    execution_id: UUID
    columns: list[ResultColumn]
    row_count: int
    truncated: bool
    size_bytes: int
    cached_at: datetime


def look_up(key: AnyKey) -> tuple[CachedResult, bytes | None] | None:
    """What is kept under the key, with its rows (Arrow) where they are few. Without Redis nothing is."""
    try:
        raw = command("GET", key.name())
    except redis.RedisError as fault:
        log.warning("result_cache_unreachable", reason=str(fault))
        return None
    if raw is None:
        return None
    head, _, rows = bytes(raw).partition(b"\n")
    return CachedResult.model_validate_json(head), rows or None


def keep(key: AnyKey, result: CachedResult, rows: bytes | None, *, ttl_s: int) -> None:
    """Keep a result for `ttl_s` seconds; large ones keep only where their rows are."""
    if ttl_s <= 0:
        return
    inline = rows if rows is not None and len(rows) <= MAX_INLINE_BYTES else b""
    head = json.dumps(result.model_dump(mode="json"), separators=(",", ":")).encode()
    try:
        tell("SET", key.name(), head + b"\n" + inline, "EX", ttl_s)
    except redis.RedisError as fault:
        log.warning("result_cache_unreachable", reason=str(fault))

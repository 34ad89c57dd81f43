"""The log of one database: committed events move into it from the outbox and get their positions there; whoever reads moves first."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from analytics_platform.kernel.events.contract import Head, LogPage
from analytics_platform.kernel.events.envelope import Envelope
from analytics_platform.kernel.ids import uuid7

MOVED_AT_ONCE = 10_000
_LOCK = 4_711_001  # any number that nothing else here locks
_WEEK = timedelta(days=7)
_BESIDE = "id, name, version, tenant_id, actor_id, key, occurred_at, request_id, trace, payload"
_STATE = """
SELECT EXISTS (SELECT 1 FROM public.events_outbox),
       (SELECT id FROM public.events_log_identity),
       (SELECT coalesce(max(position), 0) FROM public.events_log)
"""
_MOVE = f"""
WITH moved AS (
    DELETE FROM public.events_outbox WHERE seq IN (SELECT seq FROM public.events_outbox ORDER BY seq LIMIT {MOVED_AT_ONCE}) RETURNING *
)
INSERT INTO public.events_log (position, recorded_at, {_BESIDE})
SELECT nextval('public.events_log_position'), statement_timestamp(), {_BESIDE} FROM (SELECT * FROM moved ORDER BY seq) AS ordered
"""
_READ = f"""
SELECT position, {_BESIDE} FROM public.events_log
WHERE position > %s AND position <= %s AND name = ANY(%s) ORDER BY position LIMIT %s
"""
_WEEKS = """
SELECT week::date, to_regclass('public.events_log_' || to_char(week, 'YYYYMMDD')) IS NULL
FROM (SELECT date_trunc('week', statement_timestamp() AT TIME ZONE 'UTC') + n * interval '1 week' AS week FROM generate_series(0, 1) AS n) AS weeks
ORDER BY week
"""
_FIELDS = ("position", *_BESIDE.split(", "))


def head(alias: str) -> Head:
    """The log's name and its last position, after everything committed has been moved into it."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_STATE)
        has_outbox, log_id, position = cursor.fetchone()
    if has_outbox:
        move(alias)
        with connections[alias].cursor() as cursor:
            cursor.execute(_STATE)
            _, log_id, position = cursor.fetchone()
    return Head(log_id=log_id or _named(alias), position=position)


def read(alias: str, *, after: int, names: list[str], limit: int) -> LogPage:
    """The next events with these names among those that are in the log already. It moves nothing, so it may run inside a long transaction."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position), 0) FROM public.events_log")
        upto = cursor.fetchone()[0]
        if upto <= after:
            return LogPage(events=[], head=upto)
        cursor.execute(_READ, [after, upto, names, limit])
        rows = cursor.fetchall()
    return LogPage.model_construct(None, events=[_envelope(row) for row in rows], head=upto)


def position_before(alias: str, moment: datetime) -> int:
    """The last position that was given out before this moment; 0 when none is kept."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position), 0) FROM public.events_log WHERE recorded_at < %s", [moment])
        found: int = cursor.fetchone()[0]
    return found


def move(alias: str) -> None:
    """Move committed events from the outbox into the log, in the order of their keys' commits.

    The lock is held until the commit, so that positions become visible in their order: a reader that has seen one has seen all before it.
    """
    moved = MOVED_AT_ONCE
    while moved == MOVED_AT_ONCE:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            ensure_partitions(cursor)
            cursor.execute(_MOVE)
            moved = cursor.rowcount


def ensure_partitions(cursor: Any) -> None:
    """This week's part of the log, and next week's, by the database's clock."""
    cursor.execute(_WEEKS)
    for start, is_missing in cursor.fetchall():
        if is_missing:  # made apart and attached, which takes a lock that readers do not mind
            cursor.execute(f"CREATE TABLE {_part(start)} (LIKE public.events_log INCLUDING DEFAULTS)")
            end = start + _WEEK
            cursor.execute(
                f"ALTER TABLE public.events_log ATTACH PARTITION {_part(start)} FOR VALUES FROM ('{start} 00:00+00') TO ('{end} 00:00+00')"
            )


def drop_partitions(alias: str, *, before: date, unread_from: int) -> list[str]:
    """Forget the weeks that ended before this date, unless they hold a position at or above `unread_from`. Answers what was dropped."""
    dropped = []
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'public.events_log'::regclass")
        for (part,) in cursor.fetchall():
            start = date.fromisoformat(part.rsplit("_", 1)[-1])
            cursor.execute(f"SELECT coalesce(max(position), 0) FROM public.{part.rsplit('.', 1)[-1]}")
            if start + _WEEK <= before and cursor.fetchone()[0] < unread_from:
                cursor.execute(f"DROP TABLE public.{part.rsplit('.', 1)[-1]}")
                dropped.append(part)
    return dropped


def _part(start: date) -> str:
    return f"public.events_log_{start:%Y%m%d}"


def _named(alias: str) -> UUID:
    """Give the log its name on first use: a copy of an empty database becomes a log of its own."""
    with connections[alias].cursor() as cursor:
        cursor.execute("INSERT INTO public.events_log_identity (id, is_the_one) VALUES (%s, true) ON CONFLICT DO NOTHING", [uuid7()])
        cursor.execute("SELECT id FROM public.events_log_identity")
        found: UUID = cursor.fetchone()[0]
    return found


def _envelope(row: tuple[Any, ...]) -> Envelope:
    """Not validated again: it is a row of ours."""
    values = dict(zip(_FIELDS, row, strict=True))
    payload = values["payload"]
    return Envelope.model_construct(None, **{**values, "payload": json.loads(payload) if isinstance(payload, str) else payload})

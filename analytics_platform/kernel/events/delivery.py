"""Delivering: an app's cursor is locked, the log is read, the events are handled and the cursor advances, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.declare import Problem
from analytics_platform.kernel.events.contract import LogPage
from analytics_platform.kernel.events.handling import Reader, handle
from analytics_platform.kernel.events.models import Cursor
from analytics_platform.kernel.events.parking import retry_due
from analytics_platform.kernel.events.sources import Source, sources
from analytics_platform.kernel.events.subscriptions import wanted_names

log = structlog.get_logger("events")
READ_AT_ONCE = 2_000
BATCHES_A_TURN = 20
"""After so many the worker turns to other apps' messages before it goes on."""


@dataclass(frozen=True)
class Delivered:
    """What one turn did: how many events it handled, and whether the app has to be told again, as more is there or another worker held the cursor."""

    events: int = 0
    has_more: bool = False
    was_locked: bool = False

    def __add__(self, other: Delivered) -> Delivered:
        return Delivered(self.events + other.events, self.has_more or other.has_more, self.was_locked or other.was_locked)


def deliver(app: str) -> Delivered:
    """Let the app handle what is there for it: parked events that are due, then every log that it reads."""
    names = wanted_names(app)
    done = Delivered(events=retry_due(app))
    for source in sources(names):
        done += _deliver_from(source, Reader(app, alias_of(app), source.log_id), names)
    return done


def _deliver_from(source: Source, reader: Reader, names: list[str]) -> Delivered:
    done = Delivered()
    for _ in range(BATCHES_A_TURN):
        try:
            batch = _deliver_batch(source, reader, names)
        except PublisherAway as away:
            log.warning("publisher_away", app=reader.app, url=source.url, reason=str(away))
            break
        done = Delivered(done.events + batch.events, batch.has_more, batch.was_locked)
        if not batch.has_more:
            break
    return done


def _deliver_batch(source: Source, reader: Reader, names: list[str]) -> Delivered:
    """One transaction. What comes over the network is read before it, and thrown away when another worker was faster."""
    expected = _position(reader) if source.is_remote else 0
    ahead = _read_ahead(source, expected, names) if source.is_remote else None
    with transaction.atomic(using=reader.alias):
        cursor = locked_cursor(reader)
        if cursor is None:
            return Delivered(was_locked=True)
        if ahead is not None and cursor.position != expected:
            return Delivered(has_more=True)
        page = ahead or source.read(after=cursor.position, names=names, limit=READ_AT_ONCE)
        is_full = len(page.events) == READ_AT_ONCE
        upto = page.events[-1].position if is_full else max(page.head, cursor.position)
        if page.events:
            handle(reader, page.events)
        if upto != cursor.position:
            Cursor.objects.using(reader.alias).filter(pk=cursor.pk).update(position=upto, moved_at=timezone.now())
    return Delivered(events=len(page.events), has_more=is_full)


class PublisherAway(Exception):
    """Another process, which keeps the log, does not answer."""


def _read_ahead(source: Source, after: int, names: list[str]) -> LogPage:
    try:
        return source.read(after=after, names=names, limit=READ_AT_ONCE)
    except Problem as problem:
        raise PublisherAway(problem.code) from problem


def locked_cursor(reader: Reader) -> Cursor | None:
    """The cursor, locked until the transaction ends; made on first use. None when another worker has it."""
    rows = Cursor.objects.using(reader.alias)
    mine = {"subscriber": reader.app, "log_id": reader.log_id}
    found = rows.select_for_update(skip_locked=True).filter(**mine).first()
    if found is None and not rows.filter(**mine).exists():
        rows.bulk_create([Cursor(**mine)], ignore_conflicts=True)  # waits for another worker that is making it
        found = rows.select_for_update(skip_locked=True).filter(**mine).first()
    return found


def replay(app: str, *, log_id: UUID, position: int) -> None:
    """Set the app's cursor: what follows `position` is handled (again)."""
    Cursor.objects.using(alias_of(app)).update_or_create(subscriber=app, log_id=log_id, defaults={"position": position})


def _position(reader: Reader) -> int:
    found = (
        Cursor.objects.using(reader.alias).filter(subscriber=reader.app, log_id=reader.log_id).values_list("position", flat=True).first()
    )
    return found or 0

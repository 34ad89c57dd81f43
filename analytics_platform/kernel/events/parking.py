"""Parked events: tried again after a growing delay, in the order of their line."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.events.envelope import Envelope
from analytics_platform.kernel.events.handling import Line, Reader, attempt, delay_after
from analytics_platform.kernel.events.models import ParkedEvent

LINES_A_TURN = 100
EVENTS_A_LINE = 500


def retry_due(app: str) -> int:
    """Try the app's parked events whose time has come. Answers how many were handled."""
    rows = ParkedEvent.objects.using(alias_of(app)).filter(subscriber=app, retry_at__lte=timezone.now()).order_by()
    due = list(rows.values_list("log_id", "tenant_id", "key").distinct()[:LINES_A_TURN])
    return sum(_retry_line(Reader(app, alias_of(app), log_id), (tenant_id, key)) for log_id, tenant_id, key in due)


def retry_now(app: str, *, row_id: UUID | None = None) -> int:
    """Try them whatever their time is: all of the app's, or the line of one. Answers how many were handled."""
    rows = ParkedEvent.objects.using(alias_of(app)).filter(subscriber=app)
    if row_id is not None:
        one = rows.get(row_id=row_id)
        rows = rows.filter(log_id=one.log_id, tenant_id=one.tenant_id, key=one.key)
    rows.update(retry_at=timezone.now())
    return retry_due(app)


def _retry_line(reader: Reader, line: Line) -> int:
    """The line's events in order, until one fails again. Under the cursor's lock, so that no newer event of the line overtakes."""
    from analytics_platform.kernel.events.delivery import locked_cursor

    with transaction.atomic(using=reader.alias):
        if locked_cursor(reader) is None:
            return 0
        handled = []
        for row in _rows(reader, line).order_by("position")[:EVENTS_A_LINE]:
            reason = attempt(reader, _envelope(row))
            if reason is not None:
                _put_off(reader, line, row, reason)
                break
            handled.append(row.row_id)
        ParkedEvent.objects.using(reader.alias).filter(row_id__in=handled).delete()
    return len(handled)


def _put_off(reader: Reader, line: Line, row: ParkedEvent, reason: str) -> None:
    attempts = row.attempts + 1
    retry_at = timezone.now() + delay_after(attempts)
    _rows(reader, line).update(retry_at=retry_at)
    _rows(reader, line).filter(row_id=row.row_id).update(reason=reason, attempts=attempts)


def _rows(reader: Reader, line: Line) -> QuerySet[ParkedEvent]:
    return ParkedEvent.objects.using(reader.alias).filter(subscriber=reader.app, log_id=reader.log_id, tenant_id=line[0], key=line[1])


def _envelope(row: ParkedEvent) -> Envelope:
    return Envelope(**{name: getattr(row, name) for name in Envelope.model_fields})

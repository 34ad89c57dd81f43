"""Handling a batch: all at once, or, when that fails, one by one; what fails is parked, and so is what follows it under its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connections, transaction
from django.db.models import Max
from django.utils import timezone

from analytics_platform.kernel.context import acting_as, request_scope, tenant_in_force
from analytics_platform.kernel.events.envelope import Envelope
from analytics_platform.kernel.events.models import ParkedEvent
from analytics_platform.kernel.events.subscriptions import subscriptions_of
from analytics_platform.kernel.observability import span
from analytics_platform.kernel.tenancy.models import Tenant

log = structlog.get_logger("events")
Line = tuple[UUID | None, str]
"""A tenant and a key: events of one line are handled one after another."""
FIRST_DELAY_S, LONGEST_DELAY_S = 5, 3600
WAITS = "waits for an earlier event of its key"


@dataclass(frozen=True)
class Reader:
    """An app that reads a log, and the alias of its own database."""

    app: str
    alias: str
    log_id: UUID


def handle(reader: Reader, events: list[Envelope]) -> None:
    """Let the app's handlers take these events, in the transaction that is open."""
    lines = parked_lines(reader, {event.key for event in events})
    parked = [_parked(reader, event, WAITS, lines[_line(event)]) for event in events if _line(event) in lines]
    ready = [event for event in events if _line(event) not in lines]
    if not _all_at_once(reader, ready):
        parked += _one_by_one(reader, ready)
    ParkedEvent.objects.using(reader.alias).bulk_create(parked, ignore_conflicts=True)


def _all_at_once(reader: Reader, events: list[Envelope]) -> bool:
    try:
        with transaction.atomic(using=reader.alias):
            _run(reader, events)
    except Exception as fault:  # a handler's failure, whatever it is: found by running one by one
        log.warning("batch_failed", app=reader.app, events=len(events), reason=repr(fault))
        return False
    return True


def attempt(reader: Reader, event: Envelope) -> str | None:
    """Handle one event in a savepoint. Answers why it failed, or None."""
    try:
        with transaction.atomic(using=reader.alias):
            _run(reader, [event])
    except Exception as fault:  # the same edge, for one event
        if _is_of_removed_tenant(reader, event):
            log.info("event_of_removed_tenant", app=reader.app, event_id=str(event.id))
            return None
        log.exception("event_failed", app=reader.app, event_id=str(event.id), event_name=event.name)
        return f"{type(fault).__name__}: {fault}"[:2000]
    return None


def parked_lines(reader: Reader, keys: set[str]) -> dict[Line, datetime]:
    """The lines of these keys that wait, and until when."""
    rows = ParkedEvent.objects.using(reader.alias).filter(subscriber=reader.app, log_id=reader.log_id, key__in=keys).order_by()
    return {(tenant, key): until for tenant, key, until in rows.values_list("tenant_id", "key").annotate(Max("retry_at"))}


def delay_after(attempts: int) -> timedelta:
    """5 s, 15 s, 45 s … up to an hour."""
    return timedelta(seconds=min(FIRST_DELAY_S * 3 ** (attempts - 1), LONGEST_DELAY_S))


def _one_by_one(reader: Reader, events: list[Envelope]) -> list[ParkedEvent]:
    """Answers what is to be parked: each event that fails, and those that follow it in its line."""
    waiting: dict[Line, datetime] = {}
    parked = []
    for event in events:
        line = _line(event)
        if line in waiting:
            parked.append(_parked(reader, event, WAITS, waiting[line]))
        elif (reason := attempt(reader, event)) is not None:
            waiting[line] = timezone.now() + delay_after(1)
            parked.append(_parked(reader, event, reason, waiting[line], attempts=1))
    return parked


def _run(reader: Reader, events: list[Envelope]) -> None:
    by_tenant: dict[UUID | None, list[Envelope]] = {}
    for event in events:
        by_tenant.setdefault(event.tenant_id, []).append(event)
    for tenant_id, group in by_tenant.items():
        with acting_as(None), tenant_in_force(tenant_id):
            _run_for_tenant(reader.app, group)
    if events:
        with connections[reader.alias].cursor() as cursor:  # what is deferred would fail at the commit, with nobody to blame
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _run_for_tenant(app: str, events: list[Envelope]) -> None:
    own = subscriptions_of(app)
    for event in events:
        for subscription in own:
            if not subscription.is_batch and subscription.wants(event.name):
                with request_scope(id=event.request_id, trace=event.trace), span(f"{app} handles {event.name}"):
                    subscription.handler(event=event.event, envelope=event)
    for subscription in own:
        wanted = [event for event in events if subscription.is_batch and subscription.wants(event.name)]
        if wanted:
            with request_scope(id=wanted[0].request_id if len(wanted) == 1 else ""), span(f"{app} handles {len(wanted)} events"):
                subscription.handler(envelopes=wanted)


def _line(event: Envelope) -> Line:
    return (event.tenant_id, event.key)


def _is_of_removed_tenant(reader: Reader, event: Envelope) -> bool:
    """Its schema is gone from this database: there is nothing left to do for it."""
    return event.tenant_id is not None and not Tenant.objects.using(reader.alias).filter(pk=event.tenant_id).exists()


def _parked(reader: Reader, event: Envelope, reason: str, retry_at: datetime, *, attempts: int = 0) -> ParkedEvent:
    values = event.model_dump()
    return ParkedEvent(**values, subscriber=reader.app, log_id=reader.log_id, reason=reason, retry_at=retry_at, attempts=attempts)

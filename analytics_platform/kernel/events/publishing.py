"""Publishing: a row in the outbox, in the transaction and the database of the change that the event tells of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction
from psycopg.types.json import Jsonb

from analytics_platform.kernel.context import principal_or_none, request_id, tenant_or_none, traceparent
from analytics_platform.kernel.databases import alias_of, open_transactions
from analytics_platform.kernel.declare import EVENT_APPS, Event
from analytics_platform.kernel.events.envelope import name_of
from analytics_platform.kernel.events.kicks import Kick
from analytics_platform.kernel.events.subscriptions import consumers_of
from analytics_platform.kernel.ids import uuid7

_COLUMNS = ("id", "name", "version", "tenant_id", "actor_id", "key", "request_id", "trace", "payload")


class PublishedOutsideTransaction(RuntimeError):
    """An event must commit or vanish together with the change that it tells of."""


class PublishedWithoutTenant(RuntimeError):
    """Only an event that is declared `platform_wide` belongs to nobody."""


def publish(event: Event) -> None:
    """Tell the event when the transaction commits.

    Call it inside the transaction of the change, after the changed row is locked, so that events of one key are in the order of the commits.
    Raises PublishedOutsideTransaction, PublishedWithoutTenant, UnknownEvent.
    """
    publish_all([event])


def publish_all(events: Iterable[Event]) -> None:
    """`publish` for many events of one app, in one statement."""
    events = list(events)
    if not events:
        return
    aliases = {alias_of(_app_of(event)) for event in events}
    if len(aliases) != 1:
        raise PublishedOutsideTransaction("one transaction publishes events of one database")
    alias = aliases.pop()
    if alias not in open_transactions():
        raise PublishedOutsideTransaction(f"publish {type(events[0]).__name__} inside a transaction on {alias!r}")
    rows = [_row(event) for event in events]
    places = ", ".join(["(" + ", ".join(["%s"] * len(_COLUMNS)) + ", statement_timestamp())"] * len(rows))
    with connections[alias].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO public.events_outbox ({', '.join(_COLUMNS)}, occurred_at) VALUES {places}",
            [value for row in rows for value in row],
        )
    _kick_on_commit(alias, {app for event in events for app in consumers_of(name_of(type(event)))})


def _app_of(event: Event) -> str:
    name_of(type(event))
    return EVENT_APPS[type(event)]


def _row(event: Event) -> tuple[Any, ...]:
    tenant, principal = tenant_or_none(), principal_or_none()
    if tenant is None and not event.platform_wide:
        raise PublishedWithoutTenant(f"{type(event).__name__} was published with no tenant in force")
    actor = None if principal is None else principal.user_id
    payload = Jsonb(event.model_dump(mode="json"))
    return (uuid7(), name_of(type(event)), event.version, tenant, actor, event.event_key(), request_id(), traceparent(), payload)


def _kick_on_commit(alias: str, apps: set[str]) -> None:
    """One kick a transaction, unless one that is waiting already does as much and would fall with no other savepoint than this."""
    connection = connections[alias]
    held = set(connection.savepoint_ids)
    for savepoints, waiting, *_ in connection.run_on_commit:
        if isinstance(waiting, Kick) and savepoints <= held:
            apps = apps - waiting.apps
    if apps:
        transaction.on_commit(Kick(frozenset(apps)), using=alias, robust=True)

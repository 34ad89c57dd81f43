"""Publishing: a row in the outbox, in the transaction and the database of the change that the event tells of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction
from pydantic import TypeAdapter

from analytics_platform.kernel.context import Origin, origin
from analytics_platform.kernel.databases import alias_of, open_transactions, write_at_once
from analytics_platform.kernel.declare import EVENT_APPS, Event
from analytics_platform.kernel.events.envelope import name_of
from analytics_platform.kernel.events.kicks import Kick
from analytics_platform.kernel.events.subscriptions import consumers_of
from analytics_platform.kernel.ids import uuid7

_COLUMNS = "id, name, version, tenant_id, actor_id, key, request_id, trace, payload"
_INSERT = (
    f"INSERT INTO public.events_outbox ({_COLUMNS}, occurred_at) SELECT {_COLUMNS}, {{moment}}"
    " FROM json_populate_recordset(NULL::public.events_outbox, %s::json)"
)
"""As JSON, since many events are then one value to send."""
_PUBLISH = _INSERT.format(moment="statement_timestamp()")
_PUBLISH_IF_CHANGED = _INSERT.format(moment="clock_timestamp()") + " WHERE EXISTS (SELECT FROM changed)"
"""The condition is decided before the event gets its number and its time, and so once the changed row is locked."""
_as_json = TypeAdapter(dict[str, Any]).dump_json


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


def publish_all(events: Iterable[Event], *, origins: Sequence[Origin] | None = None) -> None:
    """`publish` for many events of one app, in one statement. `origins` says whose they are, each its own, where that is not who asks now."""
    events = list(events)
    if not events:
        return
    origins = [origin()] * len(events) if origins is None else origins
    aliases = {alias_of(_app_of(event)) for event in events}
    if len(aliases) != 1:
        raise PublishedOutsideTransaction("one transaction publishes events of one database")
    alias = aliases.pop()
    if alias not in open_transactions():
        raise PublishedOutsideTransaction(f"publish {type(events[0]).__name__} inside a transaction on {alias!r}")
    rows = ",".join(_row(event, whose) for event, whose in zip(events, origins, strict=True))
    with connections[alias].cursor() as cursor:
        cursor.execute(_PUBLISH, [f"[{rows}]"])
    _kick_on_commit(alias, {app for event in events for app in consumers_of(name_of(type(event)))})


@dataclass(frozen=True, kw_only=True)
class Change:
    """One INSERT, UPDATE or DELETE that returns something for each row that it changes, and its values."""

    sql: str
    values: Sequence[Any]


def change_and_publish(change: Change, event: Event, *, is_dear: bool = True) -> bool:
    """One change and its event as a transaction of their own, in one round trip; whether it changed a row, as it is told of only then.

    The same as `publish` after the change in a transaction, for what happens often. What is not dear does not wait for the disk.
    Raises PublishedWithoutTenant, UnknownEvent, and RuntimeError inside a transaction.
    """
    alias = alias_of(_app_of(event))
    sql = f"WITH changed AS ({change.sql}) {_PUBLISH_IF_CHANGED}"
    is_told = bool(write_at_once(alias, sql, [*change.values, f"[{_row(event, origin())}]"], is_dear=is_dear))
    if is_told:
        _kick_on_commit(alias, set(consumers_of(name_of(type(event)))))
    return is_told


def _app_of(event: Event) -> str:
    name_of(type(event))
    return EVENT_APPS[type(event)]


def _row(event: Event, whose: Origin) -> str:
    if whose.tenant_id is None and not event.platform_wide:
        raise PublishedWithoutTenant(f"{type(event).__name__} was published with no tenant in force")
    beside = {
        "id": uuid7(),
        "name": name_of(type(event)),
        "version": event.version,
        "tenant_id": whose.tenant_id,
        "actor_id": whose.actor_id,
        "key": event.event_key(),
        "request_id": whose.request_id,
        "trace": whose.trace,
    }
    return f'{_as_json(beside).decode()[:-1]},"payload":{event.model_dump_json()}}}'


def _kick_on_commit(alias: str, apps: set[str]) -> None:
    """One kick a transaction, unless one that is waiting already does as much and would fall with no other savepoint than this."""
    connection = connections[alias]
    held = set(connection.savepoint_ids)
    for savepoints, waiting, *_ in connection.run_on_commit:
        if isinstance(waiting, Kick) and savepoints <= held:
            apps = apps - waiting.apps
    if apps:
        transaction.on_commit(Kick(frozenset(apps)), using=alias, robust=True)

"""Events and handlers that exist for one test only; no app's own handler hears of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections

from analytics_platform.kernel.databases import alias_of, transaction_for
from analytics_platform.kernel.declare import EVENT_APPS, Event
from analytics_platform.kernel.events import Envelope, publish, subscriber
from analytics_platform.kernel.events.subscriptions import SUBSCRIPTIONS, Subscription


class Counted(Event):
    """A number was counted under a key."""

    key_field = "line"
    line: str
    number: int


class Announced(Event):
    """Something that concerns the whole platform."""

    key_field = "what"
    platform_wide = True
    what: str


PUBLISHER, SUBSCRIBER, OTHER_SUBSCRIBER = "files", "metrics", "history"


_TABLE = "CREATE TABLE IF NOT EXISTS public.heard (id bigserial, tenant_id uuid, number integer)"


@dataclass
class Heard:
    """A handler that notes in its database what it heard, and fails while it is told to."""

    app: str
    failing: Callable[[Counted], bool] = lambda event: False

    def take(self, *, event: Counted, envelope: Envelope) -> None:
        """What is registered."""
        rows(
            alias_of(self.app),
            "INSERT INTO public.heard (tenant_id, number) VALUES (%s, %s) RETURNING id",
            envelope.tenant_id,
            event.number,
        )
        if self.failing(event):
            raise ValueError(f"cannot take {event.number}")

    @property
    def numbers(self) -> list[int]:
        """What was handled, in order."""
        return [number for (number,) in rows(alias_of(self.app), "SELECT number FROM public.heard ORDER BY id")]


@pytest.fixture(autouse=True)
def every_subscription() -> Iterator[list[Subscription]]:
    """The apps' own handlers, put aside; the registries as the test leaves them are forgotten."""
    events, subscriptions = dict(EVENT_APPS), list(SUBSCRIPTIONS)
    EVENT_APPS[Counted] = EVENT_APPS[Announced] = PUBLISHER
    SUBSCRIPTIONS.clear()
    yield subscriptions
    EVENT_APPS.clear()
    EVENT_APPS.update(events)
    SUBSCRIPTIONS[:] = subscriptions


@pytest.fixture
def heard(tenant: Any) -> Iterator[Heard]:
    """One app that takes every `Counted`, one by one."""
    found = Heard(SUBSCRIBER)
    with connections[alias_of(SUBSCRIBER)].cursor() as cursor:
        cursor.execute(_TABLE)
    listen(found.take)
    yield found
    with connections[alias_of(SUBSCRIBER)].cursor() as cursor:
        cursor.execute("DROP TABLE public.heard")


def listen(handler: Callable[..., None], *names: str, app: str = SUBSCRIBER, batch: bool = False) -> None:
    """Register a handler for an app that may consume everything."""
    subscriber(*(names or (f"{PUBLISHER}.Counted",)), app=app, batch=batch)(handler)


def count(*numbers: int, line: str = "a") -> None:
    """Publish each number in a transaction of its own, with the tenant in force."""
    for number in numbers:
        with transaction_for(PUBLISHER):
            publish(Counted(line=line, number=number))


def rows(alias: str, sql: str, *values: Any) -> list[Any]:
    """What the database says."""
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall())

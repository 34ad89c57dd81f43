"""An event as it lies in the log: the payload, and what travelled beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from analytics_platform.kernel.declare import EVENT_APPS, Dto, Event


class Envelope(Dto):
    """One event of the log. `name` is `<app>.<Event>`; `position` is its place in the log of the database that it was published in."""

    id: UUID
    position: int
    name: str
    version: int
    tenant_id: UUID | None
    actor_id: UUID | None
    key: str
    occurred_at: datetime
    request_id: str
    trace: str
    payload: dict[str, Any]

    @property
    def event(self) -> Event:
        """The payload as the class that its contract declares. Raises UnknownEvent."""
        return event_class(self.name).model_validate(self.payload)


class UnknownEvent(LookupError):
    """No contract of this release declares an event of this name."""


def name_of(event: type[Event]) -> str:
    """`<app>.<Event>`. Raises UnknownEvent for an event that no contract publishes."""
    if event not in EVENT_APPS:
        raise UnknownEvent(f"{event.__name__} stands in no contract's `publishes`")
    return f"{EVENT_APPS[event]}.{event.event_name()}"


def event_class(name: str) -> type[Event]:
    """The class behind a name. Raises UnknownEvent."""
    found = {name_of(event): event for event in EVENT_APPS}.get(name)
    if found is None:
        raise UnknownEvent(f"no contract publishes {name}")
    return found

"""A contract that exists for tests only, with its implementation."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.kernel.context import current_principal, current_tenant, request_id, traceparent
from analytics_platform.kernel.declare import Dto, FieldError, Problem, Service, command, query
from analytics_platform.kernel.ids import uuid7


class ThingMissing(Problem):
    """There is no such thing."""

    code = "probe_thing_missing"
    status = 404
    title = "There is no such thing."


class Thing(Dto):
    id: UUID
    size: int
    tags: list[str] = []


class Seen(Dto):
    tenant: UUID
    user: UUID
    request_id: str
    trace: str


class Probe(Service):
    """A few methods of each kind."""

    app = "probe"

    @query
    def get(self, *, id: UUID, size: int = 1) -> Thing:
        """One thing."""

    @query
    def seen(self) -> Seen:
        """What travelled beside the arguments."""

    @query
    def missing(self, *, id: UUID) -> Thing:
        """Always ThingMissing."""

    @query
    def flaky(self) -> int:
        """Unavailable twice, then well."""

    @command
    def make(self, *, tags: list[str]) -> Thing:
        """A new thing each time."""

    @query
    def broken(self) -> int:
        """A defect."""


probe = Probe.client()  # a Client: `bind` is its own


class ProbeService(Probe):
    def __init__(self) -> None:
        self.calls = 0
        self.made: list[UUID] = []

    def get(self, *, id: UUID, size: int = 1) -> Thing:
        return Thing(id=id, size=size)

    def seen(self) -> Seen:
        return Seen(tenant=current_tenant(), user=current_principal().user_id, request_id=request_id(), trace=traceparent())

    def missing(self, *, id: UUID) -> Thing:
        raise ThingMissing("It is gone.", errors=[FieldError(field="id", code="gone", message="gone")], closest=["other"])

    def flaky(self) -> int:
        from analytics_platform.kernel.problems import ServiceUnavailable

        self.calls += 1
        if self.calls < 3:
            raise ServiceUnavailable
        return self.calls

    def make(self, *, tags: list[str]) -> Thing:
        self.made.append(uuid7())
        return Thing(id=self.made[-1], size=0, tags=tags)

    def broken(self) -> int:
        raise ZeroDivisionError

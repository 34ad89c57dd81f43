"""What travels beside the arguments: the tenant in force, who asks, the request id, the trace and the deadline."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from analytics_platform.kernel.declare import Principal, Problem


class NoTenant(Problem):
    """Work that belongs to a tenant was begun without one: always a defect of ours, never guessed away."""

    code = "no_tenant"
    status = 500
    title = "No tenant is in force."


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant, and the PostgreSQL schema that holds what it makes, which follows from its id."""

    id: UUID
    schema: str


PUBLIC = "public"


def tenant_of(tenant_id: UUID) -> Tenant:
    """The tenant with this id; nothing is looked up."""
    return Tenant(tenant_id, f"t_{tenant_id.hex}")


_tenant: ContextVar[Tenant | None] = ContextVar("tenant", default=None)
_principal: ContextVar[Principal | None] = ContextVar("principal", default=None)
_request_id: ContextVar[str] = ContextVar("request_id", default="")
_traceparent: ContextVar[str] = ContextVar("traceparent", default="")
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


def active_schema() -> str:
    """The schema that unqualified tables are looked for in: the tenant's, or `public`."""
    tenant = _tenant.get()
    return PUBLIC if tenant is None else tenant.schema


def current_tenant() -> UUID:
    """The id of the tenant in force. Raises NoTenant."""
    tenant = _tenant.get()
    if tenant is None:
        raise NoTenant
    return tenant.id


def tenant_or_none() -> UUID | None:
    """The id of the tenant in force, if any."""
    tenant = _tenant.get()
    return None if tenant is None else tenant.id


def principal_or_none() -> Principal | None:
    """Who asks, if anybody: a job or an event has a tenant but no principal."""
    return _principal.get()


def current_principal() -> Principal:
    """Who asks. Raises NotSignedIn."""
    principal = _principal.get()
    if principal is None:
        raise NotSignedIn
    return principal


class NotSignedIn(Problem):
    """No valid token or key came with the request."""

    code = "not_signed_in"
    status = 401
    title = "Sign in first: send a bearer token or an API key."


def request_id() -> str:
    """The id of the request, task or event being worked on; empty outside of one."""
    return _request_id.get()


def traceparent() -> str:
    """The W3C trace context, or empty."""
    return _traceparent.get()


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose doing something is, and in which request: what an event carries beside its payload."""

    tenant_id: UUID | None
    actor_id: UUID | None
    request_id: str
    trace: str


def origin() -> Origin:
    """Of what is being done now; to be kept where it is told of only later."""
    principal = _principal.get()
    return Origin(tenant_or_none(), None if principal is None else principal.user_id, _request_id.get(), _traceparent.get())


def seconds_left(default_s: float) -> float:
    """How long the work in hand may still take, in seconds."""
    deadline = _deadline.get()
    return default_s if deadline is None else max(0.0, min(default_s, deadline - time.time()))


@contextmanager
def tenant_in_force(tenant_id: UUID | None) -> Iterator[None]:
    """Everything inside belongs to this tenant (None: to nobody, `public` alone). Restored on the way out, also on an exception."""
    token = _tenant.set(None if tenant_id is None else tenant_of(tenant_id))
    try:
        yield
    finally:
        _tenant.reset(token)


@contextmanager
def acting_as(principal: Principal | None) -> Iterator[None]:
    """Everything inside is asked by `principal`, in its tenant."""
    token = _principal.set(principal)
    try:
        if principal is None:
            yield
        else:
            with tenant_in_force(principal.tenant_id):
                yield
    finally:
        _principal.reset(token)


@contextmanager
def request_scope(*, id: str, trace: str = "", deadline: float | None = None) -> Iterator[None]:
    """One request, task or event: what it logs, publishes and calls carries this id, trace and deadline (unix seconds)."""
    tokens = (_request_id.set(id), _traceparent.set(trace), _deadline.set(deadline))
    try:
        yield
    finally:
        _request_id.reset(tokens[0])
        _traceparent.reset(tokens[1])
        _deadline.reset(tokens[2])

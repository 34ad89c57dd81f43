"""Users, companies, memberships, roles, sessions and keys: who may do what."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.kernel.declare import Event
from analytics_platform.kernel.identity import Identity


class TenantCreated(Event):
    """A company signed up, and is ready to use."""

    key_field = "tenant_id"
    tenant_id: UUID
    name: str
    slug: str


class Accounts(Identity):
    """The people and companies of this platform."""

    publishes = (TenantCreated,)


accounts = Accounts.client()

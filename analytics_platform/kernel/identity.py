"""What the kernel asks of whoever knows the users. `apps.auth` implements it as part of its own contract."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.kernel.declare import Principal, Service, command, query


class Identity(Service):
    """Who somebody is when the token does not say."""

    app = "auth"

    @query
    def resolve_api_key(self, *, key: str) -> Principal:
        """Whom this API key acts for, with the rights it has now; `session_id` is the key's id. Raises NotSignedIn."""

    @query
    def principal_of(self, *, tenant_id: UUID, user_id: UUID) -> Principal:
        """A member with its current rights: alerts and schedules act with their owner's. Raises NotSignedIn when it is a member no more."""

    @command
    def restore_epochs(self) -> None:
        """Tell Redis again which tokens are stale, after it has lost its memory."""


identity = Identity.client()

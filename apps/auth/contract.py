"""Users, companies, memberships, roles, sessions and keys: who may do what."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import JsonValue

from analytics_platform.kernel.declare import Dto, Event, Page, Principal, Problem, command, local, query
from analytics_platform.kernel.identity import Identity

Settings = dict[str, JsonValue]
Attributes = dict[str, str | int | float | bool | list[str]]
TenantStatus = Literal["active", "suspended", "deleted"]
MemberStatus = Literal["active", "invited"]


class EmailTaken(Problem):
    code = "email_taken"
    status = 409
    title = "Somebody with this e-mail address is registered already; sign in instead."


class TenantSlugTaken(Problem):
    code = "tenant_slug_taken"
    status = 409
    title = "Another company has this slug."


class TenantNotReady(Problem):
    code = "tenant_not_ready"
    status = 503
    title = "The company could not be set up everywhere, so nothing was kept; try again shortly."


class InvalidCredentials(Problem):
    code = "invalid_credentials"
    status = 401
    title = "The e-mail address or the password is wrong."


class WrongPassword(Problem):
    code = "wrong_password"
    status = 403
    title = "The current password is wrong."


class RefreshInvalid(Problem):
    code = "refresh_invalid"
    status = 401
    title = "The refresh token is unknown, expired, or its session has ended; sign in again."


class RefreshReused(Problem):
    code = "refresh_reused"
    status = 401
    title = "This refresh token was used before, so its session was ended; sign in again."


class ResetInvalid(Problem):
    code = "reset_invalid"
    status = 400
    title = "The reset token is unknown, expired or used; ask for a new one."


class SessionNeeded(Problem):
    code = "session_needed"
    status = 403
    title = "This needs somebody who is signed in; an API key cannot do it."


class SuspendedTenant(Problem):
    code = "tenant_suspended"
    status = 403
    title = "This company is suspended."


class NotAMember(Problem):
    code = "not_a_member"
    status = 403
    title = "You belong to no such company."


class TenantNotFound(Problem):
    code = "tenant_not_found"
    status = 404
    title = "There is no such company."


class MemberNotFound(Problem):
    code = "member_not_found"
    status = 404
    title = "There is no such member."


class InvitationInvalid(Problem):
    code = "invitation_invalid"
    status = 404
    title = "The invitation is unknown, expired or used, or it was made for another e-mail address."


class AlreadyMember(Problem):
    code = "already_member"
    status = 409
    title = "This person belongs to the company already."


class LastOwner(Problem):
    code = "last_owner"
    status = 409
    title = "A company needs an owner: make somebody else one first."


class CannotGrant(Problem):
    code = "cannot_grant"
    status = 403
    title = "Nobody can give, take away or manage rights that they do not have."


class RoleNameTaken(Problem):
    code = "role_name_taken"
    status = 409
    title = "Another role has this name."


class RoleBuiltIn(Problem):
    code = "role_built_in"
    status = 409
    title = "Built-in roles do not change."


class RoleInUse(Problem):
    code = "role_in_use"
    status = 409
    title = "Members or invitations still have this role."


class TenantRef(Dto):
    """A company as others name it."""

    id: UUID
    name: str
    slug: str


class Limits(Dto):
    """What a company allows its members."""

    default_rows: int = 1_000
    max_rows: int = 50_000
    query_timeout_s: int = 30
    background_timeout_s: int = 600
    explain_timeout_s: int = 10
    max_upload_mb: int = 100
    access_token_lifetime_s: int = 900
    refresh_token_lifetime_s: int = 14 * 86_400


class Tenant(TenantRef):
    """A company: `settings` is its own, free form."""

    status: TenantStatus
    limits: Limits
    settings: Settings
    version: int
    created_at: datetime


class MembershipRef(Dto):
    """One company that a user belongs to."""

    tenant: TenantRef
    role: str


class User(Dto):
    """A person, who may belong to several companies."""

    id: UUID
    email: str
    full_name: str
    memberships: list[MembershipRef]
    version: int
    created_at: datetime


class Tokens(Dto):
    """`access` goes into `Authorization: Bearer`, for `expires_in` seconds; `refresh` gets the next pair, once."""

    access: str
    refresh: str
    expires_in: int


class SignedIn(Tokens):
    """Tokens, and whom they are for."""

    user: User
    tenant: TenantRef


class NewTenant(Dto):
    """A company to be made; without a slug one is made of the name."""

    name: str
    slug: str | None = None


class Visitor(Dto):
    """Where somebody signs in from; an empty address is this machine's operator."""

    address: str = ""
    user_agent: str = ""


class SessionInfo(Dto):
    """A place where the user is signed in."""

    id: UUID
    tenant: TenantRef
    address: str
    user_agent: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool


class Member(Dto):
    """Somebody who belongs to the company, or (`status: "invited"`) is asked to; then `id` is the invitation's."""

    id: UUID
    email: str
    full_name: str
    role: str
    attributes: Attributes
    status: MemberStatus
    joined_at: datetime | None
    expires_at: datetime | None = None
    version: int


class Invited(Member):
    """A new invitation; `invitation` is the token to register with, mailed to the address too and shown only now."""

    invitation: str


class Role(Dto):
    """A name for a set of permissions (`<app>.<action>`)."""

    id: UUID
    name: str
    permissions: list[str]
    built_in: bool
    version: int


class ApiKey(Dto):
    """A key by what it can be recognised by; it acts with what its owner may at the time, within `permissions`."""

    id: UUID
    name: str
    prefix: str
    permissions: list[str]
    owner_id: UUID
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewApiKey(ApiKey):
    """A key that was just made; `key` is shown only now."""

    key: str


class TenantCreated(Event):
    """A company signed up, and is ready to use."""

    key_field = "tenant_id"
    tenant_id: UUID
    name: str
    slug: str


class TenantSuspended(Event):
    """A company may not use the platform for now; its tokens are refused."""

    key_field = "tenant_id"
    tenant_id: UUID
    reason: str


class TenantDeleted(Event):
    """A company is gone; what it made is removed after a while."""

    key_field = "tenant_id"
    tenant_id: UUID


class UserInvited(Event):
    """Somebody was asked to join."""

    key_field = "invitation_id"
    invitation_id: UUID
    email: str
    role: str


class UserJoined(Event):
    """Somebody became a member."""

    key_field = "user_id"
    user_id: UUID
    email: str
    full_name: str
    role: str


class UserRemoved(Event):
    """Somebody is a member no more."""

    key_field = "user_id"
    user_id: UUID


class RoleChanged(Event):
    """A member's rights changed: another role, or other permissions in the same one."""

    key_field = "user_id"
    user_id: UUID
    role: str
    previous_role: str


class Accounts(Identity):
    """The people and companies of this platform. What carries a password, a token or a key is `@local`: none of these crosses the internal door."""

    publishes = (TenantCreated, TenantSuspended, TenantDeleted, UserInvited, UserJoined, UserRemoved, RoleChanged)

    @local
    def register(
        self,
        *,
        email: str,
        password: str,
        full_name: str = "",
        tenant: NewTenant | None = None,
        invitation: str | None = None,
        visitor: Visitor = Visitor(),
    ) -> SignedIn:
        """A new user with a new company of its own, ready to use, or a member of the company that `invitation` is for.
        Raises Invalid (weak password, bad slug), EmailTaken, TenantSlugTaken, InvitationInvalid, InvalidCredentials (an existing user's invitation), TenantNotReady."""

    @local
    def login(self, *, email: str, password: str, tenant: str | None = None, visitor: Visitor = Visitor()) -> SignedIn:
        """Start a session in `tenant` (slug or id), else where the user was last. Raises InvalidCredentials, RateLimited, NotAMember, SuspendedTenant."""

    @local
    def refresh(self, *, refresh: str) -> Tokens:
        """The next pair; the token that was given is spent. Raises RefreshInvalid, RefreshReused, NotAMember, SuspendedTenant."""

    @local
    def logout(self, *, refresh: str) -> None:
        """End the session, at once. Raises RefreshInvalid for a token that was never given out."""

    @local
    def switch(self, *, tenant: str, visitor: Visitor = Visitor()) -> SignedIn:
        """A session in another of one's companies (slug or id). Raises NotAMember, SuspendedTenant, SessionNeeded."""

    @local
    def change_password(self, *, current_password: str, new_password: str) -> None:
        """Ends the other sessions. Raises WrongPassword, Invalid, RateLimited, SessionNeeded."""

    @local
    def request_password_reset(self, *, email: str, visitor: Visitor = Visitor()) -> None:
        """Mail a token, if somebody has this address; nobody learns whether. Raises RateLimited."""

    @local
    def confirm_password_reset(self, *, token: str, new_password: str) -> None:
        """Ends all sessions. Raises ResetInvalid, Invalid."""

    @query
    def get_user(self) -> User:
        """Who asks."""

    @command
    def update_user(self, *, full_name: str | None = None, version: int | None = None) -> User:
        """Raises StaleVersion."""

    @query
    def list_sessions(self, *, offset: int = 0, limit: int = 50) -> Page[SessionInfo]:
        """Where the user is signed in, the latest first."""

    @command
    def end_session(self, *, session_id: UUID) -> None:
        """End one of the user's own sessions, at once. Raises NotFound."""

    @query
    def get_tenant(self, *, tenant_id: UUID) -> Tenant:
        """The tenant in force. Raises TenantNotFound, for another one too."""

    @command
    def update_tenant(
        self,
        *,
        tenant_id: UUID,
        name: str | None = None,
        limits: dict[str, int] | None = None,
        settings: Settings | None = None,
        version: int | None = None,
    ) -> Tenant:
        """Limits and settings that are not named stay; a setting of None is removed. Raises TenantNotFound, Invalid, StaleVersion."""

    @query
    def find_tenant(self, *, slug: str) -> Tenant:
        """For the operator's commands, not for people. Raises TenantNotFound."""

    @query
    def owner_of(self, *, tenant_id: UUID) -> Principal:
        """The company's first owner with its current rights, for the operator's commands. Raises TenantNotFound."""

    @command
    def suspend_tenant(self, *, tenant_id: UUID, reason: str = "") -> Tenant:
        """By the operator: tokens and keys are refused at once. Raises TenantNotFound."""

    @command
    def resume_tenant(self, *, tenant_id: UUID) -> Tenant:
        """By the operator: end a suspension. Raises TenantNotFound."""

    @command
    def delete_tenant(self, *, tenant_id: UUID) -> None:
        """By the operator: tokens and keys are refused at once, what the company made is removed later. Raises TenantNotFound."""

    @query
    def list_members(self, *, tenant_id: UUID, search: str = "", offset: int = 0, limit: int = 50) -> Page[Member]:
        """Members and open invitations, by e-mail. Raises TenantNotFound."""

    @query
    def get_member(self, *, tenant_id: UUID, user_id: UUID) -> Member:
        """One member. Raises TenantNotFound, MemberNotFound."""

    @local
    def invite(self, *, tenant_id: UUID, email: str, role: str) -> Invited:
        """Mail an invitation; an open one to this address is replaced. Raises TenantNotFound, AlreadyMember, CannotGrant, Invalid (no such role)."""

    @command
    def update_member(
        self, *, tenant_id: UUID, user_id: UUID, role: str | None = None, attributes: Attributes | None = None, version: int | None = None
    ) -> Member:
        """At once: older tokens are refused. Raises TenantNotFound, MemberNotFound, CannotGrant, LastOwner, StaleVersion, Invalid (no such role)."""

    @command
    def remove_member(self, *, tenant_id: UUID, user_id: UUID) -> None:
        """A member, with its sessions and keys here, or an invitation by its id. Raises TenantNotFound, MemberNotFound, CannotGrant, LastOwner."""

    @query
    def list_roles(self, *, tenant_id: UUID) -> Page[Role]:
        """The built-in ones, then the company's own by name. Raises TenantNotFound."""

    @query
    def get_role(self, *, tenant_id: UUID, role_id: UUID) -> Role:
        """Raises TenantNotFound, NotFound."""

    @command
    def create_role(self, *, tenant_id: UUID, name: str, permissions: list[str]) -> Role:
        """Raises TenantNotFound, RoleNameTaken, CannotGrant, Invalid (unknown permission)."""

    @command
    def update_role(
        self, *, tenant_id: UUID, role_id: UUID, name: str | None = None, permissions: list[str] | None = None, version: int | None = None
    ) -> Role:
        """Reaches its members at once. Raises TenantNotFound, NotFound, RoleBuiltIn, RoleNameTaken, CannotGrant, StaleVersion, Invalid."""

    @command
    def delete_role(self, *, tenant_id: UUID, role_id: UUID) -> None:
        """Raises TenantNotFound, NotFound, RoleBuiltIn, RoleInUse."""

    @query
    def list_api_keys(self, *, offset: int = 0, limit: int = 50) -> Page[ApiKey]:
        """The company's keys that are not revoked, the latest first."""

    @query
    def get_api_key(self, *, api_key_id: UUID) -> ApiKey:
        """Raises NotFound."""

    @local
    def create_api_key(self, *, name: str, permissions: list[str], expires_at: datetime | None = None) -> NewApiKey:
        """A key of the user who asks. Raises CannotGrant, Invalid (unknown permission, past expiry)."""

    @command
    def revoke_api_key(self, *, api_key_id: UUID) -> None:
        """It is refused at once. Raises NotFound."""


accounts = Accounts.client()

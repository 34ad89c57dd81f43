"""Signing in, and the signed-in user."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from rest_framework.request import Request

from analytics_platform.kernel.context import current_principal
from analytics_platform.kernel.declare import Page
from analytics_platform.kernel.http.authentication import client_address
from analytics_platform.kernel.http.endpoint import ApiView, endpoint
from analytics_platform.kernel.http.pagination import PageQuery
from analytics_platform.kernel.problems import Invalid, StaleVersion
from apps.auth import contract
from apps.auth.api import serializers
from apps.auth.contract import accounts


def visitor_of(request: Request) -> contract.Visitor:
    """Where the request comes from."""
    return contract.Visitor(address=client_address(request._request), user_agent=request.headers.get("User-Agent", "")[:300])


class Register(ApiView):
    """Signing up."""

    @endpoint(
        summary="Sign up with a new company, or join one by invitation",
        public=True,
        body=serializers.RegisterBody,
        answer=contract.SignedIn,
        status=201,
        errors=(
            contract.EmailTaken, contract.TenantSlugTaken, contract.AlreadyMember, contract.InvitationInvalid,
            contract.InvalidCredentials, contract.SuspendedTenant, contract.TenantNotReady,
        ),
    )  # fmt: skip
    def post(self, request: Request, body: serializers.RegisterBody) -> contract.SignedIn:
        """The company is usable when the answer arrives."""
        tenant = None if body.tenant is None else contract.NewTenant(**body.tenant.model_dump())
        return accounts.register(
            email=body.email,
            password=body.password,
            full_name=body.full_name,
            tenant=tenant,
            invitation=body.invitation,
            visitor=visitor_of(request),
        )


class Login(ApiView):
    """Signing in."""

    @endpoint(
        summary="Sign in",
        public=True,
        body=serializers.LoginBody,
        answer=contract.SignedIn,
        errors=(contract.InvalidCredentials, contract.NotAMember, contract.SuspendedTenant),
    )
    def post(self, request: Request, body: serializers.LoginBody) -> contract.SignedIn:
        """In the named company, else where the user was last."""
        return accounts.login(email=body.email, password=body.password, tenant=body.tenant, visitor=visitor_of(request))


class Refresh(ApiView):
    """The next pair of tokens."""

    @endpoint(
        summary="Exchange a refresh token for the next pair",
        description="The old refresh token no longer works; using it again ends the whole session.",
        public=True,
        body=serializers.RefreshBody,
        answer=contract.Tokens,
        errors=(contract.RefreshInvalid, contract.RefreshReused, contract.NotAMember, contract.SuspendedTenant),
    )
    def post(self, request: Request, body: serializers.RefreshBody) -> contract.Tokens:
        """With the rights of now."""
        return accounts.refresh(refresh=body.refresh)


class Logout(ApiView):
    """Signing out."""

    @endpoint(summary="End the session", public=True, body=serializers.RefreshBody, errors=(contract.RefreshInvalid,))
    def post(self, request: Request, body: serializers.RefreshBody) -> None:
        """Its access tokens are refused at once."""
        accounts.logout(refresh=body.refresh)


class Validate(ApiView):
    """What a token says."""

    @endpoint(summary="Whether the token holds, and what it says", answer=serializers.Validation)
    def get(self, request: Request) -> serializers.Validation:
        """From the token alone."""
        principal = current_principal()
        return serializers.Validation(
            valid=True,
            user_id=principal.user_id,
            tenant=serializers.TokenTenant(id=principal.tenant_id, slug=principal.tenant_slug),
            tenant_id=principal.tenant_id,
            role=principal.role,
            permissions=sorted(principal.permissions),
            session_id=principal.session_id,
            expires_at=datetime.fromtimestamp(principal.expires_at, UTC) if principal.expires_at else None,
        )


class Switch(ApiView):
    """To another company of one's own."""

    @endpoint(
        summary="Tokens for another of one's companies",
        body=serializers.SwitchBody,
        answer=contract.SignedIn,
        errors=(contract.NotAMember, contract.SuspendedTenant, contract.SessionNeeded),
        idempotent=False,
    )
    def post(self, request: Request, body: serializers.SwitchBody) -> contract.SignedIn:
        """A session of its own."""
        return accounts.switch(tenant=body.tenant, visitor=visitor_of(request))


class CurrentUser(ApiView):
    """The signed-in user."""

    @endpoint(summary="The signed-in user", answer=contract.User)
    def get(self, request: Request) -> contract.User:
        """With its companies."""
        return accounts.get_user()

    @endpoint(
        summary="Change the signed-in user", body=serializers.UserBody, answer=contract.User, errors=(StaleVersion, contract.SessionNeeded)
    )
    def patch(self, request: Request, body: serializers.UserBody) -> contract.User:
        """Its name."""
        return accounts.update_user(full_name=body.full_name, version=body.version)


class PasswordChange(ApiView):
    """One's own password."""

    @endpoint(
        summary="Change one's password",
        description="The other sessions end.",
        body=serializers.PasswordChangeBody,
        errors=(contract.WrongPassword, contract.SessionNeeded),
        idempotent=False,
    )
    def post(self, request: Request, body: serializers.PasswordChangeBody) -> None:
        """The session that asks goes on."""
        accounts.change_password(current_password=body.current_password, new_password=body.new_password)


class PasswordReset(ApiView):
    """A forgotten password."""

    @endpoint(
        summary="Ask for a mail that resets a password",
        description="The answer is the same whether the address is known or not.",
        public=True,
        body=serializers.PasswordResetBody,
    )
    def post(self, request: Request, body: serializers.PasswordResetBody) -> None:
        """The mail follows."""
        accounts.request_password_reset(email=body.email, visitor=visitor_of(request))


class PasswordResetConfirm(ApiView):
    """A forgotten password, with the mailed token."""

    @endpoint(
        summary="Set a new password with a mailed token",
        description="All sessions end.",
        public=True,
        body=serializers.PasswordResetConfirmBody,
        errors=(contract.ResetInvalid, Invalid),
    )
    def post(self, request: Request, body: serializers.PasswordResetConfirmBody) -> None:
        """The token works once."""
        accounts.confirm_password_reset(token=body.token, new_password=body.new_password)


class Sessions(ApiView):
    """Where the user is signed in."""

    @endpoint(summary="Where the user is signed in", query=PageQuery, answer=Page[contract.SessionInfo], errors=(contract.SessionNeeded,))
    def get(self, request: Request, query: PageQuery) -> Page[contract.SessionInfo]:
        """The latest first."""
        return accounts.list_sessions(offset=query.offset, limit=query.page_size)


class SessionDetail(ApiView):
    """One session."""

    @endpoint(summary="End a session", errors=(contract.SessionNeeded,))
    def delete(self, request: Request, session_id: UUID) -> None:
        """Its access tokens are refused at once."""
        accounts.end_session(session_id=session_id)

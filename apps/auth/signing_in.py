"""Sessions and their tokens: login, refresh, logout, switch."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken

from analytics_platform.kernel.context import tenant_in_force
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import Page, Principal, Problem
from analytics_platform.kernel.epochs import count_attempt, forget_attempts, session_scope
from analytics_platform.kernel.http.tokens import claims_of
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.problems import NotFound
from apps.auth.contract import (
    InvalidCredentials,
    NotAMember,
    RefreshInvalid,
    RefreshReused,
    SessionInfo,
    SignedIn,
    SuspendedTenant,
    Tokens,
    Visitor,
)
from apps.auth.conversions import limits_of, session_of, tenant_ref_of, user_of
from apps.auth.models import Company, Membership, RefreshToken, Session, User, normalised_email
from apps.auth.rights import locked_memberships, own_session, principal_from
from apps.auth.secret_tokens import hash_of, new_token
from apps.auth.staleness import make_stale

ATTEMPTS = 10
ATTEMPTS_WINDOW_S = 15 * 60


class SigningIn:
    """Sessions and their tokens."""

    def login(self, *, email: str, password: str, tenant: str | None = None, visitor: Visitor = Visitor()) -> SignedIn:
        """The password is checked before anything is said of companies."""
        user = authenticated(email=email, password=password, visitor=visitor)
        return signed_in(_membership_for(user, tenant), visitor)

    def refresh(self, *, refresh: str) -> Tokens:
        """What was found out is committed before it is raised: a reused token ends its session."""
        with transaction_for("auth"):
            outcome = _rotated(hash_of(refresh))
        if isinstance(outcome, Problem):
            raise outcome
        return outcome

    def logout(self, *, refresh: str) -> None:
        """A used token ends its session as well as the current one."""
        session_id = _session_of_token(hash_of(refresh))
        if session_id is None:
            raise RefreshInvalid
        with transaction_for("auth"):
            end_sessions(reason="logout", pk=session_id)

    def switch(self, *, tenant: str, visitor: Visitor = Visitor()) -> SignedIn:
        """The session in the company that one comes from goes on."""
        return signed_in(_membership_for(own_session().user, tenant), visitor)

    def list_sessions(self, *, offset: int = 0, limit: int = 50) -> Page[SessionInfo]:
        """Neither ended nor expired."""
        session = own_session()
        rows = Session.objects.filter(user_id=session.user_id, ended_at=None, expires_at__gt=timezone.now())
        page = rows.select_related("company").order_by("-last_used_at", "-id")[offset : offset + limit]
        return Page(count=rows.count(), results=[session_of(row, current=session.id) for row in page])

    def end_session(self, *, session_id: UUID) -> None:
        """Also the one that asks."""
        user_id = own_session().user_id
        with transaction_for("auth"):
            if not end_sessions(reason="ended", pk=session_id, user_id=user_id):
                raise NotFound


def authenticated(*, email: str, password: str, visitor: Visitor) -> User:
    """The user with this address and password, in the same time whether there is one or not. Raises InvalidCredentials, RateLimited."""
    email = normalised_email(email)
    attempt = f"login:{hashlib.sha256(f'{email}|{visitor.address}'.encode(errors='surrogatepass')).hexdigest()}"
    count_attempt(attempt, limit=ATTEMPTS, window_s=ATTEMPTS_WINDOW_S)
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        make_password(password)
        raise InvalidCredentials
    if not user.check_password(password):
        raise InvalidCredentials
    forget_attempts(attempt)
    return user


def signed_in(membership: Membership, visitor: Visitor) -> SignedIn:
    """A new session of this member, and all that the answer tells. Raises NotAMember, SuspendedTenant when that has just changed."""
    with transaction_for("auth"):
        current = _current(membership.company_id, membership.user_id)
        if isinstance(current, Problem):
            raise current
        _, tokens = open_session(current, visitor)
    return SignedIn(**tokens.model_dump(), user=user_of(current.user), tenant=tenant_ref_of(current.company))


def open_session(membership: Membership, visitor: Visitor) -> tuple[Principal, Tokens]:
    """Inside a transaction, with the membership locked."""
    now = timezone.now()
    session = Session(
        id=uuid7(),
        user_id=membership.user_id,
        company_id=membership.company_id,
        address=visitor.address[:64],
        user_agent=visitor.user_agent.replace("\0", "")[:300],
        last_used_at=now,
        expires_at=_expiry(membership.company),
    )
    session.save(force_insert=True)
    principal = principal_from(membership, session_id=session.id)
    return principal, _tokens(principal, membership.company)


def end_sessions(*, reason: str, but: UUID | None = None, **which: object) -> int:
    """End the sessions that are not over yet, inside a transaction. Answers how many."""
    rows = Session.objects.select_for_update().filter(ended_at=None, **which)
    if but is not None:
        rows = rows.exclude(pk=but)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    if ids:
        Session.objects.filter(pk__in=ids).update(ended_at=timezone.now(), end_reason=reason)
        make_stale(*(session_scope(id) for id in ids))
    return len(ids)


def _membership_for(user: User, tenant: str | None) -> Membership:
    """The one in the named company, or where the user was last, or the oldest. Raises NotAMember, SuspendedTenant."""
    rows = list(user.memberships.select_related("user", "company").exclude(company__status=Company.Status.DELETED).order_by("created_at"))
    if tenant is not None:
        rows = [m for m in rows if tenant in (m.company.slug, str(m.company_id))]
    if not rows:
        raise NotAMember
    active = [m for m in rows if m.company.status == Company.Status.ACTIVE]
    if not active:
        raise SuspendedTenant
    if len(active) == 1:
        return active[0]
    last = Session.objects.filter(user=user).order_by("-last_used_at").values_list("company_id", flat=True).first()
    return next((m for m in active if m.company_id == last), active[0])


def _current(company_id: UUID, user_id: UUID) -> Membership | Problem:
    """The membership, locked, when it opens the door now."""
    found = locked_memberships(company_id, user_id=user_id)
    if not found or not found[0].user.is_active or found[0].company.status == Company.Status.DELETED:
        return NotAMember()
    return SuspendedTenant() if found[0].company.status == Company.Status.SUSPENDED else found[0]


def _session_of_token(token_hash: str) -> UUID | None:
    return RefreshToken.objects.filter(pk=token_hash).values_list("session_id", flat=True).first()


def _rotated(token_hash: str) -> Tokens | Problem:
    """Membership, then session are locked, in the order in which everything else locks them; of two at once the second has reused the token."""
    session_id = _session_of_token(token_hash)
    seen = None if session_id is None else Session.objects.filter(pk=session_id).first()
    if seen is None:
        return RefreshInvalid()
    membership = _current(seen.company_id, seen.user_id)
    session = Session.objects.select_for_update().get(pk=seen.pk)
    token = RefreshToken.objects.get(pk=token_hash)
    now = timezone.now()
    if session.ended_at is not None or session.expires_at <= now:
        return RefreshInvalid()
    if token.used_at is not None:
        with tenant_in_force(session.company_id):
            end_sessions(reason="refresh_reused", pk=session.pk)
        return RefreshReused()
    if isinstance(membership, Problem):
        return membership
    RefreshToken.objects.filter(pk=token_hash).update(used_at=now)
    lifetime_s = limits_of(membership.company).refresh_token_lifetime_s
    session.refresh_tokens.filter(used_at__lt=now - timedelta(seconds=lifetime_s)).delete()
    Session.objects.filter(pk=session.pk).update(last_used_at=now, expires_at=_expiry(membership.company))
    return _tokens(principal_from(membership, session_id=session.pk), membership.company)


def _expiry(company: Company) -> datetime:
    return timezone.now() + timedelta(seconds=limits_of(company).refresh_token_lifetime_s)


def _tokens(principal: Principal, company: Company) -> Tokens:
    """A signed access token, and a refresh token of which only the hash is kept."""
    lifetime_s = limits_of(company).access_token_lifetime_s
    access = AccessToken()
    access.set_exp(lifetime=timedelta(seconds=lifetime_s))
    for name, value in claims_of(principal).items():
        access[name] = value
    refresh = new_token()
    RefreshToken.objects.create(token_hash=hash_of(refresh), session_id=principal.session_id)
    return Tokens(access=str(access), refresh=refresh, expires_in=lifetime_s)

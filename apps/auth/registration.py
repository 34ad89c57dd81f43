"""Signing up: a new user with a new company that is ready when the answer arrives, or a member by invitation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, Error, IntegrityError, transaction
from django.utils import timezone

from analytics_platform.kernel.context import acting_as, tenant_in_force
from analytics_platform.kernel.databases import alias_of, transaction_for
from analytics_platform.kernel.declare import FieldError, Problem
from analytics_platform.kernel.epochs import count_attempt
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.jobs import enqueue, take_back
from analytics_platform.kernel.problems import Invalid
from analytics_platform.kernel.tenancy.door import drop_everywhere, ensure_everywhere
from apps.auth import slugs
from apps.auth.contract import (
    AlreadyMember,
    EmailTaken,
    InvitationInvalid,
    NewTenant,
    SignedIn,
    SuspendedTenant,
    TenantCreated,
    TenantNotReady,
    TenantSlugTaken,
    UserJoined,
    Visitor,
)
from apps.auth.conversions import tenant_ref_of, user_of
from apps.auth.models import Company, Invitation, Membership, User, normalised_email
from apps.auth.passwords import check_strength
from apps.auth.permissions import OWNER
from apps.auth.secret_tokens import hash_of
from apps.auth.signing_in import authenticated, open_session
from apps.auth.tasks import undo_registration

log = structlog.get_logger("accounts")

UNDONE_AFTER = timedelta(hours=1)
"""By then a sign-up has long been answered."""


class Registration:
    """Signing up."""

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
        """Counted by address, as the answer tells whether an e-mail address is known."""
        if (tenant is None) == (invitation is None):
            raise Invalid(errors=[FieldError(field="tenant", code="one_of", message="Give either `tenant` or `invitation`.")])
        if visitor.address:
            count_attempt(f"register:{visitor.address}", limit=settings.REGISTRATIONS_PER_HOUR, window_s=3600)
        user = User(email=normalised_email(email), full_name=full_name.strip())
        if invitation is not None:
            return _join(user, password, invitation, visitor)
        assert tenant is not None
        check_strength(password, user=user, field="password")
        return _found(user, password, tenant, visitor)


def _found(user: User, password: str, tenant: NewTenant, visitor: Visitor) -> SignedIn:
    """Schemas first, everywhere, while the password is hashed; then all rows in one transaction. What fails leaves nothing.

    That it will be undone is written down before anything is made, and taken back in the transaction that founds the company: so nothing
    is left either when this process dies.
    """
    slug = _free_slug(tenant)
    if User.objects.filter(email=user.email).exists():
        raise EmailTaken
    tenant_id = uuid7()
    undoing = _undo_later(tenant_id)
    try:
        with ThreadPoolExecutor(max_workers=1) as pool:
            hashed = pool.submit(make_password, password)
            _ensure(tenant_id)
            user.password = hashed.result()
        with transaction_for("auth"):
            _keep(undoing)
            return _insert(user, Company(id=tenant_id, name=tenant.name.strip(), slug=slug), visitor, may_rename=not tenant.slug)
    except BaseException:
        _undo(tenant_id)
        raise


def _free_slug(tenant: NewTenant) -> str:
    """Raises Invalid, TenantSlugTaken for a slug that was asked for; makes another one otherwise."""
    if tenant.slug:
        if not slugs.is_valid(tenant.slug):
            message = "Small letters, digits and single hyphens, at most 50 characters, and no reserved word."
            raise Invalid(errors=[FieldError(field="tenant.slug", code="invalid_slug", message=message)])
        if Company.objects.filter(slug=tenant.slug).exists():
            raise TenantSlugTaken
        return tenant.slug
    slug = slugs.derived(tenant.name)
    return slugs.another(slug) if Company.objects.filter(slug=slug).exists() else slug


def _ensure(tenant_id: UUID) -> None:
    try:
        ensure_everywhere(tenant_id)
    except (Problem, DatabaseError) as fault:
        raise TenantNotReady(retry_after_s=10) from fault


def _undo_later(tenant_id: UUID) -> UUID:
    with transaction_for("auth"), tenant_in_force(None):
        return enqueue(undo_registration, due_at=timezone.now() + UNDONE_AFTER, tenant_id=tenant_id)


def _keep(undoing: UUID) -> None:
    """Raises TenantNotReady where this took so long that it is being undone."""
    with tenant_in_force(None):
        if not take_back(undoing, app="auth"):
            raise TenantNotReady(retry_after_s=10)


def _undo(tenant_id: UUID) -> None:
    """What fails here is left to the job. Where the answer to a commit was lost, the company may be there all the same."""
    try:
        if not Company.objects.filter(pk=tenant_id).exists():
            drop_everywhere(tenant_id)
    except (Problem, Error) as fault:
        log.warning("tenant_not_undone", tenant_id=str(tenant_id), error=str(fault))


def _insert(user: User, company: Company, visitor: Visitor, *, may_rename: bool) -> SignedIn:
    """Somebody may have taken the address or the slug since it was looked up."""
    alias = alias_of("auth")
    try:
        with transaction.atomic(using=alias):
            user.save(force_insert=True)
    except IntegrityError as fault:
        raise EmailTaken from fault
    try:
        with transaction.atomic(using=alias):
            company.save(force_insert=True)
    except IntegrityError as fault:
        if not may_rename:
            raise TenantSlugTaken from fault
        company.slug = slugs.another(company.slug)
        company.save(force_insert=True)
    membership = Membership.objects.create(user=user, company=company, role=OWNER)
    principal, tokens = open_session(membership, visitor)
    with acting_as(principal):
        publish(TenantCreated(tenant_id=company.id, name=company.name, slug=company.slug))
        publish(UserJoined(user_id=user.id, email=user.email, full_name=user.full_name, role=OWNER))
    return SignedIn(**tokens.model_dump(), user=user_of(user), tenant=tenant_ref_of(company))


def _join(user: User, password: str, token: str, visitor: Visitor) -> SignedIn:
    """Somebody who has an account already proves it by its password."""
    invitation = _open_invitation(token, user.email)
    known = User.objects.filter(email=user.email).first()
    if known is not None:
        user = authenticated(email=user.email, password=password, visitor=visitor)
    else:
        check_strength(password, user=user, field="password")
        user.password = make_password(password)
    with transaction_for("auth"):
        locked = Invitation.objects.select_for_update().filter(pk=invitation.pk, accepted_at=None).first()
        if locked is None:
            raise InvitationInvalid
        if known is None:
            _save_joining(user)
        Invitation.objects.filter(pk=locked.pk).update(accepted_at=timezone.now())
        return _add(user, locked, visitor)


def _save_joining(user: User) -> None:
    try:
        with transaction.atomic(using=alias_of("auth")):
            user.save(force_insert=True)
    except IntegrityError as fault:
        raise EmailTaken from fault


def _add(user: User, invitation: Invitation, visitor: Visitor) -> SignedIn:
    company = invitation.company
    membership, is_new = Membership.objects.get_or_create(user=user, company=company, defaults={"role": invitation.role})
    if not is_new:
        raise AlreadyMember
    principal, tokens = open_session(membership, visitor)
    with acting_as(principal):
        publish(UserJoined(user_id=user.id, email=user.email, full_name=user.full_name, role=invitation.role))
    return SignedIn(**tokens.model_dump(), user=user_of(user), tenant=tenant_ref_of(company))


def _open_invitation(token: str, email: str) -> Invitation:
    """Raises InvitationInvalid, for another e-mail address too; SuspendedTenant."""
    found = (
        Invitation.objects.select_related("company")
        .filter(token_hash=hash_of(token), email=email, accepted_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if found is None or found.company.status == Company.Status.DELETED:
        raise InvitationInvalid
    if found.company.status == Company.Status.SUSPENDED:
        raise SuspendedTenant
    return found

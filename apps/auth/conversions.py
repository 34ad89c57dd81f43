"""Rows → the contract's data. No row leaves the app but through here."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from apps.auth import contract, models


def tenant_ref_of(company: models.Company) -> contract.TenantRef:
    """A company as others name it."""
    return contract.TenantRef(id=company.id, name=company.name, slug=company.slug)


def limits_of(company: models.Company) -> contract.Limits:
    """What is set, over the defaults."""
    return contract.Limits(**company.limits)


def tenant_of(company: models.Company) -> contract.Tenant:
    """A company in full."""
    return contract.Tenant(
        id=company.id,
        name=company.name,
        slug=company.slug,
        status=company.status,
        limits=limits_of(company),
        settings=company.settings,
        version=company.version,
        created_at=company.created_at,
    )


def user_of(user: models.User) -> contract.User:
    """A user with its companies, in one query more."""
    memberships: Iterable[models.Membership] = (
        user.memberships.select_related("company").exclude(company__status="deleted").order_by("company__slug")
    )
    return contract.User(
        id=user.id,
        email=user.email,
        full_name=user.full_name,
        memberships=[contract.MembershipRef(tenant=tenant_ref_of(m.company), role=m.role) for m in memberships],
        version=user.version,
        created_at=user.created_at,
    )


def member_of(membership: models.Membership) -> contract.Member:
    """A membership, with its user fetched."""
    return contract.Member(
        id=membership.user_id,
        email=membership.user.email,
        full_name=membership.user.full_name,
        role=membership.role,
        attributes=membership.attributes,
        status="active",
        joined_at=membership.created_at,
        version=membership.version,
    )


def invited_of(invitation: models.Invitation) -> contract.Member:
    """An open invitation, in the list of members."""
    return contract.Member(
        id=invitation.id,
        email=invitation.email,
        full_name="",
        role=invitation.role,
        attributes={},
        status="invited",
        joined_at=None,
        expires_at=invitation.expires_at,
        version=1,
    )


def role_of(role: models.Role) -> contract.Role:
    """A company's own role."""
    return contract.Role(id=role.id, name=role.name, permissions=sorted(role.permissions), built_in=False, version=role.version)


def session_of(session: models.Session, *, current: UUID) -> contract.SessionInfo:
    """A session, with its company fetched."""
    return contract.SessionInfo(
        id=session.id,
        tenant=tenant_ref_of(session.company),
        address=session.address,
        user_agent=session.user_agent,
        created_at=session.created_at,
        last_used_at=session.last_used_at,
        expires_at=session.expires_at,
        current=session.id == current,
    )


def api_key_of(key: models.ApiKey) -> contract.ApiKey:
    """A key by what it can be recognised by."""
    return contract.ApiKey(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        permissions=sorted(key.permissions),
        owner_id=key.owner_id,
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
    )

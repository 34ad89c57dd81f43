"""Who may do what, as the tables say now; and rows locked while that changes."""

from __future__ import annotations

import time
from collections.abc import Iterable
from uuid import UUID

from analytics_platform.kernel.context import current_principal
from analytics_platform.kernel.declare import FieldError, Principal
from analytics_platform.kernel.problems import Invalid, StaleVersion
from apps.auth.contract import CannotGrant, SessionNeeded, TenantNotFound
from apps.auth.models import Company, Membership, Role, Session
from apps.auth.permissions import BUILT_IN, unknown


def permissions_of(company_id: UUID, role: str) -> frozenset[str]:
    """What a role of this company may; nothing for a role that is gone."""
    if role in BUILT_IN:
        return BUILT_IN[role]
    found = Role.objects.filter(company_id=company_id, name=role).values_list("permissions", flat=True).first()
    return frozenset(found or ())


def principal_from(membership: Membership, *, session_id: UUID, within: Iterable[str] | None = None, expires_at: int = 0) -> Principal:
    """The member, with its user and company fetched, as everyone else knows it: a token carries this."""
    permissions = permissions_of(membership.company_id, membership.role)
    return Principal(
        user_id=membership.user_id,
        tenant_id=membership.company_id,
        tenant_slug=membership.company.slug,
        role=membership.role,
        permissions=permissions if within is None else permissions & frozenset(within),
        attributes=membership.attributes,
        session_id=session_id,
        email=membership.user.email,
        limits=membership.company.limits,
        issued_ms=int(time.time() * 1000),
        expires_at=expires_at,
    )


def own_tenant(tenant_id: UUID) -> Principal:
    """Who asks, in the tenant that is named. Raises TenantNotFound for any other."""
    principal = current_principal()
    if principal.tenant_id != tenant_id:
        raise TenantNotFound
    return principal


def own_session() -> Session:
    """The session of who asks, with its user fetched. Raises SessionNeeded for an API key."""
    principal = current_principal()
    session = Session.objects.select_related("user").filter(pk=principal.session_id, user_id=principal.user_id).first()
    if session is None:
        raise SessionNeeded
    return session


def locked_company(tenant_id: UUID) -> Company:
    """Changes of a company's members and roles queue up here: that keeps the last owner. Raises TenantNotFound."""
    company = Company.objects.select_for_update(no_key=True).exclude(status=Company.Status.DELETED).filter(pk=tenant_id).first()
    if company is None:
        raise TenantNotFound
    return company


def locked_memberships(company_id: UUID, **which: object) -> list[Membership]:
    """Memberships with user and company, in one order; tokens are issued under the same lock, so none carries old rights afterwards."""
    rows = Membership.objects.select_related("user", "company").select_for_update(no_key=True, of=("self",))
    return list(rows.filter(company_id=company_id, **which).order_by("pk"))


def check_version(given: int | None, stored: int) -> None:
    """Raises StaleVersion."""
    if given is not None and given != stored:
        raise StaleVersion


def check_may_grant(principal: Principal, permissions: Iterable[str]) -> None:
    """Raises CannotGrant when one is missing to who asks."""
    missing = sorted(set(permissions) - principal.permissions)
    if missing:
        raise CannotGrant(f"You do not have {', '.join(missing[:5])}{' and more' if len(missing) > 5 else ''} yourself.")


def check_known(permissions: Iterable[str]) -> None:
    """Raises Invalid for what is no permission."""
    if strange := unknown(permissions):
        raise Invalid(
            errors=[
                FieldError(field="permissions", code="unknown_permission", message=f"There is no permission {name!r}.") for name in strange
            ]
        )


def check_role_exists(company_id: UUID, role: str) -> None:
    """Raises Invalid."""
    if role not in BUILT_IN and not Role.objects.filter(company_id=company_id, name=role).exists():
        raise Invalid(errors=[FieldError(field="role", code="unknown_role", message="There is no such role in this company.")])

"""Roles: four built in, and a company's own out of known permissions."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from analytics_platform.kernel.databases import alias_of, transaction_for
from analytics_platform.kernel.declare import Page, Principal
from analytics_platform.kernel.epochs import member_scope
from analytics_platform.kernel.events import publish_all
from analytics_platform.kernel.problems import NotFound
from apps.auth import contract
from apps.auth.contract import RoleBuiltIn, RoleChanged, RoleInUse, RoleNameTaken
from apps.auth.conversions import role_of
from apps.auth.models import Invitation, Membership, Role
from apps.auth.permissions import BUILT_IN, built_in_id
from apps.auth.rights import check_known, check_may_grant, check_version, locked_company, locked_memberships, own_tenant
from apps.auth.staleness import make_stale

_BUILT_IN = [
    contract.Role(id=built_in_id(name), name=name, permissions=sorted(granted), built_in=True, version=1)
    for name, granted in BUILT_IN.items()
]
_BUILT_IN_IDS = {role.id: role for role in _BUILT_IN}


class Roles:
    """Roles of the tenant in force."""

    def list_roles(self, *, tenant_id: UUID) -> Page[contract.Role]:
        """All of them: there are few."""
        own_tenant(tenant_id)
        found = [*_BUILT_IN, *(role_of(row) for row in Role.objects.filter(company_id=tenant_id).order_by("name"))]
        return Page(count=len(found), results=found)

    def get_role(self, *, tenant_id: UUID, role_id: UUID) -> contract.Role:
        """Built in or not."""
        own_tenant(tenant_id)
        if role_id in _BUILT_IN_IDS:
            return _BUILT_IN_IDS[role_id]
        return role_of(_own(tenant_id, role_id))

    def create_role(self, *, tenant_id: UUID, name: str, permissions: list[str]) -> contract.Role:
        """Nobody can grant what they do not have."""
        principal = own_tenant(tenant_id)
        check_known(permissions)
        check_may_grant(principal, permissions)
        role = Role(company_id=tenant_id, name=name, permissions=sorted(set(permissions)))
        with transaction_for("auth"):
            locked_company(tenant_id)
            _save(role)
        return role_of(role)

    def update_role(
        self, *, tenant_id: UUID, role_id: UUID, name: str | None = None, permissions: list[str] | None = None, version: int | None = None
    ) -> contract.Role:
        """Its members' tokens are refused at once."""
        principal = own_tenant(tenant_id)
        _refuse_built_in(role_id)
        if permissions is not None:
            check_known(permissions)
            check_may_grant(principal, permissions)
        with transaction_for("auth"):
            locked_company(tenant_id)
            role = _own(tenant_id, role_id)
            check_may_grant(principal, role.permissions)
            check_version(version, role.version)
            previous = role.name
            role.name = name or role.name
            role.permissions = role.permissions if permissions is None else sorted(set(permissions))
            role.version += 1
            _save(role)
            _pass_on(principal, previous=previous, name=role.name)
        return role_of(role)

    def delete_role(self, *, tenant_id: UUID, role_id: UUID) -> None:
        """Only one that nobody has."""
        principal = own_tenant(tenant_id)
        _refuse_built_in(role_id)
        with transaction_for("auth"):
            locked_company(tenant_id)
            role = _own(tenant_id, role_id)
            check_may_grant(principal, role.permissions)
            has_members = Membership.objects.filter(company_id=tenant_id, role=role.name).exists()
            if has_members or Invitation.objects.filter(company_id=tenant_id, role=role.name, accepted_at=None).exists():
                raise RoleInUse
            role.delete()


def _pass_on(principal: Principal, *, previous: str, name: str) -> None:
    """To members and invitations that name the role."""
    members = locked_memberships(principal.tenant_id, role=previous)
    Membership.objects.filter(pk__in=[member.pk for member in members]).update(role=name)
    Invitation.objects.filter(company_id=principal.tenant_id, role=previous, accepted_at=None).update(role=name)
    if members:
        make_stale(*(member_scope(principal.tenant_id, member.user_id) for member in members))
        publish_all(RoleChanged(user_id=member.user_id, role=name, previous_role=previous) for member in members)


def _own(tenant_id: UUID, role_id: UUID) -> Role:
    found = Role.objects.filter(company_id=tenant_id, pk=role_id).first()
    if found is None:
        raise NotFound
    return found


def _refuse_built_in(role_id: UUID) -> None:
    if role_id in _BUILT_IN_IDS:
        raise RoleBuiltIn


def _save(role: Role) -> None:
    if role.name in BUILT_IN:
        raise RoleNameTaken
    try:
        with transaction.atomic(using=alias_of("auth")):
            role.save()
    except IntegrityError as fault:
        raise RoleNameTaken from fault

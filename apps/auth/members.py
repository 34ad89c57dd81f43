"""A company's members: roles, attributes, removal. A company always keeps an owner."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import Page, Principal
from analytics_platform.kernel.epochs import member_scope
from analytics_platform.kernel.events import publish
from apps.auth.contract import Attributes, LastOwner, Member, MemberNotFound, RoleChanged, UserRemoved
from apps.auth.conversions import invited_of, member_of
from apps.auth.models import ApiKey, Invitation, Membership
from apps.auth.permissions import OWNER
from apps.auth.rights import (
    check_may_grant,
    check_role_exists,
    check_version,
    locked_company,
    locked_memberships,
    own_tenant,
    permissions_of,
)
from apps.auth.signing_in import end_sessions
from apps.auth.staleness import make_stale


class Members:
    """A company's members."""

    def list_members(self, *, tenant_id: UUID, search: str = "", offset: int = 0, limit: int = 50) -> Page[Member]:
        """Members first, then those who are invited."""
        own_tenant(tenant_id)
        members = Membership.objects.select_related("user").filter(company_id=tenant_id).order_by("user__email")
        invited = Invitation.objects.filter(company_id=tenant_id, accepted_at=None, expires_at__gt=timezone.now()).order_by("email")
        if search:
            members = members.filter(Q(user__email__icontains=search) | Q(user__full_name__icontains=search))
            invited = invited.filter(email__icontains=search)
        count = members.count()
        found = [member_of(row) for row in members[offset : offset + limit]]
        start = max(0, offset - count)
        found += [invited_of(row) for row in invited[start : start + limit - len(found)]]
        return Page(count=count + invited.count(), results=found)

    def get_member(self, *, tenant_id: UUID, user_id: UUID) -> Member:
        """Not an invitation."""
        own_tenant(tenant_id)
        found = Membership.objects.select_related("user").filter(company_id=tenant_id, user_id=user_id).first()
        if found is None:
            raise MemberNotFound
        return member_of(found)

    def update_member(
        self, *, tenant_id: UUID, user_id: UUID, role: str | None = None, attributes: Attributes | None = None, version: int | None = None
    ) -> Member:
        """Attributes are replaced as a whole."""
        principal = own_tenant(tenant_id)
        with transaction_for("auth"):
            locked_company(tenant_id)
            membership = _managed(principal, user_id)
            check_version(version, membership.version)
            previous = membership.role
            if role is not None and role != previous:
                check_role_exists(tenant_id, role)
                check_may_grant(principal, permissions_of(tenant_id, role))
                _check_owner_remains(membership)
                membership.role = role
                publish(RoleChanged(user_id=user_id, role=role, previous_role=previous))
            if attributes is not None:
                membership.attributes = attributes
            membership.version += 1
            membership.save()
            make_stale(member_scope(tenant_id, user_id))
        return member_of(membership)

    def remove_member(self, *, tenant_id: UUID, user_id: UUID) -> None:
        """The user stays, and so do its other companies."""
        principal = own_tenant(tenant_id)
        with transaction_for("auth"):
            locked_company(tenant_id)
            if Invitation.objects.filter(pk=user_id, company_id=tenant_id, accepted_at=None).delete()[0]:
                return
            membership = _managed(principal, user_id)
            _check_owner_remains(membership)
            membership.delete()
            ApiKey.objects.filter(company_id=tenant_id, owner_id=user_id, revoked_at=None).update(revoked_at=timezone.now())
            end_sessions(reason="removed", user_id=user_id, company_id=tenant_id)
            make_stale(member_scope(tenant_id, user_id))
            publish(UserRemoved(user_id=user_id))


def _managed(principal: Principal, user_id: UUID) -> Membership:
    """The membership, locked, of somebody with no more rights than who asks. Raises MemberNotFound, CannotGrant."""
    found = locked_memberships(principal.tenant_id, user_id=user_id)
    if not found:
        raise MemberNotFound
    if user_id != principal.user_id:
        check_may_grant(principal, permissions_of(principal.tenant_id, found[0].role))
    return found[0]


def _check_owner_remains(leaving: Membership) -> None:
    """With the company locked, so that two owners cannot leave at once. Raises LastOwner."""
    if leaving.role != OWNER:
        return
    if not Membership.objects.filter(company_id=leaving.company_id, role=OWNER, user__is_active=True).exclude(pk=leaving.pk).exists():
        raise LastOwner

"""API keys: they act with what their owner may at the time, within the permissions they were given."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from analytics_platform.kernel.context import NotSignedIn, current_principal
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import FieldError, Page, Principal
from analytics_platform.kernel.epochs import session_scope
from analytics_platform.kernel.problems import Invalid, NotFound
from apps.auth import contract
from apps.auth.contract import NewApiKey, NotAMember, SuspendedTenant
from apps.auth.conversions import api_key_of
from apps.auth.models import ApiKey, Company, Membership
from apps.auth.rights import check_known, check_may_grant, locked_memberships, principal_from
from apps.auth.secret_tokens import hash_of, new_api_key
from apps.auth.staleness import make_stale

_USE_NOTED_EVERY = timedelta(minutes=1)


class ApiKeys:
    """The keys of the tenant in force, and who a key acts for."""

    def list_api_keys(self, *, offset: int = 0, limit: int = 50) -> Page[contract.ApiKey]:
        """Expired ones too: they can still be recognised and removed."""
        rows = _keys()
        return Page(count=rows.count(), results=[api_key_of(row) for row in rows.order_by("-created_at", "-id")[offset : offset + limit]])

    def get_api_key(self, *, api_key_id: UUID) -> contract.ApiKey:
        """One key."""
        found = _keys().filter(pk=api_key_id).first()
        if found is None:
            raise NotFound
        return api_key_of(found)

    def create_api_key(self, *, name: str, permissions: list[str], expires_at: datetime | None = None) -> NewApiKey:
        """A key made with a key has no more than that key."""
        principal = current_principal()
        check_known(permissions)
        check_may_grant(principal, permissions)
        if expires_at is not None and expires_at <= timezone.now():
            raise Invalid(errors=[FieldError(field="expires_at", code="past", message="This moment is over.")])
        key, prefix = new_api_key()
        with transaction_for("auth"):
            if not locked_memberships(principal.tenant_id, user_id=principal.user_id):
                raise NotAMember
            row = ApiKey.objects.create(
                company_id=principal.tenant_id,
                owner_id=principal.user_id,
                name=name,
                prefix=prefix,
                key_hash=hash_of(key),
                permissions=sorted(set(permissions)),
                expires_at=expires_at,
            )
        return NewApiKey(**api_key_of(row).model_dump(), key=key)

    def revoke_api_key(self, *, api_key_id: UUID) -> None:
        """Through the epoch, as processes remember keys for a while."""
        with transaction_for("auth"):
            if not _keys().filter(pk=api_key_id).update(revoked_at=timezone.now()):
                raise NotFound
            make_stale(session_scope(api_key_id))

    def resolve_api_key(self, *, key: str) -> Principal:
        """Raises NotSignedIn, SuspendedTenant."""
        now = timezone.now()
        valid = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))
        found = ApiKey.objects.filter(valid, key_hash=hash_of(key)).first()
        if found is None:
            raise NotSignedIn("The API key is unknown, revoked or expired.")
        membership = _membership(found.company_id, found.owner_id)
        expires_at = 0 if found.expires_at is None else int(found.expires_at.timestamp())
        principal = principal_from(membership, session_id=found.id, within=found.permissions, expires_at=expires_at)
        if found.last_used_at is None or found.last_used_at < now - _USE_NOTED_EVERY:
            ApiKey.objects.filter(pk=found.pk).update(last_used_at=now)
        return principal

    def principal_of(self, *, tenant_id: UUID, user_id: UUID) -> Principal:
        """The membership stands in for a session."""
        membership = _membership(tenant_id, user_id)
        return principal_from(membership, session_id=membership.id)


def _keys() -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(company_id=current_principal().tenant_id, revoked_at=None)


def _membership(company_id: UUID, user_id: UUID) -> Membership:
    found = (
        Membership.objects.select_related("user", "company").filter(company_id=company_id, user_id=user_id, user__is_active=True).first()
    )
    if found is None or found.company.status == Company.Status.DELETED:
        raise NotSignedIn("The owner is a member of this company no more.")
    if found.company.status == Company.Status.SUSPENDED:
        raise SuspendedTenant
    return found

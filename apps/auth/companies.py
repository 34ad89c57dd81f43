"""Companies: name, limits and settings; the operator's suspension and removal."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings as django_settings
from django.utils import timezone
from pydantic import JsonValue

from analytics_platform.kernel.context import tenant_in_force
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import FieldError, Principal
from analytics_platform.kernel.epochs import tenant_scope
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.jobs import enqueue
from analytics_platform.kernel.problems import Invalid
from apps.auth.contract import Limits, Tenant, TenantDeleted, TenantNotFound, TenantSuspended
from apps.auth.conversions import tenant_of
from apps.auth.models import Company, Membership
from apps.auth.permissions import OWNER
from apps.auth.rights import check_version, locked_company, locked_memberships, own_tenant, principal_from
from apps.auth.staleness import make_stale
from apps.auth.tasks import drop_tenant

REMOVED_AFTER = timedelta(hours=1)
"""By then every subscriber has heard of the removal while the schema was still there."""

_BOUNDS = {
    "default_rows": (1, 50_000),
    "max_rows": (1, 50_000),
    "query_timeout_s": (1, 300),
    "background_timeout_s": (1, 3_600),
    "explain_timeout_s": (1, 60),
    "max_upload_mb": (1, 10_000),
    "access_token_lifetime_s": (60, 900),
    "refresh_token_lifetime_s": (3_600, 90 * 86_400),
}


class Companies:
    """The tenant in force, and all of them for the operator."""

    def get_tenant(self, *, tenant_id: UUID) -> Tenant:
        """Only one's own."""
        own_tenant(tenant_id)
        return tenant_of(_existing(pk=tenant_id))

    def update_tenant(
        self,
        *,
        tenant_id: UUID,
        name: str | None = None,
        limits: dict[str, int] | None = None,
        settings: dict[str, JsonValue] | None = None,
        version: int | None = None,
    ) -> Tenant:
        """What is not named stays as it is."""
        own_tenant(tenant_id)
        with transaction_for("auth"):
            company = locked_company(tenant_id)
            check_version(version, company.version)
            company.name = name or company.name
            company.limits = _checked({**company.limits, **(limits or {})})
            merged = {**company.settings, **(settings or {})}
            company.settings = {key: value for key, value in merged.items() if value is not None}
            company.version += 1
            company.save()
        return tenant_of(company)

    def find_tenant(self, *, slug: str) -> Tenant:
        """By its slug."""
        return tenant_of(_existing(slug=slug))

    def owner_of(self, *, tenant_id: UUID) -> Principal:
        """The membership stands in for a session."""
        owner = (
            Membership.objects.select_related("user", "company")
            .filter(company_id=tenant_id, role=OWNER, user__is_active=True)
            .order_by("created_at")
            .first()
        )
        if owner is None:
            raise TenantNotFound
        return principal_from(owner, session_id=owner.id)

    def suspend_tenant(self, *, tenant_id: UUID, reason: str = "") -> Tenant:
        """All memberships are locked, so that no token is issued meanwhile."""
        with transaction_for("auth"), tenant_in_force(tenant_id):
            company = locked_company(tenant_id)
            if company.status != Company.Status.SUSPENDED:
                _close(company, Company.Status.SUSPENDED)
                publish(TenantSuspended(tenant_id=tenant_id, reason=reason))
        return tenant_of(company)

    def resume_tenant(self, *, tenant_id: UUID) -> Tenant:
        """Sessions go on with their next refresh."""
        with transaction_for("auth"):
            company = locked_company(tenant_id)
            company.status = Company.Status.ACTIVE
            company.save(update_fields=["status", "updated_at"])
        return tenant_of(company)

    def delete_tenant(self, *, tenant_id: UUID) -> None:
        """Its name and members are kept, closed, for the record; its slug is free again."""
        with transaction_for("auth"), tenant_in_force(tenant_id):
            company = locked_company(tenant_id)
            _close(company, Company.Status.DELETED)
            Company.objects.filter(pk=tenant_id).update(slug=f"deleted-{tenant_id.hex[:32]}")
            publish(TenantDeleted(tenant_id=tenant_id))
            with tenant_in_force(None):
                enqueue(drop_tenant, due_at=timezone.now() + REMOVED_AFTER, tenant_id=tenant_id)


def _close(company: Company, status: Company.Status) -> None:
    locked_memberships(company.id)
    company.status = status
    company.save(update_fields=["status", "updated_at"])
    make_stale(tenant_scope(company.id))


def _existing(**which: object) -> Company:
    found = Company.objects.exclude(status=Company.Status.DELETED).filter(**which).first()
    if found is None:
        raise TenantNotFound
    return found


def _checked(limits: dict[str, int]) -> dict[str, int]:
    """Raises Invalid with each limit that is unknown or out of bounds."""
    faults = []
    for name, value in limits.items():
        low, high = _BOUNDS.get(name, (1, 0))
        if name == "access_token_lifetime_s":
            high = int(django_settings.ACCESS_TOKEN_LIFETIME_S)
        if not low <= value <= high:
            message = f"Between {low} and {high}." if name in _BOUNDS else f"Known limits: {', '.join(Limits.model_fields)}."
            faults.append(FieldError(field=f"limits.{name}", code="out_of_bounds" if name in _BOUNDS else "unknown_limit", message=message))
    if faults:
        raise Invalid(errors=faults)
    return limits

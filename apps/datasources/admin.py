"""Data sources in the admin: looked at, never with their secrets; what is changed goes through the service."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from apps.datasources.models import AccessPolicy, HealthRecord, Source


class LookedAt:
    """Nothing is added, changed or removed here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Through the API."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Through the API."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Through the API, which tells the other apps."""
        return False


class HealthInline(LookedAt, TabularInline):  # type: ignore[misc]  # unfold has no types
    """The newest checks."""

    model = HealthRecord
    fields = ("checked_at", "status", "latency_ms", "error_code", "error_message")
    ordering = ("-checked_at",)
    per_page = 20
    extra = 0


class PolicyInline(LookedAt, TabularInline):  # type: ignore[misc]
    """Who may see what of it."""

    model = AccessPolicy
    fields = ("name", "table", "roles", "user_ids", "row_filter", "hidden_columns", "masked_columns", "fault")
    extra = 0


@admin.register(Source)
class SourceAdmin(LookedAt, ModelAdmin):  # type: ignore[misc]
    """The list, search and filters."""

    list_display = ("name", "kind", "status", "read_only_login", "private", "default_access", "version", "last_checked_at")
    list_filter = ("kind", "status", "private", "default_access", "read_only_login")
    search_fields = ("name",)
    exclude = ("sealed",)
    inlines = (PolicyInline, HealthInline)


class PolicyStatusFilter(admin.SimpleListFilter):
    """Whether policies resolve."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """As the API names them."""
        return [("ok", "ok"), ("broken", "broken")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AccessPolicy]) -> QuerySet[AccessPolicy]:
        """Those of the chosen status."""
        if self.value() == "ok":
            return queryset.filter(fault="")
        return queryset.exclude(fault="") if self.value() == "broken" else queryset


@admin.register(AccessPolicy)
class AccessPolicyAdmin(LookedAt, ModelAdmin):  # type: ignore[misc]
    """Every policy; a broken one says why in `fault`."""

    list_display = ("name", "source", "table", "roles", "status", "fault", "version", "updated_at")
    list_filter = (PolicyStatusFilter, "source", "updated_at")
    list_select_related = ("source",)
    search_fields = ("name", "table", "row_filter", "fault", "source__name")

    @admin.display(ordering="fault")
    def status(self, row: AccessPolicy) -> str:
        """As the API shows it."""
        return row.status


@admin.register(HealthRecord)
class HealthRecordAdmin(LookedAt, ModelAdmin):  # type: ignore[misc]
    """Every check."""

    list_display = ("source", "status", "latency_ms", "error_code", "checked_at")
    list_filter = ("status", "error_code", "checked_at")
    search_fields = ("source__name", "error_message")

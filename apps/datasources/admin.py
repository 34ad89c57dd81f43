"""Data sources in the admin: looked at, never with their secrets; what is changed goes through the service."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from apps.datasources.models import HealthRecord, Source


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


@admin.register(Source)
class SourceAdmin(LookedAt, ModelAdmin):  # type: ignore[misc]
    """The list, search and filters."""

    list_display = ("name", "kind", "status", "read_only_login", "private", "default_access", "version", "last_checked_at")
    list_filter = ("kind", "status", "private", "default_access", "read_only_login")
    search_fields = ("name",)
    exclude = ("sealed",)
    inlines = (HealthInline,)


@admin.register(HealthRecord)
class HealthRecordAdmin(LookedAt, ModelAdmin):  # type: ignore[misc]
    """Every check."""

    list_display = ("source", "status", "latency_ms", "error_code", "checked_at")
    list_filter = ("status", "error_code", "checked_at")
    search_fields = ("source__name", "error_message")

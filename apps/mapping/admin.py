"""Canonical schemas, mappings and rules in the admin: looked at; what is changed goes through the API, which checks it and tells the other apps."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.mapping.models import MappingRow, RuleRow, SchemaVersion


class _ReadOnly(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Made through the API alone."""

    def has_add_permission(self, request: object) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        """No: a mapping is checked against its source when it is written."""
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """No: what others remember of it has to be told."""
        return False


@admin.register(SchemaVersion)
class SchemaVersionAdmin(_ReadOnly):
    """The tenant's own canonical schemas."""

    list_display = ("name", "version", "published_at", "published_by")
    list_filter = ("name", "published_at")
    search_fields = ("name",)


@admin.register(MappingRow)
class MappingAdmin(_ReadOnly):
    """Which source is mapped, and whether it still fits."""

    list_display = ("data_source_id", "schema_name", "schema_version", "status", "version", "checked_version", "updated_at")
    list_filter = ("status", "schema_name")
    search_fields = ("data_source_id", "schema_name")


@admin.register(RuleRow)
class RuleAdmin(_ReadOnly):
    """Named expressions."""

    list_display = ("name", "expression", "description", "version", "updated_at")
    search_fields = ("name", "description")

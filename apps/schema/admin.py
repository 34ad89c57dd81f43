"""What is known of sources, in the admin. Values of rows are not shown."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.schema.models import Annotation, Source, Version


class _ReadOnly(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Made by introspection alone."""

    def has_add_permission(self, request: object) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        """No: remarks too are made through the API, which forgets the values of what they hide."""
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """No: what is known of a source goes when the source goes."""
        return False


@admin.register(Source)
class SourceAdmin(_ReadOnly):
    """Sources that were read."""

    list_display = ("data_source_id", "dialect", "version", "shows_values", "read_at", "profiled_at")
    list_filter = ("dialect", "shows_values")
    search_fields = ("data_source_id",)
    fields = ("data_source_id", "dialect", "version", "revision", "file_ids", "shows_values", "read_at", "profiled_at")


@admin.register(Version)
class VersionAdmin(_ReadOnly):
    """Their history."""

    list_display = ("data_source_id", "version", "table_count", "column_count", "introspected_at")
    list_filter = ("dialect", "introspected_at")
    search_fields = ("data_source_id",)
    exclude = ("tables",)


@admin.register(Annotation)
class AnnotationAdmin(_ReadOnly):
    """What people say."""

    list_display = ("table", "column", "description", "hidden", "pii", "updated_at")
    list_filter = ("hidden", "pii")
    search_fields = ("table", "column", "description")

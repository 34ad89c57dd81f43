"""Charts and dashboard templates in the admin. Nothing here holds a row of data."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.viz.models import DashboardTemplate, Visualization


@admin.register(Visualization)
class VisualizationAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Read-only: charts are made, not edited."""

    list_display = ("title", "type", "created_by", "created_at")
    list_filter = ("type", "created_at")
    search_fields = ("title", "question")
    readonly_fields = (
        "id",
        "type",
        "title",
        "question",
        "spec",
        "columns",
        "options",
        "notes",
        "execution_id",
        "version",
        "created_at",
        "created_by",
    )
    exclude = ("rows_key",)

    def has_add_permission(self, request: object) -> bool:
        """Charts come from results."""
        return False


@admin.register(DashboardTemplate)
class DashboardTemplateAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Layouts of the tenant, made through the API."""

    list_display = ("name", "version", "updated_at")
    search_fields = ("name", "description")
    readonly_fields = ("id", "version", "created_at", "updated_at", "created_by")

    def has_add_permission(self, request: object) -> bool:
        """They belong to the person who makes them."""
        return False

"""Executions in the admin: to look at, not to change. Rows and parameters are not shown."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.execution.models import Execution


@admin.register(Execution)
class ExecutionAdmin(ModelAdmin):  # type: ignore[misc]
    """Which statements ran, for whom, and how they ended."""

    list_display = ("id", "status", "mode", "dialect", "row_count", "cached", "duration_ms", "error_code", "created_at")
    list_filter = ("status", "mode", "dialect", "cached", "error_code", "created_at")
    search_fields = ("id", "sql", "user_id", "data_source_id", "query_id")
    ordering = ("-id",)
    exclude = ("rows", "blob", "request")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Execution | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Execution | None = None) -> bool:
        return False

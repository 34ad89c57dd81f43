"""Files in the admin: looked at, not changed; what is changed goes through the service."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.files.models import UploadedFile


@admin.register(UploadedFile)
class UploadedFileAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """The list, search and filters."""

    list_display = ("name", "table_name", "status", "version", "size_bytes", "row_count", "bad_row_count", "created_at")
    list_filter = ("status", "content_type", "created_at")
    search_fields = ("name", "table_name", "sha256")
    ordering = ("-created_at",)
    exclude = ("original", "table")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Files are uploaded."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row alone would leave its bytes behind."""
        return False

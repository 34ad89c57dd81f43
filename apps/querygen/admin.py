"""What operators see of questions and templates."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.querygen.models import Conversation, Example, Generation, Template


class _ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """A record of what happened: looked at, never written."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Generation)
class GenerationAdmin(_ReadOnlyAdmin):
    list_display = ("question", "engine", "model", "confidence", "error_code", "rating", "cached", "duration_ms", "created_at")
    list_filter = ("engine", "cached", "rating", "error_code", "created_at")
    search_fields = ("question", "sql")
    date_hierarchy = "created_at"


@admin.register(Conversation)
class ConversationAdmin(_ReadOnlyAdmin):
    list_display = ("id", "data_source_id", "pending_question", "created_by", "created_at")
    list_filter = ("created_at",)
    search_fields = ("id", "data_source_id", "pending_question")


@admin.register(Example)
class ExampleAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("question", "data_source_id", "created_by", "created_at")
    list_filter = ("created_at",)
    search_fields = ("question", "sql")
    readonly_fields = ("data_source_id", "generation_id", "created_by")


@admin.register(Template)
class TemplateAdmin(_ReadOnlyAdmin):
    list_display = ("name", "data_source_id", "version", "created_by", "updated_at")
    list_filter = ("updated_at",)
    search_fields = ("name", "description", "sql")

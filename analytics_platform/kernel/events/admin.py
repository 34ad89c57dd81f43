"""The operator's view of events: the log, the cursors, and what is parked."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from analytics_platform.kernel.admin import DatabaseFilter, KernelTableAdmin
from analytics_platform.kernel.events.models import Cursor, LoggedEvent, ParkedEvent
from analytics_platform.kernel.events.parking import retry_now


@admin.register(LoggedEvent)
class LoggedEventAdmin(KernelTableAdmin):
    """What happened."""

    list_display = ("position", "name", "key", "tenant_id", "actor_id", "occurred_at", "request_id")
    list_filter = (DatabaseFilter,)
    search_fields = ("=name", "=key", "=tenant_id", "=request_id")


@admin.register(Cursor)
class CursorAdmin(KernelTableAdmin):
    """How far each app has read."""

    list_display = ("subscriber", "log_id", "position", "moved_at")
    list_filter = (DatabaseFilter, "subscriber")


@admin.register(ParkedEvent)
class ParkedEventAdmin(KernelTableAdmin):
    """What could not be handled, why, and when it is tried again."""

    list_display = ("name", "subscriber", "key", "tenant_id", "attempts", "retry_at", "reason")
    list_filter = (DatabaseFilter, "subscriber", "name")
    search_fields = ("=key", "=tenant_id", "reason")
    actions = ("retry",)

    @admin.action(description="Try again now, with what waits behind it")
    def retry(self, request: HttpRequest, queryset: QuerySet[ParkedEvent]) -> None:
        """In the order of each key."""
        chosen = list(queryset.values_list("subscriber", "row_id"))
        handled = sum(retry_now(app, row_id=row_id) for app, row_id in chosen if queryset.filter(row_id=row_id).exists())
        messages.success(request, f"{handled} events were handled.")

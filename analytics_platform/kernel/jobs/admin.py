"""The operator's view of jobs."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from analytics_platform.kernel.admin import DatabaseFilter, KernelTableAdmin
from analytics_platform.kernel.context import tenant_in_force
from analytics_platform.kernel.jobs.models import JobRow
from analytics_platform.kernel.jobs.queueing import cancel


@admin.register(JobRow)
class JobAdmin(KernelTableAdmin):
    """What was asked for, what runs, how it ended."""

    list_display = ("kind", "state", "tenant_id", "progress", "attempts", "due_at", "started_at", "finished_at", "error")
    list_filter = (DatabaseFilter, "state", "app", "kind")
    search_fields = ("=id", "=tenant_id", "=request_id")
    actions = ("cancel",)

    @admin.action(description="Cancel: waiting ones never start, running ones stop at their next step")
    def cancel(self, request: HttpRequest, queryset: QuerySet[JobRow]) -> None:
        """Each in its tenant."""
        ended = 0
        for row in queryset:
            with tenant_in_force(row.tenant_id):
                ended += cancel(row.id, app=row.app)
        messages.success(request, f"{ended} jobs were cancelled.")

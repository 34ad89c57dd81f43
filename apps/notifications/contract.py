"""Notifications: in-app, mail and webhooks; alerts that say when they failed."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.kernel.declare import Event, Service
from apps.execution.contract import Executions


class AlertFired(Event):
    """An alert's condition was met."""

    key_field = "alert_id"
    alert_id: UUID
    name: str


class AlertFailed(Event):
    """An alert could not be evaluated."""

    key_field = "alert_id"
    alert_id: UUID
    name: str
    code: str


class Notifications(Service):
    """Notifications and alerts of the tenant in force."""

    app = "notifications"
    publishes = (AlertFired, AlertFailed)
    consumes = (
        "dashboards.DashboardReportReady",
        "datasources.DataSourceHealthChanged",
        "files.FileFailed",
        "mapping.MappingBroken",
        "schema.SchemaFailed",
    )
    depends_on = (Executions,)


notifications = Notifications.client()

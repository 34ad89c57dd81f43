"""Dashboards: widgets laid out on a grid, shared and delivered on schedules."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.kernel.declare import Event, Service
from apps.execution.contract import Executions
from apps.querygen.contract import QueryGeneration
from apps.viz.contract import Visualizations


class DashboardCreated(Event):
    """A dashboard was made."""

    key_field = "dashboard_id"
    dashboard_id: UUID
    title: str


class DashboardUpdated(Event):
    """A dashboard was changed."""

    key_field = "dashboard_id"
    dashboard_id: UUID
    title: str


class DashboardDeleted(Event):
    """A dashboard was removed."""

    key_field = "dashboard_id"
    dashboard_id: UUID


class MetricsGenerated(Event):
    """Metrics were proposed for a dashboard."""

    key_field = "dashboard_id"
    dashboard_id: UUID
    names: list[str]


class DashboardReportReady(Event):
    """A scheduled report was made and can be delivered."""

    key_field = "dashboard_id"
    dashboard_id: UUID
    schedule_id: UUID


class Dashboards(Service):
    """The dashboards of the tenant in force."""

    app = "dashboards"
    publishes = (DashboardCreated, DashboardUpdated, DashboardDeleted, MetricsGenerated, DashboardReportReady)
    consumes = ("datasources.DataSourceDeleted",)
    depends_on = (QueryGeneration, Visualizations, Executions)


dashboards = Dashboards.client()

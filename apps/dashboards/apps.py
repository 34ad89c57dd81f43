"""The app, as Django knows it."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class DashboardsConfig(PlatformAppConfig):
    """Dashboards, shares and schedules."""

    name = "apps.dashboards"
    label = "dashboards"
    tables = "tenant"

"""The app, as Django knows it."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class MetricsConfig(PlatformAppConfig):
    """Usage, performance, errors and audit, over all tenants."""

    name = "apps.metrics"
    label = "metrics"
    tables = "public"

"""The app, as Django knows it."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class ExecutionConfig(PlatformAppConfig):
    """Runs checked, read-only SQL and keeps the results."""

    name = "apps.execution"
    label = "execution"
    tables = "tenant"
    service = "apps.execution.services.ExecutionsService"

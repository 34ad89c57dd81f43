"""The app, as Django knows it."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class HistoryConfig(PlatformAppConfig):
    """What was asked and run."""

    name = "apps.history"
    label = "history"
    tables = "tenant"

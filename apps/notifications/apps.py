"""The app, as Django knows it."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class NotificationsConfig(PlatformAppConfig):
    """Alerts, notifications and webhooks."""

    name = "apps.notifications"
    label = "notifications"
    tables = "tenant"

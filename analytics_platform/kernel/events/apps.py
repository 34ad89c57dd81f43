"""The kernel's events app: outbox, log, cursors."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Its tables are in `public` of every database."""

    name = "analytics_platform.kernel.events"
    label = "events"

    def ready(self) -> None:
        """Let other processes read this one's logs."""
        from analytics_platform.kernel.contracts.binding import bind_local
        from analytics_platform.kernel.events.sources import EventLogsService

        bind_local("events", EventLogsService())

"""The kernel's events app: outbox, log, cursors."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Its tables are in `public` of every database."""

    name = "analytics_platform.kernel.events"
    label = "events"

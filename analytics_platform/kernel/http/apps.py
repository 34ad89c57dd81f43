"""The kernel's first app: sets up logging, and lets contracts of apps that live elsewhere answer over HTTP."""

from django.apps import AppConfig


class HttpConfig(AppConfig):
    """Started before any app, so that a contract is bound when an app first calls it."""

    name = "analytics_platform.kernel.http"
    label = "http"

    def ready(self) -> None:
        """Read the contracts of all thirteen apps."""
        from analytics_platform.kernel.contracts.binding import bind_remote
        from analytics_platform.kernel.observability import configure_logging

        configure_logging()
        bind_remote()

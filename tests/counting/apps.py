"""Counting, as Django knows it: registered where its publisher and its subscriber run."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings

PUBLISHER, SUBSCRIBER = "dashboards", "metrics"


class CountingConfig(AppConfig):
    """Its events are published by one app of the platform and consumed by another, which may live in other processes."""

    name = "tests.counting"
    label = "counting"

    def ready(self) -> None:
        """After the contracts of all apps are known."""
        from analytics_platform.kernel.declare import EVENT_APPS
        from analytics_platform.kernel.events import subscriber
        from tests.counting import work

        EVENT_APPS[work.Counted] = PUBLISHER
        if SUBSCRIBER in settings.PLATFORM_APPS:
            subscriber(f"{PUBLISHER}.Counted", batch=True, app=SUBSCRIBER)(work.note)

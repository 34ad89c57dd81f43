"""The demo as a Django app: it has commands and no tables; development settings install it."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Gives `manage.py create_demo`."""

    name = "analytics_platform.demo"
    label = "demo"

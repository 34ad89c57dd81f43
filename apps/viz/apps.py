"""The app, as Django knows it."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class VizConfig(PlatformAppConfig):
    """Charts: their types, specs and pictures."""

    name = "apps.viz"
    label = "viz"
    tables = "tenant"
    service = "apps.viz.services.VisualizationsService"

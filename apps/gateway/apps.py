"""The app, as Django knows it."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class GatewayConfig(PlatformAppConfig):
    """The way in: versions, health, the API's documentation, jobs."""

    name = "apps.gateway"
    label = "gateway"
    service = "apps.gateway.services.GatewayService"

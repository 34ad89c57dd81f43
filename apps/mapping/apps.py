"""The app, as Django knows it."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class MappingConfig(PlatformAppConfig):
    """One question over differently shaped databases."""

    name = "apps.mapping"
    label = "mapping"
    tables = "tenant"
    service = "apps.mapping.services.MappingsService"

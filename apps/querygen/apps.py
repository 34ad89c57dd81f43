"""The app, as Django knows it."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class QuerygenConfig(PlatformAppConfig):
    """Questions in plain words, and the SQL written for them."""

    name = "apps.querygen"
    label = "querygen"
    tables = "tenant"
    service = "apps.querygen.services.QueryGenerationService"

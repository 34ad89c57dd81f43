"""Data sources: tables in each tenant's schema."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class DataSourcesConfig(PlatformAppConfig):
    """The app of connections to databases and files."""

    name = "apps.datasources"
    label = "datasources"
    verbose_name = "Data sources"
    tables = "tenant"
    service = "apps.datasources.services.DataSourcesService"

"""The kernel's tenancy app: the list of tenants, in each database."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class TenancyConfig(AppConfig):
    """Checks at start what the backend relies on."""

    name = "analytics_platform.kernel.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        """PgBouncer in transaction mode hands the connection on with another tenant's search_path: refused. Then the internal door opens."""
        for alias, config in settings.DATABASES.items():
            if str(config.get("PORT")) == "6432" or config.get("OPTIONS", {}).get("pgbouncer") == "transaction":
                raise ImproperlyConfigured(f"database {alias!r}: PgBouncer in transaction mode does not go with a schema for each tenant")
        from analytics_platform.kernel.contracts.binding import bind_local
        from analytics_platform.kernel.tenancy.door import TenancyService

        bind_local("tenancy", TenancyService())

"""The app, as Django knows it."""

from analytics_platform.kernel.contracts.binding import PlatformAppConfig


class SchemaConfig(PlatformAppConfig):
    """What sources hold: structure, versions, values, and what people say of them."""

    name = "apps.schema"
    label = "schema"
    tables = "tenant"
    service = "apps.schema.services.SchemasService"

"""Canonical mapping: what a source's tables and columns are called in a schema that all tenants share."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.kernel.declare import Event, Service
from apps.schema.contract import Schemas


class MappingCreated(Event):
    """A source was mapped to a canonical schema."""

    key_field = "data_source_id"
    data_source_id: UUID
    canonical_schema: str
    schema_version: int


class MappingUpdated(Event):
    """A source's mapping was changed."""

    key_field = "data_source_id"
    data_source_id: UUID
    canonical_schema: str
    schema_version: int


class MappingBroken(Event):
    """A new version of a source's schema no longer holds what its mapping names."""

    key_field = "data_source_id"
    data_source_id: UUID
    canonical_schema: str
    fields: list[str]


class QueryTranslated(Event):
    """Canonical SQL was translated for a source."""

    key_field = "data_source_id"
    data_source_id: UUID
    canonical_schema: str


class Mappings(Service):
    """Canonical schemas, and the mappings of the tenant in force."""

    app = "mapping"
    publishes = (MappingCreated, MappingUpdated, MappingBroken, QueryTranslated)
    consumes = ("schema.SchemaRefreshed", "datasources.DataSourceDeleted")
    depends_on = (Schemas,)


mappings = Mappings.client()

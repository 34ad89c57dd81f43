"""What mappings are held against: a source's structure, whole or as far as the asking user may see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from analytics_platform.kernel.context import current_tenant
from analytics_platform.sql.catalog import Catalog, CatalogTable, catalog_of
from analytics_platform.sql.dialects import Dialect
from apps.schema.contract import SourceSchema
from apps.schema.contract import schemas as source_schemas

_KEPT = 64


@dataclass(frozen=True, kw_only=True)
class Structure:
    """A source at one version of its schema. `is_whole` is false where a policy hides something from whoever asks."""

    dialect: Dialect
    catalog: Catalog
    version: int
    is_whole: bool = True


def whole(data_source_id: UUID) -> Structure:
    """Everything that the source holds, whoever asks."""
    return _structure(source_schemas.structure(data_source_id=data_source_id))


def visible(data_source_id: UUID) -> Structure:
    """What the asking user may see; masked columns keep their own type here, as nothing of their values is shown."""
    seen = source_schemas.get(data_source_id=data_source_id)
    everything = whole(data_source_id)
    if not seen.rights:
        return everything
    shown = {(table.schema_name, table.name): {column.name for column in table.columns} for table in seen.tables}
    tables = [_cut(table, shown, everything.catalog.default_schema) for table in everything.catalog.tables]
    catalog = Catalog(tuple(table for table in tables if table.columns), default_schema=everything.catalog.default_schema)
    return Structure(dialect=everything.dialect, catalog=catalog, version=everything.version, is_whole=False)


def current_version(data_source_id: UUID) -> int | None:
    """The newest version of the source's schema, None where it was never read."""
    return source_schemas.current_versions(data_source_ids=[data_source_id]).get(data_source_id)


def current_versions(data_source_ids: list[UUID]) -> dict[UUID, int]:
    """Of several at once."""
    return source_schemas.current_versions(data_source_ids=data_source_ids)


def _structure(schema: SourceSchema) -> Structure:
    return _kept_structure(_Versioned(schema))


class _Versioned:
    """A schema that is told from others by source and version, which say all that a structure is made of."""

    def __init__(self, schema: SourceSchema) -> None:
        self.schema = schema
        self._key = (current_tenant(), schema.data_source_id, schema.version, schema.dialect, len(schema.tables))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Versioned) and self._key == other._key


@lru_cache(_KEPT)
def _kept_structure(versioned: _Versioned) -> Structure:
    schema = versioned.schema
    catalog = catalog_of(schema.tables, default_schema=schema.default_schema or None)
    return Structure(dialect=schema.dialect, catalog=catalog, version=schema.version)


def _cut(table: CatalogTable, shown: dict[tuple[str, str], set[str]], default_schema: str | None) -> CatalogTable:
    names = shown.get((table.schema or "", table.name))
    if names is None and table.schema == default_schema:
        names = shown.get(("", table.name))
    columns = tuple(column for column in table.columns if column.name in (names or ()))
    return replace(table, columns=columns)

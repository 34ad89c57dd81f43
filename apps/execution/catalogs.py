"""What a statement may name: the schema app's tables, or the columns of files, as the SQL pipeline's catalog."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from analytics_platform.sql.catalog import Catalog, CatalogColumn, CatalogTable
from apps.files.contract import FileTable
from apps.schema.contract import SchemaTable, SourceSchema, schemas

KEPT = 200
_kept: OrderedDict[tuple[UUID, int], Catalog] = OrderedDict()
_lock = threading.Lock()


def catalog_of_source(data_source_id: UUID) -> tuple[Catalog, int]:
    """The newest catalog of a source and its version; kept in this process by version, as a version never changes."""
    version = schemas.current_versions(data_source_ids=[data_source_id]).get(data_source_id)
    if version is not None:
        with _lock:
            found = _kept.get((data_source_id, version))
            if found is not None:
                _kept.move_to_end((data_source_id, version))
                return found, version
    schema = schemas.get(data_source_id=data_source_id)
    catalog = catalog_of_schema(schema)
    with _lock:
        _kept[(data_source_id, schema.version)] = catalog
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return catalog, schema.version


def catalog_of_schema(schema: SourceSchema) -> Catalog:
    """A schema's tables; a view's or a table's row count is an estimate."""
    default = schema.default_schema or None
    return Catalog(tuple(_table(table, default) for table in schema.tables), default_schema=default)


def catalog_of_files(tables: Iterable[FileTable]) -> Catalog:
    """Each file is a table."""
    return Catalog(
        tuple(
            CatalogTable(
                name=table.table_name,
                columns=tuple(CatalogColumn(column.name, column.type) for column in table.columns),
                row_count=table.row_count,
            )
            for table in tables
        ),
        default_schema="main",
    )


def _table(table: SchemaTable, default_schema: str | None) -> CatalogTable:
    unique = [tuple(table.primary_key)] if table.primary_key else []
    unique += [tuple(index.columns) for index in table.indexes if index.unique]
    return CatalogTable(
        name=table.name,
        schema=table.schema_name or default_schema,
        columns=tuple(CatalogColumn(column.name, column.type) for column in table.columns),
        unique_keys=tuple(dict.fromkeys(unique)),
        row_count=table.row_count,
    )

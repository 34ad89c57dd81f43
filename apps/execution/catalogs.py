"""What a statement may name: the schema app's tables, or the columns of files, as the SQL pipeline's catalog."""

from __future__ import annotations

from collections.abc import Iterable

from analytics_platform.sql.catalog import Catalog, CatalogColumn, CatalogTable
from apps.files.contract import FileTable
from apps.schema.contract import SchemaTable, SourceSchema


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
        reads=table.may_read,
    )

"""What a statement may name: the schema app's tables, or the columns of files, as the SQL pipeline's catalog."""

from __future__ import annotations

from collections.abc import Iterable

from analytics_platform.sql.catalog import Catalog, CatalogColumn, CatalogTable, catalog_of
from apps.files.contract import FileTable
from apps.schema.contract import SourceSchema


def catalog_of_schema(schema: SourceSchema) -> Catalog:
    """A schema's tables."""
    return catalog_of(schema.tables, default_schema=schema.default_schema or None)


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

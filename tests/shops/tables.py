"""How a shop says what its tables are: once, for making them and for the pipeline's catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from analytics_platform.sql.canonical.model import CanonicalSchema, SourceMapping, TransformationRule
from analytics_platform.sql.catalog import Catalog, CatalogColumn, CatalogTable
from analytics_platform.sql.dialects import Dialect

COMMERCE = Path(__file__).parents[2] / "apps" / "mapping" / "shipped" / "commerce.yaml"


def commerce() -> CanonicalSchema:
    """The shipped canonical schema."""
    return CanonicalSchema.model_validate(yaml.safe_load(COMMERCE.read_text()))


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: `columns` are name, SQL type, the platform's type; the first of `unique_keys` is the primary key."""

    name: str
    columns: Sequence[tuple[str, str, str]]
    rows: Sequence[tuple[Any, ...]]
    unique_keys: tuple[tuple[str, ...], ...] = ()
    indexes: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Shop:
    """One shape. `schema` is the PostgreSQL schema, or the MariaDB database, that the tables are in."""

    name: str
    dialect: Dialect
    tables: tuple[Table, ...]
    mapping: SourceMapping
    rules: dict[str, TransformationRule]
    schema: str | None

    def catalog(self, schema: str | None = None) -> Catalog:
        """As introspection would give it; `schema` where it was built in another one."""
        schema = schema or self.schema
        return Catalog(tuple(_catalog_table(table, schema) for table in self.tables), default_schema=schema)

    def statements(self, schema: str | None = None) -> list[str]:
        """What makes the tables and fills them."""
        quote = "`" if self.dialect == "mysql" else '"'
        prefix = f"{quote}{schema or self.schema}{quote}." if self.dialect in ("postgres", "mysql") else ""
        found = []
        for table in self.tables:
            full = f"{prefix}{quote}{table.name}{quote}"
            columns = [f"{quote}{name}{quote} {kind}" for name, kind, _ in table.columns]
            keys = [
                f"{'UNIQUE' if i else 'PRIMARY KEY'} ({', '.join(f'{quote}{c}{quote}' for c in key)})"
                for i, key in enumerate(table.unique_keys)
            ]
            found.append(f"CREATE TABLE {full} ({', '.join(columns + keys)})")
            for start in range(0, len(table.rows), 500):
                rows = ", ".join(f"({', '.join(map(literal, row))})" for row in table.rows[start : start + 500])
                found.append(f"INSERT INTO {full} VALUES {rows}")
            for i, column in enumerate(table.indexes):
                found.append(f"CREATE INDEX {quote}{table.name}_{i}{quote} ON {full} ({quote}{column}{quote})")
        return found


def _catalog_table(table: Table, schema: str | None) -> CatalogTable:
    return CatalogTable(
        name=table.name,
        schema=schema,
        columns=tuple(CatalogColumn(name, kind) for name, _, kind in table.columns),
        unique_keys=table.unique_keys,
        row_count=len(table.rows),
    )


def literal(value: Any) -> str:
    """A value as every dialect reads it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date | datetime | str):
        return "'" + str(value).replace("'", "''") + "'"
    return str(value)


def mapping_of(*entities: dict[str, Any]) -> SourceMapping:
    """A mapping onto commerce 1."""
    return SourceMapping.model_validate({"schema": "commerce", "schema_version": 1, "entities": list(entities)})


def entity(name: str, fields: dict[str, str | dict[str, Any]], **where: str) -> dict[str, Any]:
    """One entity's mapping: each field's expression, or all that is said of it."""
    said = [{"field": field, **(how if isinstance(how, dict) else {"expression": how})} for field, how in fields.items()]
    return {"entity": name, **where, "fields": said}

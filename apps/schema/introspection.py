"""Reading a source: its catalog in bulk, then figures of its columns within a time budget."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from analytics_platform.sources.problems import SourceProblem
from analytics_platform.sql.catalog import UNKNOWN_READS
from apps.schema.assembly import shows_values, table_key_text
from apps.schema.contract import Scalar, SchemaTable
from apps.schema.diffing import TABLES
from apps.schema.pausing import no_collection
from apps.schema.values import MAX_VALUE_CHARACTERS

if TYPE_CHECKING:
    from analytics_platform.sources.catalog import Catalog, ColumnStatistics, Table
    from analytics_platform.sources.connector import Session

MAX_SAMPLES = 5
MAX_VALUES_PER_COLUMN = 500
MAX_VALUES_PER_SOURCE = 50_000
SAMPLED_ROWS = 10_000
_TABLE_TIMEOUT_S = 5.0
_MAX_CHARACTERS = 100


@dataclass(frozen=True)
class Structure:
    """A source's tables, and their estimated sizes once more by themselves."""

    tables: list[SchemaTable]
    default_schema: str
    row_counts: dict[str, int | None]


@dataclass
class Profile:
    """Figures by table and column as JSON, and the values of text columns that have few: (schema, table, column) → values."""

    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    values: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    is_complete: bool = True


def structure_of(catalog: Catalog, *, kind_of_table: str = "") -> Structure:
    """The catalog as the contract's types, tables in alphabetical order."""
    tables = sorted(catalog.tables, key=lambda table: (table.name.schema, table.name.name))
    with no_collection():
        found = TABLES.validate_python([_table(table, kind_of_table, catalog.default_schema) for table in tables])
    return Structure(
        tables=found,
        default_schema=catalog.default_schema,
        row_counts={table_key_text(table.name.schema, table.name.name): table.row_estimate for table in tables},
    )


def profile(session: Session, tables: Sequence[SchemaTable], *, budget_s: float) -> Profile:
    """Figures of as many tables as the budget allows, one bounded statement each; tables that refuse are passed over."""
    found = Profile()
    ends_at = time.monotonic() + budget_s
    values_left = MAX_VALUES_PER_SOURCE
    for table in tables:
        left_s = ends_at - time.monotonic()
        if left_s <= 0:
            found.is_complete = False
            break
        try:
            statistics = session.column_statistics(
                _shown(table), max_rows=SAMPLED_ROWS, max_values=MAX_VALUES_PER_COLUMN, timeout_s=max(min(left_s, _TABLE_TIMEOUT_S), 0.1)
            )
        except SourceProblem:
            continue
        values_left -= _keep(found, table, statistics, values_left)
    return found


def sample(session: Session, table: SchemaTable, *, rows: int) -> tuple[list[str], list[list[Scalar]]]:
    """Column names and first rows of a table; hidden and personal columns are left out."""
    from analytics_platform.sources.catalog import TableName

    found = session.sample(TableName(table.name, table.schema_name), rows=rows)
    columns = [column.name for column in table.columns if shows_values(table, column) and column.name in found.column_names]
    cells = [[scalar(value) for value in found.column(name).to_pylist()] for name in columns]
    return columns, [list(row) for row in zip(*cells, strict=True)]


def scalar(value: Any) -> Scalar:
    """A value as JSON has it; long text is cut, bytes are only counted."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    text = str(value).replace("\0", "")  # PostgreSQL stores none
    return text if len(text) <= _MAX_CHARACTERS else text[: _MAX_CHARACTERS - 1] + "…"


def _keep(found: Profile, table: SchemaTable, statistics: Iterable[ColumnStatistics], values_left: int) -> int:
    figures: dict[str, Any] = {}
    kept = 0
    for one in statistics:
        short = [value for value in one.values or () if value and len(value) <= MAX_VALUE_CHARACTERS and "\0" not in value]
        lowest, highest = scalar(one.minimum), scalar(one.maximum)
        samples: list[Scalar] = list(short[:MAX_SAMPLES]) or [v for v in dict.fromkeys((lowest, highest)) if v is not None]
        figures[one.column] = {
            "samples": samples,
            "statistics": {
                "null_fraction": round(one.null_share, 4),
                "distinct_count": one.distinct_count,
                "sampled_rows": one.sampled_rows,
                "min": lowest,
                "max": highest,
            },
        }
        if short and kept + len(short) <= values_left:
            found.values[table.schema_name, table.name, one.column] = short
            kept += len(short)
    found.figures[table_key_text(table.schema_name, table.name)] = figures
    return kept


def _shown(table: SchemaTable) -> Table:
    """The table as sources know it, with only the columns whose values may be looked at."""
    from analytics_platform.sources import catalog

    columns = [catalog.Column(c.name, c.type, c.native_type) for c in table.columns if shows_values(table, c)]
    kind: catalog.TableKind = "table" if table.kind in ("table", "file") else "view"
    return catalog.Table(catalog.TableName(table.name, table.schema_name), kind=kind, row_estimate=table.row_count, columns=columns)


def _reads(table: Table, default_schema: str) -> list[str] | None:
    """Full names of what a view reads; of a table only where it shows rows of others."""
    if table.reads is None:
        return [UNKNOWN_READS]
    names = [f"{read.schema or default_schema}.{read.name}" if read.schema or default_schema else read.name for read in table.reads]
    return sorted(names) if names or table.kind == "view" else None


def _table(table: Table, kind: str, default_schema: str) -> dict[str, Any]:
    """A table as plain data, keys and indexes in an order of their own: one validation for all tables costs a tenth of one for each column."""
    keys = sorted(table.foreign_keys, key=lambda key: (key.columns, key.referenced_table.name, key.referenced_columns))
    return {
        "schema": table.name.schema,
        "name": table.name.name,
        "kind": kind or table.kind,
        "comment": table.comment,
        "row_count": table.row_estimate,
        "columns": [
            {
                "name": column.name,
                "type": column.type,
                "native_type": column.native_type,
                "nullable": column.nullable,
                "primary_key": column.primary_key,
                "comment": column.comment,
                "default": column.default,
            }
            for column in table.columns
        ],
        "primary_key": list(table.primary_key),
        "foreign_keys": [
            {
                "columns": list(key.columns),
                "references": {
                    "schema": key.referenced_table.schema,
                    "table": key.referenced_table.name,
                    "columns": list(key.referenced_columns),
                },
            }
            for key in keys
        ],
        "indexes": [
            {"name": index.name, "columns": list(index.columns), "unique": index.unique}
            for index in sorted(table.indexes, key=lambda index: index.name)
        ],
        "reads": None if kind == "file" else _reads(table, default_schema),
    }

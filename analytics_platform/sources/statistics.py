"""Figures about a table's columns, computed here from a bounded sample: one way for every engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from analytics_platform.sources.catalog import Column, ColumnStatistics, Table, TableName
from analytics_platform.sources.logical_types import LogicalType

if TYPE_CHECKING:
    import pyarrow as pa

Quote = Callable[[str], str]
MAX_TEXT: Final = 200
"""Characters of a text that are looked at: longer texts are prose, not values to search for."""
_COUNTED: Final[frozenset[LogicalType]] = frozenset(("string", "integer", "number", "decimal", "boolean", "date", "time", "datetime"))


def quote_ansi(identifier: str) -> str:
    """An identifier in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def quote_backtick(identifier: str) -> str:
    """An identifier in MySQL's quotes."""
    return "`" + identifier.replace("`", "``") + "`"


def table_sql(table: TableName, quote: Quote) -> str:
    """A table's quoted name."""
    return f"{quote(table.schema)}.{quote(table.name)}" if table.schema else quote(table.name)


def counted_columns(table: Table) -> list[Column]:
    """The columns that figures are made of: no blobs, no JSON."""
    return [c for c in table.columns if c.type in _COUNTED]


def summarize(rows: pa.Table, *, max_values: int) -> list[ColumnStatistics]:
    """Figures of each column of a sample."""
    return [_summarize_column(rows.schema.field(i).name, rows.column(i), max_values) for i in range(rows.num_columns)]


def _summarize_column(name: str, values: pa.ChunkedArray, max_values: int) -> ColumnStatistics:
    import pyarrow as pa
    import pyarrow.compute as pc

    count = len(values)
    present = values.drop_null()
    low, high = _bounds(present)
    distinct = pc.count_distinct(present).as_py() if len(present) else 0
    found: tuple[str, ...] | None = None
    if pa.types.is_string(values.type) and 0 < distinct <= max_values:
        counted = present.value_counts()
        ranked = sorted(zip(counted.field(1).to_pylist(), counted.field(0).to_pylist(), strict=True), key=lambda pair: (-pair[0], pair[1]))
        found = tuple(text for _, text in ranked)
    return ColumnStatistics(
        column=name,
        sampled_rows=count,
        null_share=values.null_count / count if count else 0.0,
        distinct_count=distinct,
        minimum=low,
        maximum=high,
        values=found,
    )


def _bounds(present: pa.ChunkedArray) -> tuple[Any, Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(present) or pa.types.is_nested(present.type) or pa.types.is_null(present.type):
        return None, None
    found = pc.min_max(present).as_py()
    return found["min"], found["max"]

"""What introspection finds in a source: tables, columns, keys, indexes, and figures about their values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from analytics_platform.sources.logical_types import LogicalType

TableKind = Literal["table", "view"]


@dataclass(frozen=True, slots=True)
class TableName:
    """A table as SQL names it; `schema` is empty where the source has none (SQLite) or where it is the one that goes without saying."""

    name: str
    schema: str = ""


@dataclass(slots=True)
class Column:
    name: str
    type: LogicalType
    native_type: str
    nullable: bool = True
    primary_key: bool = False
    comment: str = ""
    default: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns` of the table point at `referenced_columns` of `referenced_table`, in that order."""

    columns: tuple[str, ...]
    referenced_table: TableName
    referenced_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    name: str
    columns: tuple[str, ...]
    unique: bool


@dataclass(slots=True)
class Table:
    """`row_estimate` is the source's own estimate, None where it has none.

    `reads` are the tables that a view takes its rows from (of a table: those whose rows it shows beside its own); None where that cannot be known.
    """

    name: TableName
    kind: TableKind = "table"
    comment: str = ""
    row_estimate: int | None = None
    columns: list[Column] = field(default_factory=list)
    primary_key: tuple[str, ...] = ()
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    reads: tuple[TableName, ...] | None = ()


@dataclass(slots=True)
class Catalog:
    """Everything the login may read, system schemas left out. `default_schema` needs no qualification in SQL."""

    tables: list[Table]
    default_schema: str = ""


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """Figures of one column over the rows that were looked at (`sampled_rows`, the whole table where it is small).

    `values` holds the distinct values of a text column that has few, most frequent first; else None.
    """

    column: str
    sampled_rows: int
    null_share: float
    distinct_count: int
    minimum: Any
    maximum: Any
    values: tuple[str, ...] | None = None

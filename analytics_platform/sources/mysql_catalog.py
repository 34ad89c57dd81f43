"""MySQL's and MariaDB's catalog in bulk: five statements, whatever the number of tables."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Protocol

from analytics_platform.sources.catalog import Catalog, Column, ForeignKey, Index, Table, TableName
from analytics_platform.sources.logical_types import from_native
from analytics_platform.sources.view_reads import ViewReader

_TABLES = "SELECT table_name, table_type, table_rows, table_comment, engine FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1"
_COLUMNS = """
    SELECT table_name, column_name, column_type, is_nullable, column_key, column_comment, column_default
    FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position
"""
_FOREIGN_KEYS = """
    SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name
    FROM information_schema.key_column_usage
    WHERE table_schema = DATABASE() AND referenced_table_schema = DATABASE() AND referenced_table_name IS NOT NULL
    ORDER BY table_name, constraint_name, ordinal_position
"""
_INDEXES = """
    SELECT table_name, index_name, column_name, non_unique FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND column_name IS NOT NULL ORDER BY table_name, index_name, seq_in_index
"""
_VIEWS = "SELECT table_name, view_definition FROM information_schema.views WHERE table_schema = DATABASE()"
_SHOWS_OTHERS = frozenset(("MRG_MYISAM", "FEDERATED", "CONNECT", "SPIDER", "FEDERATEDX"))
"""Storage engines whose tables show rows of other tables."""


class RunsStatements(Protocol):
    """What introspection needs of a session."""

    def rows(self, sql: str, *, timeout_s: float = 10.0) -> list[tuple[Any, ...]]: ...


def introspect(session: RunsStatements, database: str, timeout_s: float) -> Catalog:
    """Tables, views, columns, comments, keys, indexes and row estimates of the database."""
    tables: dict[str, Table] = {}
    for name, kind, estimate, comment, engine in session.rows(_TABLES, timeout_s=timeout_s):
        is_view = "VIEW" in kind
        tables[name] = Table(
            name=TableName(name, database),
            kind="view" if is_view else "table",
            comment="" if is_view and comment == "VIEW" else comment or "",
            row_estimate=int(estimate) if estimate is not None and not is_view else None,
            reads=None if is_view or str(engine).upper() in _SHOWS_OTHERS else (),
        )
    for table, name, native, nullable, key, comment, default in session.rows(_COLUMNS, timeout_s=timeout_s):
        if table in tables:
            found = Column(
                name, from_native(_text(native)), _text(native), nullable == "YES", key == "PRI", comment or "", _default(default)
            )
            tables[table].columns.append(found)
    for (table, _), rows in groupby(session.rows(_FOREIGN_KEYS, timeout_s=timeout_s), key=lambda r: (r[0], r[1])):
        pairs = list(rows)
        if table in tables:
            target = TableName(pairs[0][3], database)
            tables[table].foreign_keys.append(ForeignKey(tuple(p[2] for p in pairs), target, tuple(p[4] for p in pairs)))
    for (table, index), rows in groupby(session.rows(_INDEXES, timeout_s=timeout_s), key=lambda r: (r[0], r[1])):
        pairs = list(rows)
        if table not in tables:
            continue
        columns = tuple(p[2] for p in pairs)
        tables[table].indexes.append(Index(index, columns, str(pairs[0][3]) == "0"))
        if index == "PRIMARY":
            tables[table].primary_key = columns
    _add_views(session, tables, database, timeout_s)
    return Catalog(list(tables.values()), database)


def _add_views(session: RunsStatements, tables: dict[str, Table], database: str, timeout_s: float) -> None:
    """What each view reads. A login without SHOW VIEW gets no definition: then it is unknown."""
    if not any(table.kind == "view" for table in tables.values()):
        return
    reader = ViewReader(tables.values(), dialect="mysql", default_schema=database)
    for name, definition in session.rows(_VIEWS, timeout_s=timeout_s):
        if name in tables:
            tables[name].reads = reader.reads(_text(definition) if definition else None)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _default(value: Any) -> str | None:
    """MariaDB spells the absence of a default out."""
    text = None if value is None else _text(value)
    return None if text == "NULL" else text

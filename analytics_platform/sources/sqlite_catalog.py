"""SQLite's catalog in bulk: four statements over its table-valued pragmas, whatever the number of tables."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any, Protocol

from analytics_platform.sources.catalog import Catalog, Column, ForeignKey, Index, Table, TableName
from analytics_platform.sources.logical_types import from_sqlite
from analytics_platform.sources.problems import QueryRefusedBySource
from analytics_platform.sources.statistics import quote_ansi
from analytics_platform.sources.view_reads import ViewReader

_COUNTABLE_BYTES = 64 * 1024 * 1024
_TABLES_A_COUNT = 200
_ANY_VIRTUAL = re.compile(r"\s*CREATE\s+VIRTUAL\s+TABLE\b", re.IGNORECASE)
_VIRTUAL = re.compile(r"\s*CREATE\s+VIRTUAL\s+TABLE\b(?!.*\bUSING\s+rtree)", re.IGNORECASE | re.DOTALL)

_KEPT_BY_A_MODULE = re.compile(
    r"(?P<table>.+)_(content|data|idx|docsize|config|segments|segdir|stat|node|rowid|parent)", re.IGNORECASE | re.DOTALL
)
"""Tables in which full-text and R-tree modules keep the rows of a virtual one, by the endings of their names."""

_REAL = "m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
_TABLES = f"SELECT m.name, m.type, m.sql FROM sqlite_master m WHERE {_REAL} ORDER BY m.name"
_COLUMNS = f"""
    SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk FROM sqlite_master m, pragma_table_xinfo(m.name) c
    WHERE {_REAL} AND c.hidden <> 1 ORDER BY m.name, c.cid
"""
_FOREIGN_KEYS = f"""
    SELECT m.name, f.id, f."from", f."table", f."to" FROM sqlite_master m, pragma_foreign_key_list(m.name) f
    WHERE {_REAL} AND m.type = 'table' ORDER BY m.name, f.id, f.seq
"""
_INDEXES = f"""
    SELECT m.name, i.name, c.name, i."unique" FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
    WHERE {_REAL} AND m.type = 'table' AND c.name IS NOT NULL ORDER BY m.name, i.name, c.seqno
"""


class RunsStatements(Protocol):
    """What introspection needs of a session."""

    def rows(self, sql: str, *, timeout_s: float = 10.0) -> list[tuple[Any, ...]]: ...


def introspect(session: RunsStatements, size_bytes: int, timeout_s: float) -> Catalog:
    """Tables, views, columns, keys, indexes; row counts where the file is small, else estimates if ANALYZE was run. SQLite has no comments."""
    listed = session.rows(_TABLES, timeout_s=timeout_s)
    tables = {name: Table(name=TableName(name), kind=kind) for name, kind, _ in listed}
    _add_reads(tables, listed)
    keys: dict[str, list[tuple[int, str]]] = {}
    for table, name, native, not_null, default, position in _readable(session, _COLUMNS, timeout_s):
        if table in tables:
            column = Column(
                name, from_sqlite(native), native, nullable=not (not_null or position), primary_key=position > 0, default=default
            )
            tables[table].columns.append(column)
            if position:
                keys.setdefault(table, []).append((position, name))
    for table, positions in keys.items():
        tables[table].primary_key = tuple(name for _, name in sorted(positions))
    _add_keys_and_indexes(session, tables, timeout_s)
    if size_bytes <= _COUNTABLE_BYTES:
        _add_counts(session, tables, timeout_s)
    else:
        _add_estimates(session, tables, timeout_s)
    return Catalog(list(tables.values()))


def _add_reads(tables: dict[str, Table], listed: list[tuple[Any, ...]]) -> None:
    """What views read; what a virtual table shows, and where it is kept, is its module's business (an FTS index shows the rows of another table)."""
    virtual = {name.casefold() for name, _, sql in listed if _ANY_VIRTUAL.match(sql or "")}
    reader = ViewReader(tables.values(), dialect="sqlite", default_schema="main")
    for name, kind, sql in listed:
        if kind == "view":
            tables[name].reads = reader.reads(sql)
        elif _VIRTUAL.match(sql or "") or ((kept := _KEPT_BY_A_MODULE.fullmatch(name)) and kept["table"].casefold() in virtual):
            tables[name].reads = None


def _add_keys_and_indexes(session: RunsStatements, tables: dict[str, Table], timeout_s: float) -> None:
    names = {name.lower(): name for name in tables}
    for (table, _), rows in groupby(session.rows(_FOREIGN_KEYS, timeout_s=timeout_s), key=lambda r: (r[0], r[1])):
        pairs = list(rows)
        referenced = names.get(pairs[0][3].lower())
        if referenced is None:
            continue
        columns = tuple(p[4] for p in pairs)
        if None in columns:  # the key says only the table: its primary key is meant
            columns = tables[referenced].primary_key
        if len(columns) == len(pairs):
            tables[table].foreign_keys.append(ForeignKey(tuple(p[2] for p in pairs), TableName(referenced), columns))
    for (table, index), rows in groupby(session.rows(_INDEXES, timeout_s=timeout_s), key=lambda r: (r[0], r[1])):
        pairs = list(rows)
        tables[table].indexes.append(Index(index, tuple(p[2] for p in pairs), bool(pairs[0][3])))


def _add_counts(session: RunsStatements, tables: dict[str, Table], timeout_s: float) -> None:
    """Exact counts, a few hundred tables to a statement, but for virtual ones: the caller asks for them where the file is small."""
    names = [name for name, table in tables.items() if table.kind == "table" and table.reads is not None]
    for at in range(0, len(names), _TABLES_A_COUNT):
        counts = " UNION ALL ".join(f"SELECT {_literal(n)}, count(*) FROM {quote_ansi(n)}" for n in names[at : at + _TABLES_A_COUNT])
        for name, count in session.rows(counts, timeout_s=timeout_s):
            tables[name].row_estimate = count


def _add_estimates(session: RunsStatements, tables: dict[str, Table], timeout_s: float) -> None:
    """What ANALYZE wrote down, where it was run."""
    if not session.rows("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'", timeout_s=timeout_s):
        return
    for table, figures in session.rows("SELECT tbl, stat FROM sqlite_stat1 WHERE stat IS NOT NULL", timeout_s=timeout_s):
        first = str(figures).partition(" ")[0]
        if table in tables and first.isdigit():
            tables[table].row_estimate = int(first)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _readable(session: RunsStatements, sql: str, timeout_s: float) -> list[tuple[Any, ...]]:
    """Columns of everything; where a virtual table whose module is not here, or a broken view, fails the whole statement, of the others."""
    real = sql.replace("WHERE", "WHERE m.sql NOT LIKE 'CREATE VIRTUAL%' AND")
    for attempt in (sql, real):
        try:
            return session.rows(attempt, timeout_s=timeout_s)
        except QueryRefusedBySource:
            continue
    return session.rows(real.replace("IN ('table', 'view')", "= 'table'"), timeout_s=timeout_s)

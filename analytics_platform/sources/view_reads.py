"""Which tables a view takes its rows from, read off its definition: what is closed must not be open through a view of it.

What is not certain counts as unknown (None): a definition that cannot be parsed or seen, a function that may read tables of its own,
a name that is no table of the catalog (it may be a view of one that is).
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Final, Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from analytics_platform.sources.catalog import Table, TableName

ViewDialect = Literal["mysql", "sqlite", "duckdb"]

# It logs statements it cannot parse; ours may hold people's values.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_MAX_LENGTH: Final = 200_000
_STORED_FUNCTION: Final = re.compile(r"`\s*\(")
"""MySQL and MariaDB write a function that was made in a database with its name quoted, and their own without quotes."""

_READS_NO_TABLE: Final = frozenset(("json_each", "json_tree", "generate_series", "unnest", "j_s_o_n_table", "explode", "posexplode"))


class ViewReader:
    """Definitions of one source's views held against its tables. `functions` are those that were made in the source."""

    def __init__(self, tables: Iterable[Table], *, dialect: ViewDialect, default_schema: str = "", functions: Collection[str] = ()) -> None:
        self._dialect = dialect
        self._default = default_schema.casefold()
        self._functions = frozenset(name.casefold() for name in functions)
        self._named: dict[tuple[str, str], list[TableName]] = defaultdict(list)
        for table in tables:
            self._named[table.name.schema.casefold() or self._default, table.name.name.casefold()].append(table.name)

    def reads(self, definition: str | None, *, schema: str = "") -> tuple[TableName, ...] | None:
        """The tables that a definition names, those of views it names not among them; None where they are not certain."""
        named = _named_in(definition, self._dialect) if definition else None
        if named is None or named.functions & self._functions:
            return None
        found: dict[TableName, None] = {}
        for reference in named.tables:
            tables = self._tables(reference, schema)
            if not tables and reference not in named.ctes:
                return None
            found.update(dict.fromkeys(tables))
        return tuple(found)

    def _tables(self, reference: tuple[str, str], schema: str) -> list[TableName]:
        """Those it may mean; one that differs in case alone is among them."""
        named_schema, name = reference
        schemas = [named_schema] if named_schema else [schema.casefold(), self._default]
        return [table for one in dict.fromkeys(schemas) for table in self._named.get((one, name), [])]


class _Named:
    """What a definition names, in lower case: (schema, table), names of its CTEs in the same form, and functions."""

    def __init__(self, tables: tuple[tuple[str, str], ...], ctes: frozenset[tuple[str, str]], functions: frozenset[str]) -> None:
        self.tables = tables
        self.ctes = ctes
        self.functions = functions


@lru_cache(maxsize=4_000)
def _named_in(definition: str, dialect: ViewDialect) -> _Named | None:
    """None where it cannot be told. Remembered, as sources are read again and again and their views seldom change."""
    if len(definition) > _MAX_LENGTH or (dialect == "mysql" and _STORED_FUNCTION.search(definition)):
        return None
    try:
        tree = sqlglot.parse_one(definition, dialect=dialect)
    except (SqlglotError, RecursionError):
        return None
    query = tree.expression if isinstance(tree, exp.Create) else tree
    if not isinstance(query, exp.Query | exp.Values) or query.find(exp.Command) is not None:
        return None
    tables: dict[tuple[str, str], None] = {}
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            if not _reads_no_table(table.this):
                return None
            continue
        tables[table.db.casefold(), table.name.casefold()] = None
    for membership in query.find_all(exp.In):  # SQLite: `x IN orders`
        field = membership.args.get("field")
        if dialect == "sqlite" and isinstance(field, exp.Column):
            tables[field.table.casefold(), field.name.casefold()] = None
        elif dialect == "sqlite" and field is not None:
            return None
    ctes = frozenset(("", cte.alias.casefold()) for cte in query.find_all(exp.CTE))
    functions = frozenset(_function_name(function) for function in query.find_all(exp.Func))
    return _Named(tuple(tables), ctes, functions)


def _reads_no_table(source: object) -> bool:
    return isinstance(source, exp.Func) and _function_name(source) in _READS_NO_TABLE


def _function_name(function: exp.Func) -> str:
    return (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).casefold()

"""What a source shows of itself: tables and columns with their concepts, keys and values, as far as the asking user may see them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlglot import exp

from analytics_platform.sql.dialects import Dialect
from apps.mapping.suggesting.words import Concepts, concepts_of
from apps.schema.contract import SchemaColumn, SchemaTable, SourceSchema

_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")
_RESERVED_WORDS: Final = """
all and any as asc between by case cast check column date day default desc distinct else end from group having hour in interval into is join key left like limit
month not null offset on or order primary range references right row rows select set table then time timestamp to type union unique user using value values
when where with year
"""
_RESERVED: Final = frozenset(_RESERVED_WORDS.split())
FindValues = Callable[[list[str]], "list[tuple[str, str, str, str]]"]
"""Terms → (schema, table, column, value) of what the source holds that they may mean."""


@dataclass(frozen=True)
class Join:
    """Where a column comes from that is not of the table itself: its label, under an alias, and the join that brings it in."""

    select: str
    clause: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column; `reference` is the expression for it, `concepts` what its name says, `aliases` what else it is called.

    `origin` is its schema, table and name in the source; `holds_others` says that its values are of other columns too.
    """

    name: str
    reference: str
    type: str
    concepts: Concepts
    aliases: tuple[Concepts, ...] = ()
    values: tuple[str, ...] = ()
    is_primary: bool = False
    is_unique: bool | None = None
    has_nulls: bool | None = None
    refers_to: str = ""
    origin: tuple[str, str, str] = ("", "", "")
    join: Join | None = None
    holds_others: bool = False

    @property
    def is_number(self) -> bool:
        return self.type in ("integer", "number", "decimal")


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table. `reference` names it in SQL."""

    key: str
    name: str
    schema: str
    reference: str
    concepts: Concepts
    aliases: tuple[Concepts, ...] = ()
    columns: tuple[Column, ...] = ()
    row_count: int | None = None
    primary_key: tuple[str, ...] = ()

    def column(self, name: str) -> Column | None:
        """The column of this name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class Facts:
    """All tables, and a way to ask for values beyond the samples."""

    tables: tuple[Table, ...]
    dialect: Dialect
    find_values: FindValues = field(default=lambda terms: [])


def facts_of(schema: SourceSchema, find_values: FindValues) -> Facts:
    """Tables and columns that people have not hidden."""
    tables = [_table(table, schema.dialect, schema.default_schema) for table in schema.tables if not table.hidden]
    return Facts(tuple(_with_references(tables, schema.tables)), schema.dialect, find_values)


def quoted(name: str, dialect: Dialect) -> str:
    """An identifier as it has to be written."""
    is_plain = _PLAIN.match(name) is not None and name not in _RESERVED
    return name if is_plain else str(exp.to_identifier(name, quoted=True).sql(dialect=dialect))


def table_key(schema: str, name: str) -> str:
    """What tells tables apart."""
    return f"{schema}.{name}"


def _table(table: SchemaTable, dialect: Dialect, default_schema: str) -> Table:
    is_default = table.schema_name in ("", default_schema)
    name = quoted(table.name, dialect)
    return Table(
        key=table_key(table.schema_name, table.name),
        name=table.name,
        schema=table.schema_name,
        reference=name if is_default else f"{quoted(table.schema_name, dialect)}.{name}",
        concepts=concepts_of(table.name),
        aliases=tuple(concepts_of(synonym) for synonym in table.synonyms),
        columns=tuple(_column(table, column, dialect) for column in table.columns if not column.hidden),
        row_count=table.row_count,
        primary_key=tuple(table.primary_key),
    )


def _column(table: SchemaTable, column: SchemaColumn, dialect: Dialect) -> Column:
    is_primary = table.primary_key == [column.name]
    is_unique = is_primary or any(index.unique and index.columns == [column.name] for index in table.indexes)
    figures = column.statistics
    distinct, sampled = (figures.distinct_count, figures.sampled_rows) if figures else (None, None)
    rows = sampled or table.row_count
    known = None if distinct is None or not rows else distinct >= rows * (1 - (figures.null_fraction or 0 if figures else 0)) * 0.98
    return Column(
        name=column.name,
        reference=quoted(column.name, dialect),
        type=column.type,
        concepts=concepts_of(column.name),
        aliases=tuple(concepts_of(text) for text in (*column.synonyms, *_short(column.comment), *_short(column.description)) if text),
        values=tuple(str(value) for value in column.sample_values if value is not None),
        is_primary=is_primary,
        is_unique=True if is_unique else known,
        origin=(table.schema_name, table.name, column.name),
        has_nulls=bool(figures.null_fraction) if figures and figures.null_fraction is not None else None,
    )


def _short(text: str) -> Iterable[str]:
    """A comment that is a name in other words; a sentence tells of too much."""
    return [text] if text and len(text.split()) <= 3 else []


def _with_references(tables: Sequence[Table], described: Sequence[SchemaTable]) -> Iterable[Table]:
    """Foreign keys as declared; where none is, a column called like another table's key, or like that table."""
    declared = {
        (table_key(table.schema_name, table.name), key.columns[0]): table_key(
            key.references.schema_name or table.schema_name, key.references.table
        )
        for table in described
        for key in table.foreign_keys
        if len(key.columns) == 1
    }
    guesses = _Guesses(tables)
    for table in tables:
        columns = [
            replace(column, refers_to=declared.get((table.key, column.name)) or guesses.of(table, column)) for column in table.columns
        ]
        yield replace(table, columns=tuple(columns))


class _Guesses:
    """Tables by the name of their key, and by what a column that refers to them would be called."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._by_key: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._by_words: dict[tuple[frozenset[str], str], list[str]] = defaultdict(list)
        for table in tables:
            key = table.column(table.primary_key[0]) if len(table.primary_key) == 1 else None
            if key is None:
                continue
            if key.concepts[:1] != ("id",):
                self._by_key[key.name.casefold(), key.type].append(table.key)
            for words in (table.concepts, (*table.concepts, *key.concepts)):
                self._by_words[frozenset(words), key.type].append(table.key)

    def of(self, table: Table, column: Column) -> str:
        """The table that a column seems to refer to; empty where none does."""
        if column.is_primary:
            return ""
        found = (
            self._by_key.get((column.name.casefold(), column.type)) or self._by_words.get((frozenset(column.concepts), column.type)) or []
        )
        return next((key for key in found if key != table.key), "")

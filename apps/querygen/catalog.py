"""What the engines read: a source's visible tables and columns, and the ways to join them."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from functools import cached_property

from apps.querygen.words import name_words
from apps.schema.contract import SchemaColumn, SchemaTable, SourceSchema

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}.*)?$")
_NUMERIC = {"integer", "number", "decimal"}


@dataclass(frozen=True)
class Column:
    """One column that a question may use. `type` is the platform's own (string, integer, … datetime)."""

    table: str
    name: str
    type: str
    native_type: str = ""
    primary_key: bool = False
    comment: str = ""
    synonyms: tuple[str, ...] = ()
    samples: tuple[object, ...] = ()
    pii: bool = False
    is_metric: bool = False
    """An aggregate already, of a canonical schema: it stands in a statement under its bare name."""

    @property
    def key(self) -> str:
        return f"{self.table}.{self.name}"

    @cached_property
    def words(self) -> tuple[str, ...]:
        return name_words(self.name)

    @property
    def is_numeric(self) -> bool:
        return self.type in _NUMERIC

    @property
    def is_date(self) -> bool:
        return self.type in {"date", "datetime"}

    @property
    def is_key(self) -> bool:
        """Whether it only identifies: adding such numbers up means nothing."""
        return self.primary_key or (bool(self.words) and self.words[-1] in {"id", "key", "uuid", "guid"})


@dataclass(frozen=True)
class Table:
    """One table. `key` is how SQL names it: with its schema where that is not the default one."""

    key: str
    name: str
    schema: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    comment: str = ""
    synonyms: tuple[str, ...] = ()
    row_count: int | None = None

    @cached_property
    def words(self) -> tuple[str, ...]:
        words = name_words(self.name)
        return words[1:] if len(words) > 1 and words[0] in {"tbl", "tb", "t", "dim", "fact", "vw"} else words

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name.lower() == name.lower()), None)


@dataclass(frozen=True)
class Edge:
    """Rows of `child` point at one row of `parent`, by columns pairwise. Not `declared`: read off the names alone."""

    child: str
    child_columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    declared: bool = True


@dataclass(frozen=True)
class Step:
    """One join on a path, from a table already there to a new one. It `fans_out` when it goes from parent to children."""

    edge: Edge
    fans_out: bool

    @property
    def source(self) -> str:
        return self.edge.parent if self.fans_out else self.edge.child

    @property
    def target(self) -> str:
        return self.edge.child if self.fans_out else self.edge.parent


@dataclass(frozen=True)
class Catalog:
    """A source at one version of its schema."""

    dialect: str
    version: int
    tables: tuple[Table, ...]
    edges: tuple[Edge, ...] = ()
    default_schema: str = ""
    _by_key: dict[str, Table] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._by_key.update({table.key: table for table in self.tables})

    def table(self, key: str) -> Table:
        return self._by_key[key]

    def column(self, key: str) -> Column:
        table, _, name = key.rpartition(".")
        found = self._by_key[table].column(name)
        if found is None:
            raise KeyError(key)
        return found

    def steps_from(self, key: str) -> list[Step]:
        """Every join that leads out of a table: declared ones and those towards a parent first."""
        out = [Step(edge, fans_out=False) for edge in self.edges if edge.child == key and edge.parent != key]
        out += [Step(edge, fans_out=True) for edge in self.edges if edge.parent == key and edge.child != key]
        return sorted(out, key=lambda step: (not step.edge.declared, step.fans_out))

    def path(self, start: set[str], goal: str) -> list[Step] | None:
        """The shortest chain of joins from one of `start` to `goal`; empty when it is there, None when there is none."""
        if goal in start:
            return []
        queue: deque[tuple[str, list[Step]]] = deque((key, []) for key in sorted(start))
        seen = set(start)
        while queue:
            here, steps = queue.popleft()
            for step in self.steps_from(here):
                if step.target in seen:
                    continue
                if step.target == goal:
                    return [*steps, step]
                seen.add(step.target)
                queue.append((step.target, [*steps, step]))
        return None


def catalog_of(schema: SourceSchema) -> Catalog:
    """The visible part of a schema, with foreign keys, and joins by naming convention where none are declared."""
    shown = [table for table in schema.tables if not table.hidden]
    keys = {id(table): _key(table, schema.default_schema) for table in shown}
    tables = tuple(_table(table, keys[id(table)]) for table in shown)
    by_name = {(table.schema_name, table.name): keys[id(table)] for table in shown}
    declared = [edge for table in shown for edge in _declared(table, keys[id(table)], by_name)]
    return Catalog(
        dialect=schema.dialect,
        version=schema.version,
        tables=tables,
        edges=(*declared, *_by_convention(tables, declared)),
        default_schema=schema.default_schema,
    )


def _key(table: SchemaTable, default_schema: str) -> str:
    return table.name if table.schema_name in {"", default_schema} else f"{table.schema_name}.{table.name}"


def _table(table: SchemaTable, key: str) -> Table:
    return Table(
        key=key,
        name=table.name,
        schema=table.schema_name,
        columns=tuple(_column(key, column, column.name in table.primary_key) for column in table.columns if not column.hidden),
        primary_key=tuple(table.primary_key),
        comment=table.description or table.comment,
        synonyms=tuple(table.synonyms),
        row_count=table.row_count,
    )


def _column(table: str, column: SchemaColumn, in_primary_key: bool) -> Column:
    return Column(
        table=table,
        name=column.name,
        type=_effective_type(column),
        native_type=column.native_type,
        primary_key=column.primary_key or in_primary_key,
        comment=column.description or column.comment,
        synonyms=tuple(column.synonyms),
        samples=() if column.pii else tuple(column.sample_values),
        pii=column.pii,
    )


def _effective_type(column: SchemaColumn) -> str:
    """SQLite and files often keep dates as text: believe the samples, and where there are none (a private source), the name."""
    texts = [value for value in column.sample_values if isinstance(value, str) and value]
    if column.type == "string" and not texts and name_words(column.name)[-1:] in {("at",), ("date",), ("datetime",), ("timestamp",)}:
        return "datetime"
    if column.type == "string" and texts and all(_ISO_DATE.match(text) for text in texts):
        return "datetime" if any(len(text) > 10 for text in texts) else "date"
    return column.type


def _declared(table: SchemaTable, key: str, by_name: dict[tuple[str, str], str]) -> list[Edge]:
    edges = []
    for foreign in table.foreign_keys:
        parent = by_name.get((foreign.references.schema_name, foreign.references.table)) or by_name.get(
            (table.schema_name, foreign.references.table)
        )
        if parent is not None and foreign.columns and len(foreign.columns) == len(foreign.references.columns):
            edges.append(Edge(key, tuple(foreign.columns), parent, tuple(foreign.references.columns)))
    return edges


def _by_convention(tables: tuple[Table, ...], declared: list[Edge]) -> list[Edge]:
    """`orders.customer_id` → `customers`, unless that column has a foreign key already."""
    taken = {(edge.child, column.lower()) for edge in declared for column in edge.child_columns}
    keys = {table.key: _identifying(table) for table in tables}
    edges = []
    for child in tables:
        for column in child.columns:
            if not _may_point(column) or column == keys[child.key]:
                continue
            if (child.key, column.name.lower()) in taken or child.primary_key == (column.name,):
                continue
            parent = next((found for found in tables if found.key != child.key and _points_at(column, found, keys[found.key])), None)
            key = None if parent is None else keys[parent.key]
            if parent is not None and key is not None:
                edges.append(Edge(child.key, (column.name,), parent.key, (key.name,), declared=False))
    return edges


def _may_point(column: Column) -> bool:
    return len(column.words) > 1 and column.words[-1] in {"id", "key", "code", "no", "uuid"}


def _points_at(column: Column, parent: Table, key: Column | None) -> bool:
    words = column.words
    return key is not None and (words == key.words or (words[:-1] == parent.words and key.words in {words[-1:], words}))


def _identifying(table: Table) -> Column | None:
    """The single column that identifies a row: the primary key, or by name where none is declared."""
    if table.primary_key:
        return table.column(table.primary_key[0]) if len(table.primary_key) == 1 else None
    for ending in ("id", "key", "code", "uuid"):
        for column in table.columns:
            if column.words in {(ending,), (*table.words, ending)}:
                return column
    return None


def identifying(table: Table) -> Column | None:
    """The single column that tells rows apart, if there is one."""
    return _identifying(table)

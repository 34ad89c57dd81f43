"""Columns that say what codes mean: labels of small tables that a code refers to, joined in as if they stood in the table itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from analytics_platform.sql.canonical.model import CanonicalSchema
from apps.mapping.suggesting.facts import Column, Facts, Join, Table, quoted
from apps.mapping.suggesting.words import concepts_of, likeness, without

MOST_COLUMNS = 5
_LABELS = {"name", "title", "description", "label", "value", "meaning"}
_CODES = {"id", "code", "number", "value"}


@dataclass(frozen=True)
class Dictionary:
    """One table for the codes of many columns: `kind` says of which, and `kinds` are those that are known."""

    table: Table
    kind: Column
    code: Column
    label: Column
    kinds: tuple[str, ...]


def with_labels(table: Table, facts: Facts, dictionaries: Sequence[Dictionary]) -> Table:
    """The table with the labels of its codes as further columns."""
    if any(dictionary.table.key == table.key for dictionary in dictionaries):
        return table
    found = [*_referred(table, facts)]
    found += [label for dictionary in dictionaries for label in _listed(table, facts, dictionary)]
    return replace(table, columns=(*table.columns, *found))


def dictionaries_of(facts: Facts, schema: CanonicalSchema) -> list[Dictionary]:
    """Tables of a kind, a code and a label."""
    terms = list(
        dict.fromkeys(name for entity in schema.entities for target in entity.fields for name in (target.name, *target.synonyms[:4]))
    )
    return [found for table in facts.tables if (found := _dictionary(table, facts, terms)) is not None]


def _dictionary(table: Table, facts: Facts, terms: list[str]) -> Dictionary | None:
    texts = [column for column in table.columns if column.type == "string"]
    codes = [column for column in table.columns if set(column.concepts) & _CODES]
    if len(table.columns) > MOST_COLUMNS or len(texts) < 2 or not codes or len(table.primary_key) == 1:
        return None
    code = codes[0]
    rest = [column for column in texts if column.name != code.name]
    label = next((column for column in rest if set(column.concepts) & _LABELS), rest[-1] if len(rest) > 1 else None)
    kind = next((column for column in rest if label is not None and column.name != label.name), None)
    if label is None or kind is None or kind.is_unique:
        return None
    known = [
        value for schema, name, column, value in facts.find_values(terms) if (schema, name, column) == (table.schema, table.name, kind.name)
    ]
    return Dictionary(table, kind, code, label, tuple(dict.fromkeys((*kind.values, *known))))


def _listed(table: Table, facts: Facts, dictionary: Dictionary) -> Iterable[Column]:
    """Every kind that one of the table's columns is called like."""
    for kind in dictionary.kinds:
        called = concepts_of(kind)
        candidates = [
            column for column in table.columns if column.type == dictionary.code.type and not column.is_primary and not column.refers_to
        ]
        scored = sorted(((likeness(without(column.concepts, _CODES), called), column.name, column) for column in candidates), reverse=True)
        if not scored or scored[0][0] < 0.5:
            continue
        column, alias = scored[0][2], _alias(kind, table)
        on = f"{alias}.{dictionary.kind.reference} = '{kind.replace(chr(39), chr(39) * 2)}' AND {alias}.{dictionary.code.reference} = t.{column.reference}"
        clause = f"LEFT JOIN {dictionary.table.reference} AS {alias} ON {on}"
        yield replace(_label(dictionary.label, alias, clause, concepts_of(kind)), holds_others=True, values=())


def _referred(table: Table, facts: Facts) -> Iterable[Column]:
    """Text columns of small tables that a column of this one refers to."""
    by_key = {other.key: other for other in facts.tables}
    for column in table.columns:
        other = by_key.get(column.refers_to)
        if other is None or len(other.columns) > MOST_COLUMNS or other.key == table.key:
            continue
        key = other.column(other.primary_key[0]) if len(other.primary_key) == 1 else None
        if key is None:
            continue
        for label in other.columns:
            if label.type != "string" or label.name == key.name:
                continue
            alias = _alias(f"{other.name}_{label.name}", table)
            meant = without(column.concepts, _CODES)
            called = meant if set(label.concepts) & _LABELS else label.concepts
            clause = f"LEFT JOIN {other.reference} AS {alias} ON {alias}.{key.reference} = t.{column.reference}"
            yield _label(label, alias, clause, called)


def _label(label: Column, alias: str, clause: str, called: tuple[str, ...]) -> Column:
    return replace(
        label,
        name=alias,
        reference=alias,
        concepts=called,
        aliases=(),
        is_primary=False,
        is_unique=None,
        refers_to="",
        join=Join(select=f"{alias}.{label.reference} AS {alias}", clause=clause),
    )


def _alias(name: str, table: Table) -> str:
    """A name that no column of the table has."""
    plain = "_".join(concept for concept in name.casefold().replace("-", "_").split()) or "label"
    taken = {column.name.casefold() for column in table.columns}
    candidate = quoted(plain, "postgres")
    if candidate.startswith('"') or plain in taken or plain == "t":
        return f"label_{sum(map(ord, plain)) % 1000}_{len(plain)}"
    return plain

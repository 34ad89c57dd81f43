"""How well a column is a field: by name, type, values and key position, each from 0 to 1 and each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from analytics_platform.sql.canonical.model import CanonicalField, CanonicalSchema, Entity
from apps.mapping.contract import FieldScores
from apps.mapping.suggesting.facts import Column, Table
from apps.mapping.suggesting.meanings import Meaning, meaning_of
from apps.mapping.suggesting.words import Concepts, best_likeness, concepts_of, likeness, without

_WEIGHTS = {"name": 0.6, "type": 0.12, "values": 0.14, "key": 0.14}
_UNKNOWN = 0.5
_MONEY = {"amount", "price", "total", "fee", "cost", "discount", "tax", "revenue", "paid", "refund", "ship", "monthly"}
ValuesOf = Callable[[Column, CanonicalField], Sequence[str]]


@dataclass(frozen=True)
class Match:
    """A column as a field."""

    column: Column
    target: CanonicalField
    score: float
    scores: FieldScores
    meaning: Meaning
    is_negated: bool = False
    is_cents: bool = False
    evidence: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FieldWords:
    """What a field is called: its own name first."""

    names: tuple[Concepts, ...]
    entity: tuple[Concepts, ...]
    points_to: str = ""


@lru_cache(512)
def _names(name: str, synonyms: tuple[str, ...]) -> tuple[Concepts, ...]:
    return tuple(dict.fromkeys(concepts_of(text) for text in (name, *synonyms) if concepts_of(text)))


def entity_names(entity: Entity) -> tuple[Concepts, ...]:
    """What an entity is called."""
    return _names(entity.name, tuple(entity.synonyms))


def words_of(entity: Entity, target: CanonicalField) -> FieldWords:
    """What a field is called, and which entity it points to."""
    points_to = next((r.entity for r in entity.relationships if target.name in r.fields and r.cardinality != "one_to_many"), "")
    return FieldWords(_names(target.name, tuple(target.synonyms)), entity_names(entity), points_to)


def match(column: Column, table: Table, target: CanonicalField, words: FieldWords, *, places: dict[str, str], values_of: ValuesOf) -> Match:
    """The column as the field. `places` says at which table each entity is, as far as that is known yet."""
    called, is_cents = _without_cents(column, target)
    name, is_negated = _name_score(called, column.aliases, table, target, words)
    meaning = meaning_of(values_of(column, target), target, is_number=column.is_number)
    kind = _type_score(column, target, meaning, is_cents=is_cents)
    key = _key_score(column, target, words, places, meaning)
    values = _UNKNOWN if meaning.score is None else meaning.score
    scores = FieldScores(name=round(name, 3), type=round(kind, 3), values=round(values, 3), key=round(key, 3))
    total = sum(_WEIGHTS[part] * getattr(scores, part) for part in _WEIGHTS)
    total = max(total, 0.62 + 0.1 * name) if target.values and values == 1 and not column.is_number and target.type == "string" else total
    if kind < 0.1 or (target.values and meaning.score == 0):
        total *= 0.4
    evidence = _evidence(column, target, name=name, key=key, meaning=meaning, is_cents=is_cents, is_negated=is_negated, words=words)
    return Match(column, target, round(min(total, 1.0), 3), scores, meaning, is_negated, is_cents, evidence)


def table_likeness(table: Table, entity: Entity) -> float:
    """How much a table is called like an entity."""
    names = entity_names(entity)
    return max(best_likeness(called, names) for called in (table.concepts, *table.aliases))


def money(target: CanonicalField) -> bool:
    """Whether a field counts money."""
    return target.type == "decimal" and ("currency" in target.unit.casefold() or bool(_MONEY & set(concepts_of(target.name))))


def pointed_at(schema: CanonicalSchema, entity: Entity) -> bool:
    """Whether other entities refer to it."""
    return any(r.entity == entity.name for other in schema.entities for r in other.relationships)


def _without_cents(column: Column, target: CanonicalField) -> tuple[Concepts, bool]:
    if "cent" not in column.concepts or target.type not in ("decimal", "number"):
        return column.concepts, False
    return without(column.concepts, ("cent",)), column.is_number


def _name_score(
    called: Concepts, aliases: Sequence[Concepts], table: Table, target: CanonicalField, words: FieldWords
) -> tuple[float, bool]:
    best = max(_one_name(name, table, target, words) for name in (called, *aliases))
    if target.type == "boolean" and ("inactive" in called) != any("inactive" in name for name in words.names[:1]):
        turned = tuple("active" if concept == "inactive" else concept for concept in called)
        return _one_name(turned, table, target, words), True
    return best, False


def _one_name(called: Concepts, table: Table, target: CanonicalField, words: FieldWords) -> float:
    plain = best_likeness(called, words.names)
    if words.points_to:
        return plain
    context = {concept for name in words.entity for concept in name} | set(table.concepts)
    bare = without(called, context)
    if bare == called:
        return plain
    is_whole = any(set(name) <= set(called) for name in (*words.entity, table.concepts) if name)
    return max(plain, best_likeness(bare, words.names) * (0.98 if is_whole else 0.85))


def _type_score(column: Column, target: CanonicalField, meaning: Meaning, *, is_cents: bool) -> float:
    wanted, have = target.type, column.type
    if have == wanted or is_cents:
        return 1.0
    if wanted == "string":
        is_identity = target.key or target.name.endswith("_id") or "number" in concepts_of(target.name)
        return 0.95 if is_identity and have == "integer" else 0.45 if have == "integer" else 0.2
    if wanted in ("decimal", "number"):
        return {"decimal": 0.95, "number": 0.95, "integer": 0.75 if not money(target) else 0.6}.get(have, 0.1 if have == "string" else 0.0)
    if wanted == "integer":
        return {"decimal": 0.6, "number": 0.6, "string": 0.15}.get(have, 0.0)
    if wanted in ("date", "datetime"):
        return (
            0.9 if have in ("date", "datetime") else (0.8 if meaning.score and meaning.score > 0.9 else 0.3) if have == "string" else 0.05
        )
    if wanted == "boolean":
        return 0.85 if meaning.score == 1 else 0.4 if have in ("integer", "string") and meaning.score is None else 0.05
    return 0.3


def _key_score(column: Column, target: CanonicalField, words: FieldWords, places: dict[str, str], meaning: Meaning) -> float:
    if target.key:
        if column.refers_to:
            return 0.3
        return 1.0 if column.is_primary else 0.85 if column.is_unique else 0.35 if column.is_unique is False else _UNKNOWN
    if words.points_to:
        if column.refers_to:
            place = places.get(words.points_to)
            return 1.0 if place == column.refers_to else 0.6 if place is None else 0.1
        return 0.15 if column.is_primary else _UNKNOWN
    refers_elsewhere = column.refers_to and column.join is None and (meaning.score or 0) < 0.9
    return 0.05 if column.is_primary else 0.3 if refers_elsewhere else 0.75


def _evidence(
    column: Column,
    target: CanonicalField,
    *,
    name: float,
    key: float,
    meaning: Meaning,
    is_cents: bool,
    is_negated: bool,
    words: FieldWords,
) -> list[str]:
    found: list[str] = []
    if name >= 0.5:
        closest = max(words.names, key=lambda other: likeness(column.concepts, other))
        found.append(f"{column.name} reads as {' '.join(column.concepts)}, the field as {' '.join(closest)}.")
    found += _key_evidence(column, target, key)
    if meaning.evidence:
        found.append(meaning.evidence)
    if is_cents:
        found.append("Its name says that it counts hundredths.")
    if is_negated:
        found.append("It says the opposite, so it is turned around.")
    return found


def _key_evidence(column: Column, target: CanonicalField, key: float) -> Iterable[str]:
    if target.key and column.is_primary:
        yield "It is the table's primary key."
    elif target.key and column.is_unique:
        yield "No value comes twice."
    elif column.refers_to and key > 0.9:
        yield f"It refers to {column.refers_to.lstrip('.')}."

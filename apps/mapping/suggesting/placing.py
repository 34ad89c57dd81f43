"""Which table an entity is: by what it is called, and by how well its columns are the entity's fields."""

from __future__ import annotations

from dataclasses import dataclass, field

from analytics_platform.sql.canonical.model import CanonicalSchema, Entity
from apps.mapping.suggesting.facts import Facts, Table
from apps.mapping.suggesting.lookups import dictionaries_of, with_labels
from apps.mapping.suggesting.matching import Match, ValuesOf, entity_names, match, table_likeness, words_of
from apps.mapping.suggesting.words import without

LEAST_SCORE = 0.46
_LEAST_PLACE = 0.5
_KEPT_ALTERNATIVES = 6
_MOST_LOOKED_AT = 20


@dataclass
class Place:
    """An entity at a table, with its fields' matches, best first for each."""

    entity: Entity
    table: Table
    name: float
    score: float
    chosen: dict[str, Match] = field(default_factory=dict)
    ranked: dict[str, list[Match]] = field(default_factory=dict)


def places_of(schema: CanonicalSchema, facts: Facts, values_of: ValuesOf) -> dict[str, Place]:
    """Where each entity is; those that are nowhere are left out."""
    dictionaries = dictionaries_of(facts, schema)
    listed = {dictionary.table.key for dictionary in dictionaries}
    tables = [with_labels(table, facts, dictionaries) for table in facts.tables if table.key not in listed]
    first = _placed(schema, tables, {}, values_of)
    known = {name: place.table.key for name, place in first.items()}
    return _placed(schema, tables, known, values_of)


def _placed(schema: CanonicalSchema, tables: list[Table], known: dict[str, str], values_of: ValuesOf) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for entity in schema.entities:
        candidates = [place_at(entity, table, known, values_of) for table in _likely(entity, tables)]
        best = max(candidates, key=lambda place: place.score, default=None)
        if best is not None and best.score >= _LEAST_PLACE and _is_told_apart(best, entity):
            found[entity.name] = best
    return _without_shadows(found)


def _likely(entity: Entity, tables: list[Table]) -> list[Table]:
    """The tables worth a closer look: called like the entity, or with columns called like its fields."""
    if len(tables) <= _MOST_LOOKED_AT:
        return tables
    names = [set(words_of(entity, target).names) for target in entity.fields]
    context = {concept for name in entity_names(entity) for concept in name}

    def promise(table: Table) -> float:
        called = {form for column in table.columns for form in (column.concepts, without(column.concepts, context))}
        return table_likeness(table, entity) + sum(bool(name & called) for name in names) / len(names)

    return sorted(tables, key=promise, reverse=True)[:_MOST_LOOKED_AT]


def _is_told_apart(place: Place, entity: Entity) -> bool:
    """An entity needs its key, or most of its fields."""
    has_key = any(target.key and target.name in place.chosen for target in entity.fields)
    return (has_key and len(place.chosen) >= min(2, len(entity.fields))) or len(place.chosen) > 0.6 * len(entity.fields)


def _without_shadows(found: dict[str, Place]) -> dict[str, Place]:
    """Of two entities whose key is one column of one table, the one that fits better stays."""
    kept: dict[tuple[str, str], Place] = {}
    for place in sorted(found.values(), key=lambda place: -place.score):
        key = next(
            (place.chosen[target.name].column.name for target in place.entity.fields if target.key and target.name in place.chosen), ""
        )
        kept.setdefault((place.table.key, key or place.entity.name), place)
    return {name: place for name, place in found.items() if place in kept.values()}


def place_at(entity: Entity, table: Table, known: dict[str, str], values_of: ValuesOf) -> Place:
    """The entity at this table: each field gets its best column, each column one field."""
    name = table_likeness(table, entity)
    ranked: dict[str, list[Match]] = {}
    for target in entity.fields:
        words = words_of(entity, target)
        matches = [match(column, table, target, words, places=known, values_of=values_of) for column in table.columns]
        ranked[target.name] = sorted(matches, key=lambda one: -one.score)[:_KEPT_ALTERNATIVES]
    chosen = chosen_of(ranked)
    fit = sum(one.score for one in chosen.values()) / len(entity.fields)
    return Place(entity, table, name, round(max(0.45 * name + 0.55 * fit, 0.8 * fit), 3), chosen, ranked)


def chosen_of(ranked: dict[str, list[Match]]) -> dict[str, Match]:
    """The best matches that share no column."""
    pairs = sorted(((one.score, name, one) for name, matches in ranked.items() for one in matches), key=lambda pair: -pair[0])
    chosen: dict[str, Match] = {}
    taken: set[str] = set()
    for score, name, one in pairs:
        if score >= LEAST_SCORE and name not in chosen and one.column.name not in taken:
            chosen[name] = one
            taken.add(one.column.name)
    return {name: chosen[name] for name in ranked if name in chosen}

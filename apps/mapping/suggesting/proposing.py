"""A proposed mapping: entities placed, fields as expressions with their units, translations and rules, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from analytics_platform.sql.canonical.model import (
    CanonicalField,
    CanonicalSchema,
    EntityMapping,
    FieldMapping,
    SourceMapping,
    TransformationRule,
)
from apps.mapping.contract import EntitySuggestion, FieldAlternative, FieldScores, FieldSuggestion, Suggestion
from apps.mapping.suggesting.asking import decided
from apps.mapping.suggesting.facts import Column, Facts, facts_of
from apps.mapping.suggesting.matching import Match, money
from apps.mapping.suggesting.meanings import is_country, meaning_of, terms_of
from apps.mapping.suggesting.placing import LEAST_SCORE, Place, places_of
from apps.mapping.suggesting.stating import statement_of
from apps.mapping.suggesting.words import concepts_of
from apps.schema.contract import SourceSchema
from apps.schema.contract import schemas as source_schemas

_TERMS_AT_ONCE = 100


def suggest(data_source_id: UUID, schema: CanonicalSchema, rules: Sequence[TransformationRule] = ()) -> Suggestion:
    """What the source seems to be in canonical words, from what the asking user may see of it."""
    seen = source_schemas.get(data_source_id=data_source_id)

    def find_values(terms: list[str]) -> list[tuple[str, str, str, str]]:
        chunks = [terms[i : i + _TERMS_AT_ONCE] for i in range(0, len(terms), _TERMS_AT_ONCE)]
        found = [match for chunk in chunks for match in source_schemas.find_values(data_source_id=data_source_id, terms=chunk)]
        return [(match.schema_name, match.table, match.column, match.value) for match in found if match.score >= 0.8]

    return proposed(data_source_id, schema, seen, facts_of(seen, find_values), rules)


def proposed(
    data_source_id: UUID, schema: CanonicalSchema, seen: SourceSchema, facts: Facts, rules: Sequence[TransformationRule]
) -> Suggestion:
    """The same from facts in hand."""
    places = places_of(schema, facts, KnownValues(schema, facts).of)
    engine, warnings = decided(places, schema)
    entities = [_entity(place, facts, rules) for place in places.values()]
    warnings += [warning for place in places.values() for warning in _unsaid(place)]
    return Suggestion(
        data_source_id=data_source_id,
        schema_name=schema.name,
        schema_version=schema.version,
        entities=entities,
        missing=[entity.name for entity in schema.entities if entity.name not in places],
        mapping=SourceMapping(schema_name=schema.name, schema_version=schema.version, entities=[_plain(entity) for entity in entities]),
        engine=engine,
        warnings=warnings,
    )


def _unsaid(place: Place) -> Iterable[str]:
    """Values that somebody who knows the source has to translate: until then they are nothing."""
    for target, one in place.chosen.items():
        if one.meaning.unsaid:
            yield f"{place.entity.name}.{target}: say under `values` what {', '.join(one.meaning.unsaid)} of {one.column.name} means."


class KnownValues:
    """Samples of a column, and what else of a field's values the source holds in it. The source is asked once for all fields."""

    def __init__(self, schema: CanonicalSchema, facts: Facts) -> None:
        terms = dict.fromkeys(term for entity in schema.entities for target in entity.fields for term in terms_of(target))
        self._found: dict[tuple[str, str, str], list[str]] = {}
        for schema_name, table, column, value in facts.find_values(list(terms)):
            self._found.setdefault((schema_name, table, column), []).append(value)

    def of(self, column: Column, target: CanonicalField) -> Sequence[str]:
        """The values to judge by."""
        if not (target.values or is_country(target)):
            return column.values
        known = tuple(dict.fromkeys((*column.values, *self._found.get(column.origin, []))))
        return known if not column.holds_others else tuple(value for value in known if meaning_of([value], target, is_number=False).score)


def _entity(place: Place, facts: Facts, rules: Sequence[TransformationRule]) -> EntitySuggestion:
    source, sql, statement_evidence = statement_of(place, facts)
    fields = [_field(place, target, facts, rules) for target in place.entity.fields]
    found = [one for one in fields if one is not None]
    evidence = [f"{place.table.name} is called {' '.join(place.table.concepts)}."] if place.name >= 0.5 else []
    evidence.append(f"{len(found)} of {len(place.entity.fields)} fields are there.")
    return EntitySuggestion(
        entity=place.entity.name,
        source=source,
        sql=sql,
        score=min(1.0, place.score),
        evidence=[*evidence, *statement_evidence],
        fields=found,
        missing=[target.name for target in place.entity.fields if target.name not in {one.field for one in found}],
    )


def _field(place: Place, target: CanonicalField, facts: Facts, rules: Sequence[TransformationRule]) -> FieldSuggestion | None:
    one = place.chosen.get(target.name)
    composed = _composed_name(place, target, facts, one)
    if composed is not None:
        return composed
    if one is None:
        return None
    expression, rule, currency, evidence = _expressed(place, one, rules)
    return FieldSuggestion(
        field=target.name,
        expression=expression,
        rule=rule,
        currency=currency,
        values=one.meaning.values,
        score=one.score,
        scores=one.scores,
        evidence=[*one.evidence, *evidence],
        alternatives=[
            FieldAlternative(expression=_expressed(place, other, rules)[0], score=other.score)
            for other in place.ranked[target.name]
            if other.column.name != one.column.name and other.score >= LEAST_SCORE * 0.7
        ],
    )


def _expressed(place: Place, one: Match, rules: Sequence[TransformationRule]) -> tuple[str, str | None, str | None, list[str]]:
    """The expression, a rule with its currency, and what is to be said of them."""
    reference = one.column.reference
    if one.is_negated:
        return (f"NOT {reference}" if one.column.type == "boolean" else f"{reference} = 0"), None, None, []
    if one.meaning.wrapper:
        return f"{one.meaning.wrapper}({reference})", None, None, []
    if not money(one.target):
        return (f"{reference} / 100.0" if one.is_cents else reference), None, None, []
    currency = next((column.reference for column in place.table.columns if column.concepts == ("currency",)), None)
    fitting = [rule for rule in rules if bool(rule.rates) == (currency is not None) and ("100" in rule.expression) == one.is_cents]
    if fitting and (currency is not None or one.is_cents):
        return reference, fitting[0].name, currency, [f"The rule {fitting[0].name} does that."]
    said = ["The table holds amounts in several currencies: a rule with rates can convert them."] if currency is not None else []
    return (f"{reference} / 100.0" if one.is_cents else reference), None, None, said


def _composed_name(place: Place, target: CanonicalField, facts: Facts, one: Match | None) -> FieldSuggestion | None:
    """A first and a last name where there is no whole one."""
    if concepts_of(target.name) != ("name",) or target.type != "string" or (one is not None and one.scores.name >= 0.9):
        return None
    first, last = (next((c for c in place.table.columns if set(c.concepts) == {part, "name"}), None) for part in ("first", "last"))
    if first is None or last is None:
        return None
    parts = (first.reference, "' '", last.reference)
    expression = f"CONCAT({', '.join(parts)})" if facts.dialect == "mysql" else " || ".join(parts)
    scores = FieldScores(name=0.85, type=1, values=0.5, key=0.75)
    evidence = [f"{first.name} and {last.name} together are the whole name."]
    return FieldSuggestion(field=target.name, expression=expression, score=0.8, scores=scores, evidence=evidence)


def _plain(entity: EntitySuggestion) -> EntityMapping:
    fields = [FieldMapping(**{name: getattr(one, name) for name in FieldMapping.model_fields}) for one in entity.fields]
    return EntityMapping(entity=entity.entity, source=entity.source, sql=entity.sql, filter=entity.filter, fields=fields)

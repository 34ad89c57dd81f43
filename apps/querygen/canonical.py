"""Canonical schemas as the engines read a source: entities are tables, fields columns, metrics figures that are known already."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlglot
from sqlglot import exp

from analytics_platform.kernel.declare import Problem
from analytics_platform.sql.canonical.model import CanonicalField, CanonicalSchema, Entity, Metric, Relationship
from apps.execution.contract import Canonical
from apps.mapping.contract import CanonicalSource, MappingAmbiguous, mappings
from apps.querygen.catalog import Catalog, Column, Edge, Table
from apps.querygen.offline.linker import Value
from apps.schema.contract import schemas

DIALECT = "postgres"


def sources_of(data_source_ids: Sequence[UUID], canonical: Canonical) -> list[CanonicalSource]:
    """What can be asked of each source in canonical words; those that are not mapped are left to be told when the question runs.

    Raises what the only source raises, or the first where none is mapped, and MappingAmbiguous where they are mapped to different schemas.
    """
    found: list[CanonicalSource] = []
    refused: list[Problem] = []
    for one in data_source_ids:
        try:
            found.append(mappings.canonical(data_source_id=one, schema=canonical if isinstance(canonical, str) else None))
        except Problem as problem:
            refused.append(problem)
    if not found:
        raise refused[0]
    names = sorted({source.canonical.name for source in found})
    if len(names) > 1:
        raise MappingAmbiguous(f"The sources are mapped to different schemas: {', '.join(names)}. Name one.")
    return found


def catalog_of_canonical(sources: Sequence[CanonicalSource]) -> Catalog:
    """The schema as tables. A field that a policy hides at every source is not there."""
    schema = sources[0].canonical
    hidden = set.intersection(*(set(source.withheld) for source in sources))
    tables = tuple(_table(entity, schema, hidden) for entity in schema.entities)
    edges = tuple(_edge(entity, link) for entity in schema.entities for link in entity.relationships)
    return Catalog(dialect=DIALECT, version=schema.version, tables=tables, edges=edges)


def canonical_values(sources: Sequence[CanonicalSource], catalog: Catalog, terms: list[str]) -> list[Value]:
    """Canonical values that words of a question may mean: those the schema lists, and what the sources hold, translated."""
    wanted = {term.casefold(): term for term in terms}
    columns = {column.key: column for table in catalog.tables for column in table.columns}
    found = {
        (term, column.key, str(sample)): Value(term, column, str(sample))
        for column in columns.values()
        for sample in column.samples
        if (term := wanted.get(str(sample).casefold())) is not None
    }
    for source in sources:
        by_actual = {(field.table, field.column): field for field in source.mapped if field.column is not None}
        for match in schemas.find_values(data_source_id=source.data_source_id, terms=terms):
            field = by_actual.get((match.table, match.column))
            column = columns.get(f"{field.entity}.{field.field}") if field is not None else None
            if field is None or column is None:
                continue
            value = str(field.values.get(match.value, match.value)) if field.values else match.value
            found.setdefault((match.term, column.key, value), Value(match.term, column, value, match.score))
    return list(found.values())


def _table(entity: Entity, schema: CanonicalSchema, hidden: set[str]) -> Table:
    fields = [field for field in entity.fields if f"{entity.name}.{field.name}" not in hidden]
    metrics = [metric for metric in schema.metrics if _owner(metric, schema) == entity.name]
    keys = tuple(field.name for field in fields if field.key)
    return Table(
        key=entity.name,
        name=entity.name,
        schema="",
        columns=(*(_column(entity, field) for field in fields), *(_metric(entity, metric) for metric in metrics)),
        primary_key=keys,
        comment=entity.description,
        synonyms=tuple(entity.synonyms),
    )


def _column(entity: Entity, field: CanonicalField) -> Column:
    return Column(
        table=entity.name,
        name=field.name,
        type=field.type,
        primary_key=field.key,
        comment=field.description,
        synonyms=tuple(field.synonyms),
        samples=tuple(field.values),
    )


def _metric(entity: Entity, metric: Metric) -> Column:
    comment = f"{metric.description} A metric: an aggregate already, written as its bare name."
    return Column(table=entity.name, name=metric.name, type="decimal", comment=comment, synonyms=tuple(metric.synonyms), is_metric=True)


def _owner(metric: Metric, schema: CanonicalSchema) -> str:
    """The entity that a metric is of; where it does not say, the one that has all of its fields."""
    if metric.entity is not None:
        return metric.entity
    names = {column.name for column in sqlglot.parse_one(metric.expression, dialect=DIALECT).find_all(exp.Column)}
    return next((entity.name for entity in schema.entities if names <= {field.name for field in entity.fields}), "")


def _edge(entity: Entity, link: Relationship) -> Edge:
    own, others = tuple(link.fields), tuple(link.fields.values())
    if link.cardinality == "one_to_many":
        return Edge(link.entity, others, entity.name, own)
    return Edge(entity.name, own, link.entity, others)

"""A source for those who ask in canonical words: which fields answer, and which columns of the source hold their values."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlglot
from sqlglot import exp

from analytics_platform.sql.canonical.model import EntityMapping, FieldMapping
from analytics_platform.sql.catalog import Catalog, CatalogTable
from analytics_platform.sql.dialects import Dialect
from apps.mapping import registry
from apps.mapping.contract import CanonicalSource, MappedField
from apps.mapping.covering import field_names
from apps.mapping.keeping import found, rule_rows_of, withheld_from_user
from apps.mapping.models import source_mapping_of, transformation_of
from apps.mapping.reaching import visible, whole
from apps.mapping.rechecking import faults_of


def canonical(data_source_id: UUID, schema: str | None) -> CanonicalSource:
    """What the asking user may ask of the source. Raises MappingNotFound, MappingAmbiguous."""
    row = found(data_source_id, schema)
    structure = whole(data_source_id)
    broken = row.broken_fields if row.checked_version == structure.version else faults_of(row, structure)[0]
    withheld = withheld_from_user(row, visible(data_source_id))
    mapping = source_mapping_of(row)
    canonical_schema = registry.plain(row.schema_name, row.schema_version)
    mapped = [
        _field(entity, field, structure.catalog, structure.dialect)
        for entity in mapping.entities
        for field in entity.fields
        if f"{entity.entity}.{field.field}" not in {*broken, *withheld}
    ]
    there = {f"{field.entity}.{field.field}" for field in mapped} | {*broken, *withheld}
    return CanonicalSource(
        data_source_id=data_source_id,
        dialect=structure.dialect,
        mapping_id=row.id,
        mapping_version=row.version,
        canonical=canonical_schema,
        mapped=mapped,
        missing=[name for name in field_names(canonical_schema) if name not in there],
        broken=list(broken),
        withheld=withheld,
        rules=[transformation_of(rule) for rule in rule_rows_of(mapping)],
    )


@dataclass(frozen=True)
class SourceColumn:
    """A column of the source by its exact names."""

    table: CatalogTable
    column: str


def column_behind(entity: EntityMapping, field: FieldMapping, catalog: Catalog, dialect: Dialect) -> SourceColumn | None:
    """The column that a field is, where it is one and nothing else: of the entity's table, or of the one table that its statement reads."""
    if field.rule is not None:
        return None
    name = _bare_column(_parsed(field.expression, dialect))
    if name is None:
        return None
    if entity.source is not None:
        return _column(exp.to_table(entity.source, dialect=dialect), name, catalog)
    statement = _parsed(entity.sql or "", dialect)
    return _column_of_statement(statement, name, catalog) if isinstance(statement, exp.Select) else None


def _field(entity: EntityMapping, field: FieldMapping, catalog: Catalog, dialect: Dialect) -> MappedField:
    behind = column_behind(entity, field, catalog, dialect)
    if behind is None:
        return MappedField(entity=entity.entity, field=field.field, values=field.values)
    return MappedField(
        entity=entity.entity,
        field=field.field,
        table_schema=behind.table.schema or "",
        table=behind.table.name,
        column=behind.column,
        values=field.values,
    )


def _parsed(text: str, dialect: Dialect) -> exp.Expr | None:
    try:
        return sqlglot.parse_one(text, dialect=dialect)
    except sqlglot.errors.SqlglotError:
        return None


def _column_of_statement(statement: exp.Select, name: str, catalog: Catalog) -> SourceColumn | None:
    """The column that a plain statement over tables gives out under a name, named or through a star."""
    scanned = statement.find(exp.From)
    sources = [scanned.this if scanned else None, *(join.this for join in statement.args.get("joins") or [])]
    tables = {source.alias_or_name: source for source in sources if isinstance(source, exp.Table)}
    if len(tables) != len(sources):
        return None
    named = next((item for item in statement.selects if item.alias_or_name.casefold() == name.casefold() and not item.is_star), None)
    if named is not None:
        column = named.unalias()
        inner = _bare_column(column)
        return _among(_named_tables(column, tables), inner, catalog) if inner is not None else None
    starred = [table for item in statement.selects if item.is_star for table in _named_tables(item, tables)]
    return _among(starred, name, catalog)


def _named_tables(node: exp.Expr, tables: dict[str, exp.Table]) -> list[exp.Table]:
    qualifier = node.table if isinstance(node, exp.Column) else ""
    return [table for alias, table in tables.items() if qualifier in ("", alias)]


def _among(tables: list[exp.Table], name: str, catalog: Catalog) -> SourceColumn | None:
    found = [column for table in tables if (column := _column(table, name, catalog)) is not None]
    return found[0] if len(found) == 1 else None


def _bare_column(node: exp.Expr | None) -> str | None:
    return node.name if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier) else None


def _column(table: exp.Table, name: str, catalog: Catalog) -> SourceColumn | None:
    candidates = catalog.find_tables(table.name, schema=table.db or None)
    column = candidates[0].find_column(name) if len(candidates) == 1 else None
    return SourceColumn(candidates[0], column.name) if column is not None else None

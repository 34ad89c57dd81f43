"""Canonical SQL in a source's words: what was translated before is remembered, what is new is told."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.kernel.context import current_tenant
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.events import publish
from analytics_platform.sql.canonical import translating as library
from analytics_platform.sql.pipeline import check
from analytics_platform.sql.problems import HiddenByPolicy, UnknownColumn, UnknownTable
from apps.mapping import registry
from apps.mapping.contract import QueryTranslated, Translation
from apps.mapping.keeping import found, rule_rows_of
from apps.mapping.memory import MEMORY
from apps.mapping.models import MappingRow, RuleRow, source_mapping_of, transformation_of
from apps.mapping.reaching import Structure, current_version, visible, whole


def translate(data_source_id: UUID, sql: str, schema: str | None) -> Translation:
    """Whoever asks. Raises MappingNotFound, MappingAmbiguous, and what the library raises."""
    row = found(data_source_id, schema)
    rules = rule_rows_of(source_mapping_of(row))
    version = current_version(data_source_id)
    key = (current_tenant(), row.id, row.version, frozenset((rule.id, rule.version) for rule in rules), version, sql)
    known = MEMORY.get(key) if version is not None else None
    if known is not None:
        return known
    structure = whole(data_source_id)
    translation = _translated(row, rules, structure, sql)
    if structure.version == version:
        MEMORY.put(key, translation)
    with transaction_for("mapping"):
        publish(QueryTranslated(data_source_id=data_source_id, canonical_schema=row.schema_name))
    return translation


def translate_for_user(data_source_id: UUID, sql: str, schema: str | None) -> Translation:
    """The same, where the asking user may see all that it reads. Raises HiddenByPolicy too."""
    translation = translate(data_source_id, sql, schema)
    seen = visible(data_source_id)
    if not seen.is_whole:
        try:
            check(translation.sql, dialect=seen.dialect, catalog=seen.catalog)
        except (UnknownTable, UnknownColumn):  # it resolved where everything is there
            raise HiddenByPolicy from None
    return translation


def _translated(row: MappingRow, rules: list[RuleRow], structure: Structure, sql: str) -> Translation:
    made = library.translate(
        sql,
        schema=registry.plain(row.schema_name, row.schema_version),
        mapping=source_mapping_of(row),
        rules={rule.name: transformation_of(rule) for rule in rules},
        dialect=structure.dialect,
        catalog=structure.catalog,
    )
    return Translation(
        data_source_id=row.data_source_id,
        sql=made.sql,
        dialect=structure.dialect,
        tables=list(made.tables),
        lineage=list(made.lineage),
        columns=list(made.columns),
        schema_name=row.schema_name,
        schema_version=row.schema_version,
        mapping_id=row.id,
        mapping_version=row.version,
    )

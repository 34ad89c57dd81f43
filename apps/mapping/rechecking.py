"""Mappings held against a source's new schema: what no longer resolves is marked broken and told, what resolves again is mended."""

from __future__ import annotations

from uuid import UUID

from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.stamps import touch
from analytics_platform.sql.canonical.checking import broken_columns, broken_fields
from apps.datasources.contract import DataSourceNotFound
from apps.mapping import registry
from apps.mapping.contract import MappingBroken
from apps.mapping.keeping import rules_of, tell_updated
from apps.mapping.models import MappingRow, source_mapping_of
from apps.mapping.reaching import Structure, whole


def recheck(data_source_id: UUID) -> None:
    """Every mapping of the source. One that is changed meanwhile was checked by whoever changed it."""
    rows = list(MappingRow.objects.filter(data_source_id=data_source_id))
    if not rows:
        return
    try:
        structure = whole(data_source_id)
    except DataSourceNotFound:
        return
    for row in rows:
        fields, columns = faults_of(row, structure)
        _write(row, fields, columns, structure)


def faults_of(row: MappingRow, structure: Structure) -> tuple[list[str], list[str]]:
    """The mapping's fields that do not resolve, and the columns that they miss."""
    mapping = source_mapping_of(row)
    schema = registry.plain(row.schema_name, row.schema_version)
    rules = rules_of(mapping)
    fields = broken_fields(mapping, schema=schema, rules=rules, dialect=structure.dialect, catalog=structure.catalog)
    columns = broken_columns(mapping, schema=schema, rules=rules, dialect=structure.dialect, catalog=structure.catalog) if fields else []
    return fields, columns


def _write(read: MappingRow, fields: list[str], columns: list[str], structure: Structure) -> None:
    with transaction_for("mapping"):
        row = MappingRow.objects.select_for_update().filter(id=read.id).first()
        if row is None or row.version != read.version or (row.checked_version or 0) > structure.version:
            return
        before = set(row.broken_fields)
        row.status = "broken" if fields else "ok"
        row.broken_fields, row.broken_columns, row.checked_version = fields, columns, structure.version
        row.save(update_fields=["status", "broken_fields", "broken_columns", "checked_version"])
        if before == set(fields):
            return
        if set(fields) - before:
            touch("mapping", row.data_source_id, app="mapping")
            publish(
                MappingBroken(
                    data_source_id=row.data_source_id,
                    canonical_schema=row.schema_name,
                    fields=fields,
                    columns=columns,
                    created_by=row.created_by,
                )
            )
        else:
            tell_updated(row)

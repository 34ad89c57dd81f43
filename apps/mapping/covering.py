"""Which source has what of a canonical schema, and which of them can answer a statement."""

from __future__ import annotations

from collections.abc import Iterable

from analytics_platform.sql.canonical.model import CanonicalSchema
from analytics_platform.sql.canonical.translating import requirements
from apps.datasources.contract import DataSourceNotFound
from apps.mapping import registry
from apps.mapping.contract import Coverage, FieldStatus, SourceCoverage
from apps.mapping.models import MappingRow
from apps.mapping.reaching import current_versions, whole
from apps.mapping.rechecking import faults_of


def coverage(schema: str, version: int | None, sql: str | None) -> Coverage:
    """Every mapping to the schema, in whatever version, against the fields of one. Raises CanonicalSchemaNotFound and the problems of SQL."""
    canonical = registry.plain(schema, version)
    required = None if sql is None else list(requirements(sql, schema=canonical))
    rows = list(MappingRow.objects.filter(schema_name=schema).order_by("created_at", "id"))
    versions = current_versions([row.data_source_id for row in rows]) if rows else {}
    fields = field_names(canonical)
    sources = []
    for row in rows:
        try:
            broken = row.broken_fields if versions.get(row.data_source_id) == row.checked_version else _broken_now(row)
        except DataSourceNotFound:
            continue  # it is just being deleted
        sources.append(_of_source(row, fields, broken, required))
    return Coverage(schema_name=schema, schema_version=canonical.version, fields=fields, sources=sources, requires=required)


def field_names(schema: CanonicalSchema) -> list[str]:
    """`entity.field` for each, in the schema's order."""
    return [f"{entity.name}.{field.name}" for entity in schema.entities for field in entity.fields]


def mapped_names(row: MappingRow) -> list[str]:
    """The fields that a mapping says something of."""
    return [f"{entity['entity']}.{field['field']}" for entity in row.entities for field in entity["fields"]]


def _broken_now(row: MappingRow) -> list[str]:
    return faults_of(row, whole(row.data_source_id))[0]


def _of_source(row: MappingRow, fields: list[str], broken: Iterable[str], required: list[str] | None) -> SourceCoverage:
    mapped, gone = set(mapped_names(row)), set(broken)
    found: dict[str, FieldStatus] = {name: "broken" if name in gone else "mapped" if name in mapped else "missing" for name in fields}
    counts = list(found.values())
    lacks = None if required is None else [name for name in required if not _is_there(name, found)]
    return SourceCoverage(
        data_source_id=row.data_source_id,
        mapping_id=row.id,
        mapping_version=row.version,
        schema_version=row.schema_version,
        status="broken" if gone else "ok",
        fields=found,
        mapped=counts.count("mapped"),
        missing=counts.count("missing"),
        broken=counts.count("broken"),
        can_answer=None if lacks is None else not lacks,
        lacks=lacks or [],
    )


def _is_there(name: str, found: dict[str, FieldStatus]) -> bool:
    """A statement may need an entity's rows and no field of them."""
    if "." in name:
        return found.get(name) == "mapped"
    return any(status == "mapped" for field, status in found.items() if field.startswith(f"{name}."))

"""A source's newest answer, made of what is kept, and kept in this process in turn."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from analytics_platform.kernel.context import current_tenant
from apps.schema import models, storing
from apps.schema.assembly import Remark, Remarks, assemble
from apps.schema.caching import CACHE, Known
from apps.schema.contract import SchemaTable, SourceSchema
from apps.schema.pausing import no_collection
from apps.schema.values import Entry


def remember(source: models.Source, tables: Sequence[SchemaTable]) -> None:
    """Keep the answer of a source that this process has just read, so that the next question finds it made."""
    version = storing.latest(source.data_source_id)
    if version is not None and version.version == source.version:
        CACHE.put((current_tenant(), source.data_source_id), (source.version, source.revision), known_of(version, source, tables))


def known_of(version: models.Version, source: models.Source, tables: Sequence[SchemaTable]) -> Known:
    """The answer, and where its values come from."""
    data_source_id = version.data_source_id
    schema = schema_of(version, source, tables, storing.remarks_of(data_source_id))
    return Known(schema=schema, entries=lambda: _entries(data_source_id))


def schema_of(version: models.Version, source: models.Source | None, tables: Sequence[SchemaTable], remarks: Remarks) -> SourceSchema:
    """A version's structure with what people say; with `source`, the newest one, with its figures too."""
    with no_collection():
        assembled = assemble(
            tables,
            remarks=remarks,
            row_counts={} if source is None else source.row_counts,
            figures={} if source is None else source.figures,
            shows_values=source is not None and source.shows_values,
        )
    return SourceSchema(
        data_source_id=version.data_source_id,
        file_ids=[] if source is None else source.file_ids,
        version=version.version,
        dialect=version.dialect,
        default_schema=version.default_schema,
        introspected_at=version.introspected_at if source is None else source.read_at,
        tables=assembled,
    )


def _entries(data_source_id: UUID) -> list[Entry]:
    """The values that may be searched. Hidden and personal columns have none stored, and are left out here again."""
    remarks = storing.remarks_of(data_source_id)
    silence = Remark()
    found: list[Entry] = []
    for stored in models.ColumnValues.objects.filter(data_source_id=data_source_id):
        column = remarks.get((stored.schema_name, stored.table, stored.column), silence)
        table = remarks.get((stored.schema_name, stored.table, ""), silence)
        if not (column.hidden or column.pii or table.hidden):
            found += [Entry(stored.schema_name, stored.table, stored.column, value) for value in stored.values]
    return found

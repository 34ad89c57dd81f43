"""Versions, figures and values of sources in the app's tables. Everything here runs inside a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from analytics_platform.sql.dialects import Dialect
from apps.schema import models
from apps.schema.assembly import Remark, Remarks, table_key_text
from apps.schema.contract import SchemaTable
from apps.schema.diffing import TABLES, Difference, compare, fingerprint, written
from apps.schema.introspection import Profile, Structure
from apps.schema.pausing import no_collection


def locked_source(data_source_id: UUID, *, dialect: Dialect, file_ids: Sequence[UUID], now: datetime) -> models.Source:
    """The source's row, made if there is none, and kept from others until the transaction ends."""
    defaults = {"dialect": dialect, "file_ids": [str(id_) for id_ in file_ids], "read_at": now}
    models.Source.objects.get_or_create(pk=data_source_id, defaults=defaults)
    return models.Source.objects.select_for_update().get(pk=data_source_id)


def latest(data_source_id: UUID, *, with_tables: bool = False) -> models.Version | None:
    """The newest version; its tables are large and fetched only where they are wanted."""
    query = models.Version.objects.filter(data_source_id=data_source_id).order_by("-version")
    return (query if with_tables else query.defer("tables")).first()


def store_structure(source: models.Source, structure: Structure, *, now: datetime) -> Difference | None:
    """Write a new version if the structure differs from the last one; the difference, None where nothing changed."""
    previous = latest(source.data_source_id)
    text = written(structure.tables)
    mark = fingerprint(text)
    source.read_at = now
    source.row_counts = structure.row_counts
    source.revision += 1
    if previous is not None and previous.fingerprint == mark and previous.default_schema == structure.default_schema:
        source.version = previous.version
        source.save()
        return None
    before = tables_of(previous) if previous is not None else []
    difference = compare(before, structure.tables, default_schema=structure.default_schema)
    source.version = previous.version + 1 if previous is not None else 1
    source.save()
    models.Version.objects.create(
        data_source_id=source.data_source_id,
        version=source.version,
        dialect=source.dialect,
        default_schema=structure.default_schema,
        tables=text,
        fingerprint=mark,
        table_count=len(structure.tables),
        column_count=sum(len(table.columns) for table in structure.tables),
        added=difference.added if previous is not None else [],
        removed=difference.removed,
        altered=difference.altered_names,
        introspected_at=now,
    )
    return difference


def store_profile(source: models.Source, profile: Profile, *, now: datetime) -> None:
    """Replace the figures and values of the source by these, but for columns that were concealed while they were read."""
    remarks = remarks_of(source.data_source_id)
    concealed = {key for key, remark in remarks.items() if remark.hidden or remark.pii}
    for schema, table, column in concealed:
        figures = profile.figures.get(table_key_text(schema, table), {})
        figures.clear() if column == "" else figures.pop(column, None)
    source.figures = profile.figures
    source.profiled_at = now
    source.save()
    models.ColumnValues.objects.filter(data_source_id=source.data_source_id).delete()
    models.ColumnValues.objects.bulk_create(
        models.ColumnValues(data_source_id=source.data_source_id, schema_name=schema, table=table, column=column, values=values)
        for (schema, table, column), values in profile.values.items()
        if not {(schema, table, column), (schema, table, "")} & concealed
    )


def hide_values(data_source_id: UUID) -> None:
    """Forget every value of a source."""
    models.Source.objects.filter(pk=data_source_id).update(shows_values=False, figures={}, profiled_at=None, revision=F("revision") + 1)
    models.ColumnValues.objects.filter(data_source_id=data_source_id).delete()


def forget_column_values(source: models.Source, table: SchemaTable, columns: Iterable[str]) -> None:
    """Forget the values of columns that were marked hidden or personal."""
    wanted = list(columns)
    figures = source.figures.get(table_key_text(table.schema_name, table.name), {})
    for column in wanted:
        figures.pop(column, None)
    models.ColumnValues.objects.filter(
        data_source_id=source.data_source_id, schema_name=table.schema_name, table=table.name, column__in=wanted
    ).delete()


def drop(data_source_id: UUID) -> None:
    """Forget a source altogether."""
    for model in (models.Source, models.Version, models.Annotation, models.ColumnValues):
        model.objects.filter(data_source_id=data_source_id).delete()


def tables_of(version: models.Version) -> list[SchemaTable]:
    """The structure as the contract's types."""
    with no_collection():
        return TABLES.validate_json(version.tables)


def remarks_of(data_source_id: UUID) -> Remarks:
    """What people say of the source's tables and columns."""
    return {
        (a.schema_name, a.table, a.column): Remark(description=a.description, synonyms=a.synonyms, hidden=a.hidden, pii=a.pii)
        for a in models.Annotation.objects.filter(data_source_id=data_source_id)
    }

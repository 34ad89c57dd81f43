"""The schema contract, answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from analytics_platform.kernel.context import principal_or_none
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import Page
from analytics_platform.kernel.jobs import enqueue
from analytics_platform.sources.problems import SourceProblem
from apps.datasources.contract import data_sources
from apps.files.contract import files
from apps.schema import models, reading, refreshing, storing
from apps.schema.asker import rights_at
from apps.schema.contract import (
    CatalogHit,
    ColumnAnnotation,
    IntrospectionJob,
    IntrospectionTarget,
    RefreshResult,
    Scalar,
    SchemaDiff,
    Schemas,
    SchemaTable,
    SchemaVersion,
    SourceSchema,
    TableAnnotation,
    TableDetail,
    TableSummary,
    UnknownColumn,
    ValueMatch,
)
from apps.schema.diffing import compare
from apps.schema.introspection import sample
from apps.schema.reaching import sources, tables_of, target_of
from apps.schema.tasks import introspect
from apps.schema.words import normalized

T = TypeVar("T")
SAMPLE_ROWS = 10
MAX_TERMS = 100


class SchemasService(Schemas):
    """What the sources of the tenant in force hold."""

    def introspect(self, *, data_source_id: UUID | None = None, file_id: UUID | None = None) -> SourceSchema:
        if data_source_id is not None and file_id is None:
            refreshing.read(data_source_id)
            return self.get(data_source_id=data_source_id)
        if file_id is not None and data_source_id is None:
            return reading.introspect_file(file_id)
        raise IntrospectionTarget

    def start_introspection(self, *, data_source_id: UUID | None = None, file_id: UUID | None = None) -> IntrospectionJob:
        if (data_source_id is None) == (file_id is None):
            raise IntrospectionTarget
        if data_source_id is not None:
            data_sources.get(data_source_id=data_source_id)
        if file_id is not None:
            files.get(file_id=file_id)
        with transaction_for("schema"):
            job_id = enqueue(introspect, dedupe_key=str(data_source_id or file_id), data_source_id=data_source_id, file_id=file_id)
        return IntrospectionJob(job_id=job_id)

    def get(self, *, data_source_id: UUID) -> SourceSchema:
        seen, rights = reading.seen(data_source_id)
        return seen.schema_for(rights)

    def structure(self, *, data_source_id: UUID) -> SourceSchema:
        return reading.known(data_source_id).structure

    def rendered(self, *, data_source_id: UUID) -> bytes:
        seen, rights = reading.seen(data_source_id)
        return seen.json_for(rights)

    def get_many(self, *, data_source_ids: list[UUID]) -> list[SourceSchema]:
        return [self.get(data_source_id=data_source_id) for data_source_id in data_source_ids]

    def current_versions(self, *, data_source_ids: list[UUID]) -> dict[UUID, int]:
        found = models.Source.objects.filter(pk__in=data_source_ids, version__gt=0)
        return dict(found.values_list("data_source_id", "version"))

    def rights(self, *, data_source_ids: list[UUID]) -> dict[UUID, list[str]]:
        existing = {source.id for source in data_sources.get_many(ids=data_source_ids)}
        found = {data_source_id: rights_at(data_source_id) for data_source_id in data_source_ids if data_source_id in existing}
        return {data_source_id: [] if rights is None else list(rights.fingerprint) for data_source_id, rights in found.items()}

    def get_for_file(self, *, file_ids: list[UUID]) -> SourceSchema:
        if not file_ids:
            raise IntrospectionTarget
        return reading.file_schema(file_ids)

    def refresh(self, *, data_source_id: UUID) -> RefreshResult:
        found = refreshing.read(data_source_id)
        rights = rights_at(data_source_id)
        difference = found.difference
        if difference is not None and rights is not None and not rights.is_unrestricted:
            difference = reading.change_to(data_source_id, found.version)
        return RefreshResult(
            version=found.version,
            changed=difference is not None and not difference.is_empty,
            added=difference.added if difference else [],
            removed=difference.removed if difference else [],
            altered=difference.altered_names if difference else [],
        )

    def tables(self, *, data_source_id: UUID, search: str = "", page: int = 1, page_size: int = 50) -> Page[TableSummary]:
        found = [table for table in reading.seen(data_source_id)[0].schema.tables if _mentions(table, search)]
        found.sort(key=lambda table: (table.name.casefold(), table.schema_name))
        return Page(count=len(found), results=[_summary(table) for table in _one_page(found, page, page_size)])

    def table(self, *, data_source_id: UUID, table_name: str) -> TableDetail:
        seen, _ = reading.seen(data_source_id)
        table = reading.find_table(seen.schema, table_name)
        columns, rows = ([], []) if seen.restricts(table) else _sampled(data_source_id, table)
        return TableDetail(**{name: getattr(table, name) for name in SchemaTable.model_fields}, sample_columns=columns, sample_rows=rows)

    def versions(self, *, data_source_id: UUID, page: int = 1, page_size: int = 50) -> Page[SchemaVersion]:
        count, found = reading.history(data_source_id, page=page, page_size=page_size)
        return Page(count=count, results=found)

    def version(self, *, data_source_id: UUID, version: int) -> SourceSchema:
        return reading.at_version(data_source_id, version)

    def diff(self, *, data_source_id: UUID, from_version: int, to_version: int) -> SchemaDiff:
        before = reading.at_version(data_source_id, from_version)
        after = reading.at_version(data_source_id, to_version)
        difference = compare(before.tables, after.tables, default_schema=after.default_schema)
        return SchemaDiff(
            data_source_id=data_source_id,
            from_version=from_version,
            to_version=to_version,
            added=difference.added,
            removed=difference.removed,
            altered=difference.altered,
        )

    def annotate(self, *, data_source_id: UUID, table_name: str, annotation: TableAnnotation) -> SchemaTable:
        table = reading.find_table(reading.seen(data_source_id)[0].schema, table_name)
        whole = reading.whole_table(data_source_id, table)
        names = {column.name for column in table.columns}
        for column in annotation.columns:
            if column.name not in names:
                raise UnknownColumn(f"{table.name!r} has no column {column.name!r}.")
        with transaction_for("schema"):
            source = models.Source.objects.select_for_update().get(pk=data_source_id)
            said = ColumnAnnotation(name="", description=annotation.description, synonyms=annotation.synonyms, hidden=annotation.hidden)
            for column in [said, *annotation.columns]:
                _annotate(data_source_id, table, column)
            _forget_or_find_values(source, whole, annotation)
            source.revision += 1
            source.save()
        return reading.find_table(
            reading.seen(data_source_id)[0].schema, f"{table.schema_name}.{table.name}" if table.schema_name else table.name
        )

    def catalog(self, *, data_source_id: UUID, search: str = "", page: int = 1, page_size: int = 50) -> Page[CatalogHit]:
        found = reading.seen(data_source_id)[0].catalog.search(search)
        return Page(count=len(found), results=list(_one_page(found, page, page_size)))

    def find_values(self, *, data_source_id: UUID, terms: list[str]) -> list[ValueMatch]:
        index = reading.seen(data_source_id)[0].values
        return [
            ValueMatch(
                term=match.term,
                schema=match.entry.schema,
                table=match.entry.table,
                column=match.entry.column,
                value=match.entry.value,
                score=match.score,
            )
            for term in list(dict.fromkeys(terms))[:MAX_TERMS]
            for match in index.find(term)
        ]


def _sampled(data_source_id: UUID, table: SchemaTable) -> tuple[list[str], list[list[Scalar]]]:
    """The first rows as the source has them now; none where values are not to be shown, or while the source does not answer."""
    connection = data_sources.connection(data_source_id=data_source_id)
    if table.hidden or not refreshing.may_show_values(connection):
        return [], []
    tables = tables_of(connection.file_ids) if connection.kind == "files" else []
    try:
        with sources().session(target_of(connection, tables)) as session:
            return sample(session, table, rows=SAMPLE_ROWS)
    except SourceProblem:
        return [], []


def _annotate(data_source_id: UUID, table: SchemaTable, said: ColumnAnnotation) -> None:
    changes = {name: value for name, value in said.model_dump(exclude={"name"}).items() if value is not None}
    if not changes:
        return
    principal = principal_or_none()
    models.Annotation.objects.update_or_create(
        data_source_id=data_source_id,
        schema_name=table.schema_name,
        table=table.name,
        column=said.name,
        defaults={**changes, "updated_by": principal.user_id if principal else None},
    )


def _forget_or_find_values(source: models.Source, table: SchemaTable, annotation: TableAnnotation) -> None:
    """Values of what is hidden or personal now are forgotten at once; those of what no longer is are read again."""
    concealed = [column.name for column in annotation.columns if column.hidden or column.pii]
    if annotation.hidden:
        concealed = [column.name for column in table.columns]
    storing.forget_column_values(source, table, concealed)
    is_opened = annotation.hidden is False or any(column.hidden is False or column.pii is False for column in annotation.columns)
    if is_opened and source.shows_values:
        refreshing.profile_later(source.data_source_id)


def _mentions(table: SchemaTable, search: str) -> bool:
    wanted = normalized(search)
    text = normalized(" ".join((table.schema_name, table.name, table.comment, table.description, *table.synonyms)))
    return all(word in text for word in wanted.split())


def _one_page(found: Sequence[T], page: int, page_size: int) -> Sequence[T]:
    return found[(page - 1) * page_size : page * page_size]


def _summary(table: SchemaTable) -> TableSummary:
    return TableSummary(
        schema=table.schema_name,
        name=table.name,
        kind=table.kind,
        comment=table.comment,
        description=table.description,
        row_count=table.row_count,
        column_count=len(table.columns),
        hidden=table.hidden,
    )

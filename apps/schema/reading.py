"""Answers from what is kept: the newest schema of a source with remarks and figures, its history, and the tables of files."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from analytics_platform.kernel.context import current_tenant
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.events import publish
from analytics_platform.sources.problems import SourceProblem
from apps.datasources.contract import data_sources
from apps.files.contract import FileTable, files
from apps.schema import models, refreshing, storing
from apps.schema.answering import known_of, schema_of
from apps.schema.assembly import assemble, table_key_text
from apps.schema.caching import CACHE, Known
from apps.schema.contract import (
    AmbiguousTable,
    SchemaColumn,
    SchemaIntrospected,
    SchemaTable,
    SchemaTableNotFound,
    SchemaVersionNotFound,
    SourceSchema,
)
from apps.schema.diffing import display_name
from apps.schema.introspection import profile
from apps.schema.reaching import sources, target_of_files

_FILE_BUDGET_S = 2.0


def known(data_source_id: UUID) -> Known:
    """The newest schema; read from the source when there is none. One small query when this process has it already."""
    state = _state(data_source_id)
    if state is None:
        refreshing.read(data_source_id)
        state = _state(data_source_id)
        if state is None:
            raise SchemaVersionNotFound
    return CACHE.get((current_tenant(), data_source_id), state, lambda: _load(data_source_id))


def at_version(data_source_id: UUID, version: int) -> SourceSchema:
    """The structure as it was, with what people say of it now. Raises SchemaVersionNotFound."""
    stored = models.Version.objects.filter(data_source_id=data_source_id, version=version).first()
    if stored is None:
        _require(data_source_id)
        raise SchemaVersionNotFound
    return schema_of(stored, None, storing.tables_of(stored), storing.remarks_of(data_source_id))


def history(data_source_id: UUID, *, page: int, page_size: int) -> tuple[int, list[models.Version]]:
    """How many versions there are, and one page of them without their tables, newest first."""
    query = models.Version.objects.filter(data_source_id=data_source_id).order_by("-version").defer("tables")
    count = query.count()
    if count == 0:
        known(data_source_id)
        count = query.count()
    return count, list(query[(page - 1) * page_size : page * page_size])


def find_table(schema: SourceSchema, name: str) -> SchemaTable:
    """The table of a name, with or without its schema; exact before other case, the default schema before others."""
    for fold in (str, str.casefold):
        found = [t for t in schema.tables if fold(name) in (fold(t.name), fold(f"{t.schema_name}.{t.name}"))]
        if len(found) > 1:
            found = [t for t in found if t.schema_name == schema.default_schema] or found
        if len(found) > 1:
            raise AmbiguousTable(f"{name!r} may be {' or '.join(display_name(t, '') for t in found[:5])}.")
        if found:
            return found[0]
    raise SchemaTableNotFound(f"The source has no table {name!r}.")


def file_schema(file_ids: Sequence[UUID], *, with_figures: bool = False) -> SourceSchema:
    """Uploaded files as tables. Raises FileNotFound, FileNotReady."""
    tables = files.tables(file_ids=list(dict.fromkeys(file_ids)))
    details = files.get_many(file_ids=[table.file_id for table in tables])
    described = [_file_table(table) for table in tables]
    if with_figures:
        described = _with_figures(tables, described)
    return SourceSchema(
        data_source_id=None,
        file_ids=[table.file_id for table in tables],
        version=max((table.version for table in tables), default=0),
        dialect="duckdb",
        default_schema="main",
        introspected_at=max(file.processed_at or file.updated_at for file in details),
        tables=described,
    )


def introspect_file(file_id: UUID) -> SourceSchema:
    """A file's table with figures of its columns. Raises FileNotFound, FileNotReady."""
    schema = file_schema([file_id], with_figures=True)
    with transaction_for("schema"):
        publish(
            SchemaIntrospected(
                subject_id=file_id,
                data_source_id=None,
                file_id=file_id,
                schema_version=schema.version,
                table_count=len(schema.tables),
                changed=False,
            )
        )
    return schema


def _state(data_source_id: UUID) -> tuple[int, int] | None:
    return models.Source.objects.filter(pk=data_source_id, version__gt=0).values_list("version", "revision").first()


def _require(data_source_id: UUID) -> None:
    """Raises DataSourceNotFound for a source that was never read and does not exist."""
    if _state(data_source_id) is None:
        data_sources.get(data_source_id=data_source_id)


def _load(data_source_id: UUID) -> Known:
    source = models.Source.objects.get(pk=data_source_id)
    version = models.Version.objects.get(data_source_id=data_source_id, version=source.version)
    return known_of(version, source, storing.tables_of(version))


def _file_table(table: FileTable) -> SchemaTable:
    return SchemaTable(
        name=table.table_name,
        kind="file",
        row_count=table.row_count,
        columns=[
            SchemaColumn(name=column.name, type=column.type, comment=column.label if column.label != column.name else "")
            for column in table.columns
        ],
    )


def _with_figures(tables: Sequence[FileTable], described: list[SchemaTable]) -> list[SchemaTable]:
    """The tables with figures; files that cannot be opened just now are described without."""
    try:
        with sources().session(target_of_files(tables)) as session:
            profiled = profile(session, described, budget_s=_FILE_BUDGET_S)
    except SourceProblem:
        return described
    counts = {table_key_text(table.schema_name, table.name): table.row_count for table in described}
    return assemble(described, remarks={}, row_counts=counts, figures=profiled.figures, shows_values=True)

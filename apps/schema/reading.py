"""Answers from what is kept: the newest schema of a source with remarks and figures, its history, and the tables of files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from analytics_platform.kernel.context import current_tenant, principal_or_none
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.events import publish
from analytics_platform.sources.problems import SourceProblem
from analytics_platform.sql.policies import restrictions
from analytics_platform.sql.rights import Access, Rights
from apps.datasources.contract import Connection, data_sources
from apps.files.contract import FileTable, files
from apps.schema import models, refreshing, storing
from apps.schema.answering import known_of, schema_of
from apps.schema.asker import rights_at
from apps.schema.assembly import assemble, table_key_text
from apps.schema.caching import CACHE, Known, Seen
from apps.schema.contract import (
    AmbiguousTable,
    SchemaColumn,
    SchemaIntrospected,
    SchemaTable,
    SchemaTableNotFound,
    SchemaVersion,
    SchemaVersionNotFound,
    SourceSchema,
)
from apps.schema.diffing import Difference, compare, display_name
from apps.schema.introspection import profile
from apps.schema.reaching import sources, tables_of, target_of_files
from apps.schema.visibility import catalog_of, restrictions_of_former, visible

_FILE_BUDGET_S = 2.0
_FILES_SCHEMA = "main"


def known(data_source_id: UUID) -> Known:
    """The newest schema; read from the source when there is none. One small query when this process has it already."""
    state = _state(data_source_id)
    if state is None:
        refreshing.read(data_source_id)
        state = _state(data_source_id)
        if state is None:
            raise SchemaVersionNotFound
    return CACHE.get((current_tenant(), data_source_id), state, lambda: _load(data_source_id))


def seen(data_source_id: UUID) -> tuple[Seen, Rights | None]:
    """What whoever asks may see of the newest schema, and their rights. Raises DataSourceNotFound, PolicyDoesNotResolve."""
    rights = rights_at(data_source_id)
    return known(data_source_id).seen_under(rights), rights


def at_version(data_source_id: UUID, version: int) -> SourceSchema:
    """The structure as it was, with what people say of it now, as far as whoever asks may see it. Raises SchemaVersionNotFound."""
    rights = rights_at(data_source_id)
    stored = models.Version.objects.filter(data_source_id=data_source_id, version=version).first()
    if stored is None:
        _require(data_source_id)
        raise SchemaVersionNotFound
    whole = schema_of(stored, None, storing.tables_of(stored), storing.remarks_of(data_source_id))
    if rights is None or rights.is_unrestricted:
        return whole
    return whole.model_copy(update={"tables": _seen_of_former(whole, rights), "rights": list(rights.fingerprint)})


def _seen_of_former(former: SourceSchema, rights: Rights) -> list[SchemaTable]:
    assert former.data_source_id is not None
    newest = known(former.data_source_id)
    kept_back = newest.seen_under(rights).restrictions
    if former.version != newest.schema.version:
        kept_back = restrictions_of_former(
            former.tables,
            newest.schema.tables,
            kept_back,
            rights,
            default_schema=former.default_schema,
            dialect=former.dialect,
        )
    return visible(former.tables, kept_back, default_schema=former.default_schema)


def change_to(data_source_id: UUID, version: int) -> Difference:
    """What a version changed, as far as whoever asks may see it; nothing for the first."""
    if version <= 1:
        return Difference()
    before, after = at_version(data_source_id, version - 1), at_version(data_source_id, version)
    return compare(before.tables, after.tables, default_schema=after.default_schema)


def history(data_source_id: UUID, *, page: int, page_size: int) -> tuple[int, list[SchemaVersion]]:
    """How many versions there are, and one page of them without their tables, newest first."""
    rights = rights_at(data_source_id)
    query = models.Version.objects.filter(data_source_id=data_source_id).order_by("-version").defer("tables")
    count = query.count()
    if count == 0:
        known(data_source_id)
        count = query.count()
    found = [_entry(stored) for stored in query[(page - 1) * page_size : page * page_size]]
    if rights is not None and not rights.is_unrestricted:
        found = [_seen_entry(entry) for entry in found]
    return count, found


def _entry(stored: models.Version) -> SchemaVersion:
    return SchemaVersion(
        data_source_id=stored.data_source_id,
        version=stored.version,
        introspected_at=stored.introspected_at,
        table_count=stored.table_count,
        column_count=stored.column_count,
        added=stored.added,
        removed=stored.removed,
        altered=stored.altered,
    )


def _seen_entry(entry: SchemaVersion) -> SchemaVersion:
    """What is stored counts and names everything: made again of what may be seen."""
    tables = at_version(entry.data_source_id, entry.version).tables
    change = change_to(entry.data_source_id, entry.version)
    return entry.model_copy(
        update={
            "table_count": len(tables),
            "column_count": sum(len(table.columns) for table in tables),
            "added": change.added,
            "removed": change.removed,
            "altered": change.altered_names,
        }
    )


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


def whole_table(data_source_id: UUID, table: SchemaTable) -> SchemaTable:
    """The table with what may be kept back from whoever asks."""
    tables = known(data_source_id).schema.tables
    return next((one for one in tables if (one.schema_name, one.name) == (table.schema_name, table.name)), table)


def file_schema(file_ids: Sequence[UUID], *, with_figures: bool = False) -> SourceSchema:
    """Uploaded files as tables, as far as every source that holds one lets whoever asks see it. Raises FileNotFound, FileNotReady."""
    tables = files.tables(file_ids=list(dict.fromkeys(file_ids)))
    details = files.get_many(file_ids=[table.file_id for table in tables])
    described = [_file_table(table) for table in tables]
    holders = data_sources.connections_holding(file_ids=[table.file_id for table in tables])
    if with_figures and all(refreshing.may_show_values(connection) for connection in holders):
        described = _with_figures(tables, described)
    described, fingerprint = _seen_of_files(described, holders)
    return SourceSchema(
        data_source_id=None,
        file_ids=[table.file_id for table in tables],
        version=max((table.version for table in tables), default=0),
        dialect="duckdb",
        default_schema=_FILES_SCHEMA,
        introspected_at=max(file.processed_at or file.updated_at for file in details),
        tables=described,
        rights=fingerprint,
    )


def _seen_of_files(described: list[SchemaTable], holders: list[Connection]) -> tuple[list[SchemaTable], list[str]]:
    """What the sources that hold the files leave of them. A source's policies are held against all of its files, as they may name each other."""
    principal = principal_or_none()
    if principal is None:
        return described, []
    everything = {table.name: table for table in described}
    rights: list[Rights] = []
    for connection in holders:
        own = connection.rights_of(principal)
        if not own.is_unrestricted:
            held = [_file_table(table) for table in tables_of(connection.file_ids)]
            everything = {table.name: table for table in held} | everything
            rights.append(replace(own, tables=frozenset(table.name for table in held)))
    if not rights:
        return described, []
    access = Access(viewer=rights[0].viewer, rights=tuple(rights), hash_key="")
    kept_back = restrictions(catalog_of(everything.values(), default_schema=_FILES_SCHEMA), access, dialect="duckdb")
    return visible(described, kept_back, default_schema=_FILES_SCHEMA), list(access.fingerprint)


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

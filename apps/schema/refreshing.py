"""Reading sources and keeping what was found: the use case behind introspect, refresh and the background jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from analytics_platform.kernel.context import seconds_left
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.jobs import enqueue
from analytics_platform.sources.problems import QueryRefusedBySource
from apps.datasources.contract import Connection, DataSourceNotFound, data_sources
from apps.files.contract import FileTable
from apps.schema import storing
from apps.schema.answering import remember
from apps.schema.assembly import assemble
from apps.schema.contract import IntrospectionFailed, SchemaIntrospected, SchemaRefreshed, SchemaTable
from apps.schema.diffing import Difference
from apps.schema.introspection import Profile, Structure, profile, structure_of
from apps.schema.models import Source
from apps.schema.pausing import no_collection
from apps.schema.policy_checks import checked
from apps.schema.reaching import sources, tables_of, target_of

INLINE_TABLES = 30
"""Sources of up to so many tables are profiled at once; larger ones in a job of their own."""
INLINE_BUDGET_S = 2.0
JOB_BUDGET_S = 240.0
_CATALOG_TIMEOUT_S = 30.0
_PROFILE_LASTS = timedelta(minutes=10)
"""A large source that is read again within this time, and has not changed, keeps its figures."""


@dataclass(frozen=True)
class Reading:
    """What one reading of a source found."""

    version: int
    difference: Difference | None


def read(data_source_id: UUID) -> Reading:
    """Read a source's catalog and keep it. Raises DataSourceNotFound, IntrospectionFailed, and the source's own errors."""
    connection = data_sources.connection(data_source_id=data_source_id)
    tables = tables_of(connection.file_ids) if connection.kind == "files" else []
    shows_values = may_show_values(connection)
    structure, profiled = _read(connection, tables, shows_values=shows_values)
    now = timezone.now()
    with transaction_for("schema"):
        source = storing.locked_source(data_source_id, dialect=connection.dialect, file_ids=connection.file_ids, now=now)
        is_first = source.version == 0
        previous = source.version
        source.dialect, source.shows_values = connection.dialect, shows_values
        source.file_ids = [str(file_id) for file_id in connection.file_ids]
        difference = storing.store_structure(source, structure, now=now)
        if profiled is not None:
            storing.store_profile(source, profiled, now=now)
        _tell(source, previous=previous, difference=difference, is_first=is_first, table_count=len(structure.tables))
        if difference is not None and connection.policies:
            publish(checked(connection, structure.tables, default_schema=structure.default_schema, version=source.version))
        if profiled is None and (difference is not None or not _was_profiled_lately(source, now)):
            profile_later(data_source_id)
    _drop_if_deleted(data_source_id)
    remember(source, structure.tables)
    return Reading(source.version, None if is_first else difference)


def check_policies(data_source_id: UUID) -> None:
    """Hold the policies of a source against what is known of it. Those of a source that was never read are checked when it is."""
    connection = data_sources.connection(data_source_id=data_source_id)
    version = storing.latest(data_source_id, with_tables=True)
    if version is None or not connection.policies:
        return
    with transaction_for("schema"):
        publish(checked(connection, storing.tables_of(version), default_schema=version.default_schema, version=version.version))


def profile_source(data_source_id: UUID) -> None:
    """Read figures and values of a source that is known already, with time for all of its tables."""
    connection = data_sources.connection(data_source_id=data_source_id)
    version = storing.latest(data_source_id, with_tables=True)
    if version is None:
        return
    profiled = Profile()
    if may_show_values(connection):
        tables = tables_of(connection.file_ids) if connection.kind == "files" else []
        row_counts = Source.objects.values_list("row_counts", flat=True).get(pk=data_source_id)
        described = _described(data_source_id, storing.tables_of(version), row_counts)
        with sources().session(target_of(connection, tables)) as session:
            profiled = profile(session, described, budget_s=JOB_BUDGET_S)
    now = timezone.now()
    with transaction_for("schema"):
        source = storing.locked_source(data_source_id, dialect=connection.dialect, file_ids=connection.file_ids, now=now)
        source.revision += 1
        storing.store_profile(source, profiled, now=now)
    _drop_if_deleted(data_source_id)


def may_show_values(connection: Connection) -> bool:
    """Values of a private source, or of one that is closed but for policies, are neither sampled nor kept."""
    return not connection.private and connection.default_access == "allow"


def _read(connection: Connection, tables: list[FileTable], *, shows_values: bool) -> tuple[Structure, Profile | None]:
    """The structure, and the profile unless it is to be made later."""
    if connection.kind == "files" and not tables:
        return Structure(tables=[], default_schema="", row_counts={}), Profile()
    with sources().session(target_of(connection, tables)) as session:
        try:
            with no_collection():
                catalog = session.introspect(timeout_s=seconds_left(_CATALOG_TIMEOUT_S))
        except QueryRefusedBySource as problem:
            raise IntrospectionFailed(f"The source refused to show its catalog: {problem.detail}") from problem
        structure = structure_of(catalog, kind_of_table="file" if connection.kind == "files" else "")
        if not shows_values:
            return structure, Profile()
        if len(structure.tables) > INLINE_TABLES:
            return structure, None
        described = _described(connection.data_source_id, structure.tables, structure.row_counts)
        profiled = profile(session, described, budget_s=INLINE_BUDGET_S)
        return structure, profiled if profiled.is_complete else None


def _was_profiled_lately(source: Source, now: datetime) -> bool:
    return source.profiled_at is not None and now - source.profiled_at < _PROFILE_LASTS


def _described(data_source_id: UUID, tables: list[SchemaTable], row_counts: dict[str, int | None]) -> list[SchemaTable]:
    """The tables with what people say, so that hidden and personal columns are left alone, and sizes, so that large ones are sampled."""
    return assemble(tables, remarks=storing.remarks_of(data_source_id), row_counts=row_counts, figures={}, shows_values=False)


def _tell(source: Source, *, previous: int, difference: Difference | None, is_first: bool, table_count: int) -> None:
    publish(
        SchemaIntrospected(
            subject_id=source.data_source_id,
            data_source_id=source.data_source_id,
            file_id=None,
            schema_version=source.version,
            table_count=table_count,
            changed=difference is not None,
        )
    )
    if difference is not None and not is_first:
        publish(
            SchemaRefreshed(
                data_source_id=source.data_source_id,
                from_version=previous,
                schema_version=source.version,
                added=difference.added,
                removed=difference.removed,
                altered=difference.altered_names,
            )
        )


def profile_later(data_source_id: UUID) -> None:
    """Ask for a profile, inside the caller's transaction."""
    from apps.schema.tasks import profile_data_source

    enqueue(profile_data_source, dedupe_key=str(data_source_id), data_source_id=data_source_id)


def _drop_if_deleted(data_source_id: UUID) -> None:
    """A source that was deleted while it was read leaves nothing behind."""
    if data_sources.get_many(ids=[data_source_id]):
        return
    with transaction_for("schema"):
        storing.drop(data_source_id)
    raise DataSourceNotFound

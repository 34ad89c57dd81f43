"""The one way to a source's rows: who asks, what may be named, what is run, and where. Nothing else in the platform opens a source for SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from analytics_platform.kernel import blobs, crypto
from analytics_platform.kernel.context import current_principal, current_tenant
from analytics_platform.kernel.problems import PermissionDenied
from analytics_platform.sql.canonical.model import OutputColumn
from analytics_platform.sql.catalog import Catalog
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.pipeline import Prepared, normalized, prepare
from analytics_platform.sql.problems import BrokenMapping, HiddenByPolicy, PolicyDoesNotResolve, UnknownColumn, UnknownTable
from analytics_platform.sql.rights import Access
from apps.datasources.contract import CONFIG_PURPOSE, Connection, data_sources
from apps.execution.caching import CacheKey, parameter_parts
from apps.execution.canonical import translated
from apps.execution.contract import Canonical, NothingToRun
from apps.execution.describing import Described, describe
from apps.execution.reaching import sources
from apps.files.contract import FileTable
from apps.mapping.contract import Translation

if TYPE_CHECKING:
    from analytics_platform.sources.connector import Session, Target

DEFAULT_TTL_S = 60
TIME_ZONE = "UTC"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A statement that may run for whoever asks, and all that is needed to run it."""

    data_source_id: UUID | None
    file_ids: list[UUID]
    dialect: Dialect
    sql: str
    prepared: Prepared
    cache_key: CacheKey
    cache_ttl_s: int
    policy_fingerprint: tuple[str, ...]
    connection: Connection | None
    file_tables: tuple[FileTable, ...]
    catalog: Catalog
    access: Access
    translation: Translation | None = None
    data_source_ids: ClassVar[list[UUID]] = []

    @property
    def canonical(self) -> str:
        """The canonical schema that the statement is over; empty where it is over the source's own tables."""
        return self.translation.schema_name if self.translation is not None else ""

    @property
    def output_columns(self) -> list[OutputColumn]:
        """Names and types of a canonical result."""
        return self.translation.columns if self.translation is not None else []

    def normalized_sql(self) -> str:
        """What was checked, as people are told it: without limit and policies."""
        text = self.sql if self.translation is None else self.translation.sql
        return normalized(text, dialect=self.dialect, catalog=self.catalog, access=self.access)

    @property
    def tables(self) -> list[str]:
        """What is read, by full name."""
        return list(self.prepared.checked.tables)

    @property
    def warnings(self) -> list[str]:
        """What is allowed but probably not meant."""
        return [caution.message for caution in self.prepared.checked.cautions]

    @property
    def is_cacheable(self) -> bool:
        """Whether another run may be answered with this one's rows."""
        return not self.prepared.checked.is_volatile and self.cache_ttl_s > 0

    @property
    def is_restricted(self) -> bool:
        """Whether a policy may keep rows, columns or values back."""
        return self.prepared.checked.is_restricted

    def target(self) -> Target:
        """The source as a connector takes it, unsealed only now."""
        version = "|".join((self.cache_key.source_version, *self.cache_key.file_versions))
        return _target(self.connection, self.file_tables, key=self.cache_key.source, version=version)


def authorise(
    *,
    data_source_id: UUID | None,
    file_ids: list[UUID] | None,
    sql: str | None,
    parameters: Mapping[str, Any] | None,
    max_rows: int,
    canonical: Canonical = None,
) -> Opened:
    """Checks who asks and what is asked, and answers what may be run.

    Raises NotSignedIn, PermissionDenied, NothingToRun, DataSourceNotFound, FileNotFound, FileNotReady, the pipeline's problems, and those of a mapping.
    """
    may_read()
    described = describe(data_source_id, file_ids)
    if canonical not in (None, False):
        if data_source_id is None or sql is None:
            raise NothingToRun("Canonical SQL runs over data sources that are mapped.")
        opened = _opened_canonically(described, translated(data_source_id, sql, canonical), parameters, max_rows)
        return replace(opened, sql=sql)
    try:
        return _opened(described, file_ids, sql, parameters, max_rows)
    except (UnknownTable, UnknownColumn, HiddenByPolicy, PolicyDoesNotResolve):
        if not described.is_remembered:
            raise
        return _opened(describe(data_source_id, file_ids, afresh=True), file_ids, sql, parameters, max_rows)


def _opened_canonically(described: Described, translation: Translation, parameters: Mapping[str, Any] | None, max_rows: int) -> Opened:
    """The translation is checked like anybody's SQL; what it names and the source has not is the mapping's fault."""
    try:
        opened = _opened(described, None, translation.sql, parameters, max_rows)
    except (UnknownTable, UnknownColumn) as problem:
        raise BrokenMapping(columns=[fault.message for fault in problem.faults]) from problem
    key = replace(opened.cache_key, form=tuple(f"{column.name}:{column.type}" for column in translation.columns))
    return replace(opened, translation=translation, cache_key=key)


def may_read() -> None:
    """Raises NotSignedIn, PermissionDenied."""
    if not current_principal().may("execution.read"):
        raise PermissionDenied("This needs the permission execution.read.")


def _opened(
    described: Described, file_ids: list[UUID] | None, sql: str | None, parameters: Mapping[str, Any] | None, max_rows: int
) -> Opened:
    connection, tables = described.connection, described.tables
    data_source_id = connection.data_source_id if connection is not None else None
    access = described.access_of(current_principal())
    dialect: Dialect = connection.dialect if connection is not None else "duckdb"
    text = sql if sql is not None else _first_rows(tables)
    prepared = prepare(text, dialect=dialect, catalog=described.catalog, max_rows=max_rows, parameters=parameters, access=access)
    opened_files = sorted(str(table.file_id) for table in tables)
    key = CacheKey(
        tenant_id=current_tenant(),
        source=str(data_source_id) if data_source_id is not None else "files:" + ",".join(opened_files),
        source_version=str(connection.version) if connection is not None else "0",
        schema_version=described.schema_version,
        file_versions=tuple(sorted(f"{table.file_id}:{table.version}" for table in tables)),
        policy_fingerprint=access.fingerprint,
        sql=prepared.sql,
        parameters=parameter_parts(prepared.parameters),
        max_rows=max_rows,
        form=(),
        time_zone=TIME_ZONE,
    )
    return Opened(
        data_source_id=data_source_id,
        file_ids=list(dict.fromkeys(file_ids or ())),
        dialect=dialect,
        sql=text,
        prepared=prepared,
        cache_key=key,
        cache_ttl_s=connection.cache_ttl_s if connection is not None else DEFAULT_TTL_S,
        policy_fingerprint=access.fingerprint,
        connection=connection,
        file_tables=tables,
        catalog=described.catalog,
        access=access,
    )


@contextmanager
def session_for(data_source_id: UUID, sql: str, canonical: Canonical = None) -> Iterator[tuple[Session, Prepared]]:
    """A session on a source and a statement that may run there, for a plan rather than for rows."""
    opened = authorise(data_source_id=data_source_id, file_ids=None, sql=sql, parameters=None, max_rows=1_000, canonical=canonical)
    with sources().session(opened.target()) as session:
        yield session, opened.prepared


def catalog_for(data_source_id: UUID) -> tuple[Connection, Catalog, Access]:
    """How to reach a source, what it holds, and what of it the caller may see. Raises DataSourceNotFound."""
    described = describe(data_source_id, None)
    if described.connection is None:
        raise NothingToRun
    return described.connection, described.catalog, described.access_of(current_principal())


def rights_now(data_source_id: UUID | None, file_ids: list[UUID], data_source_ids: Sequence[UUID] = ()) -> tuple[str, ...]:
    """The fingerprint of the caller's rights at a source, at files or at several sources, as they are now.

    Raises DataSourceNotFound, FileNotFound, FileNotReady.
    """
    if data_source_ids:
        found = {one: rights_now(one, []) for one in sorted(data_source_ids)}
        return tuple(f"{one}:{part}" for one, parts in found.items() for part in parts)
    return describe(data_source_id, file_ids or None).access_of(current_principal()).fingerprint


def target_of_source(data_source_id: UUID) -> Target:
    """A database to reach for something else than a statement: to stop one. Raises DataSourceNotFound."""
    connection = data_sources.connection(data_source_id=data_source_id)
    return _target(connection, (), key=str(data_source_id), version=str(connection.version))


def _target(connection: Connection | None, tables: tuple[FileTable, ...], *, key: str, version: str) -> Target:
    from analytics_platform.sources.connector import FileView, Target

    config: dict[str, Any] = {"file_ids": [str(table.file_id) for table in tables]}
    if connection is not None:
        raw = crypto.unseal(connection.sealed, purpose=CONFIG_PURPOSE, tenant_id=current_tenant(), record_id=connection.data_source_id)
        config = json.loads(raw)
    views = tuple(FileView(table_name=table.table_name, path=blobs.local_path(table.blob)) for table in tables)
    kind = connection.kind if connection is not None else "files"
    return Target(kind=kind, config=config, key=(str(current_tenant()), key), version=version, files=views)


def _first_rows(tables: tuple[FileTable, ...]) -> str:
    """What is shown of files when nothing was asked: the rows of the first."""
    if not tables:
        raise NothingToRun
    name = tables[0].table_name.replace('"', '""')
    return f'SELECT * FROM "{name}"'

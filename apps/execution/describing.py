"""What was named: how to reach it and what it holds. Remembered for a moment in this process, as long as the source's stamp stays the same."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from uuid import UUID

from analytics_platform.kernel import crypto
from analytics_platform.kernel.context import current_tenant
from analytics_platform.kernel.declare import Principal
from analytics_platform.kernel.stamps import stamp
from analytics_platform.sql.catalog import Catalog
from analytics_platform.sql.rights import Access
from apps.datasources.contract import Connection, data_sources, viewer_of
from apps.execution.catalogs import catalog_of_files, catalog_of_schema
from apps.execution.contract import NothingToRun
from apps.files.contract import FileNotFound, FileNotReady, FileTable, files
from apps.schema.contract import schemas

REMEMBERED_S = 10.0
REMEMBERED = 500
OF_FILES = "files"


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A source that holds what is opened: all of it, or some `tables`."""

    connection: Connection
    tables: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Described:
    """A source or some files, with the catalog of either. `holders` are the sources whose policies hold for it, each with the tables it holds."""

    connection: Connection | None
    tables: tuple[FileTable, ...]
    catalog: Catalog
    schema_version: str
    holders: tuple[Holder, ...]
    is_remembered: bool = False

    def access_of(self, principal: Principal) -> Access:
        """What somebody may see of it."""
        record_id = self.holders[0].connection.data_source_id if self.holders else UUID(int=0)
        return Access(
            viewer=viewer_of(principal),
            rights=tuple(holder.connection.rights_of(principal, tables=holder.tables) for holder in self.holders),
            hash_key=crypto.derived_key(purpose="execution.masks", tenant_id=current_tenant(), record_id=record_id),
        )


class _Memory:
    """Descriptions by tenant and source, each under the stamp that held before it was asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[UUID, UUID], tuple[bytes, float, Described]] = OrderedDict()

    def recall(self, key: tuple[UUID, UUID], mark: bytes) -> Described | None:
        with self._lock:
            held_mark, since, described = self._held.get(key, (b"", 0.0, None))
        is_good = held_mark == mark and time.monotonic() - since < REMEMBERED_S
        return replace(described, is_remembered=True) if described is not None and is_good else None

    def remember(self, key: tuple[UUID, UUID], mark: bytes, described: Described) -> None:
        with self._lock:
            self._held[key] = (mark, time.monotonic(), described)
            self._held.move_to_end(key)
            while len(self._held) > REMEMBERED:
                self._held.popitem(last=False)

    def last_catalog(self, key: tuple[UUID, UUID], version: str) -> Catalog | None:
        """A version of a schema never changes: its catalog is good however old."""
        with self._lock:
            found = self._held.get(key)
        return found[2].catalog if found is not None and found[2].schema_version == version else None


_memory = _Memory()


def describe(data_source_id: UUID | None, file_ids: list[UUID] | None, *, afresh: bool = False) -> Described:
    """One source, or files. Raises NothingToRun, DataSourceNotFound, FileNotFound, FileNotReady."""
    if (data_source_id is None) == (not file_ids):
        raise NothingToRun
    if data_source_id is None:
        return _of_files(list(dict.fromkeys(file_ids or [])))
    key = (current_tenant(), data_source_id)
    mark = stamp("data_source", data_source_id)
    if mark is not None and not afresh and (known := _memory.recall(key, mark)) is not None:
        return known
    described = _asked(key)
    if mark is not None and described.connection is not None and described.connection.kind != OF_FILES:
        _memory.remember(key, mark, described)
    return described


def _asked(key: tuple[UUID, UUID]) -> Described:
    data_source_id = key[1]
    connection = data_sources.connection(data_source_id=data_source_id)
    if connection.kind == OF_FILES:
        tables = _ready_tables(connection.file_ids)
        of_files = catalog_of_files(tables)
        holders = (Holder(connection=connection),)
        return Described(connection=connection, tables=tables, catalog=of_files, schema_version=OF_FILES, holders=holders)
    version = str(schemas.current_versions(data_source_ids=[data_source_id]).get(data_source_id, ""))
    catalog = _memory.last_catalog(key, version) if version else None
    if catalog is None:
        schema = schemas.structure(data_source_id=data_source_id)
        catalog, version = catalog_of_schema(schema), str(schema.version)
    return Described(connection=connection, tables=(), catalog=catalog, schema_version=version, holders=(Holder(connection=connection),))


def _of_files(file_ids: list[UUID]) -> Described:
    """Files, and beside them those that restricted sources hold with them, as their row filters may read these."""
    tables = {table.file_id: table for table in files.tables(file_ids=file_ids)}
    holders = []
    for connection in data_sources.connections_holding(file_ids=file_ids):
        if connection.policies or connection.default_access == "deny":
            held = _ready_tables(connection.file_ids)
            tables.update({table.file_id: table for table in held})
            holders.append(Holder(connection=connection, tables=frozenset(table.table_name for table in held)))
    found = tuple(tables.values())
    return Described(connection=None, tables=found, catalog=catalog_of_files(found), schema_version=OF_FILES, holders=tuple(holders))


def _ready_tables(file_ids: list[UUID]) -> tuple[FileTable, ...]:
    """A source's files that are tables by now: one that is still being read, or is just gone, keeps the others from nobody."""
    try:
        return tuple(files.tables(file_ids=file_ids))
    except (FileNotFound, FileNotReady):
        ready = [file.id for file in files.get_many(file_ids=file_ids) if file.status == "ready"]
        return tuple(files.tables(file_ids=ready))

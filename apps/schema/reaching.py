"""This process's sessions on sources, with what the operator allows, for our own fixed catalog and sampling statements."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from analytics_platform.kernel import blobs, crypto
from analytics_platform.kernel.context import current_tenant
from apps.datasources.contract import CONFIG_PURPOSE, Connection
from apps.files.contract import FileNotReady, FileTable, files

if TYPE_CHECKING:
    from analytics_platform.sources.connector import Target
    from analytics_platform.sources.hub import Sources


def sources() -> Sources:
    """The process's own; imported on first use, as the drivers are heavy."""
    from analytics_platform.sources.configured import configured_sources

    return configured_sources(settings)


def target_of(connection: Connection, tables: Sequence[FileTable] = ()) -> Target:
    """A source as a connector takes it, unsealed only now."""
    from analytics_platform.sources.connector import Target

    tenant_id = current_tenant()
    raw = crypto.unseal(connection.sealed, purpose=CONFIG_PURPOSE, tenant_id=tenant_id, record_id=connection.data_source_id)
    config: dict[str, Any] = json.loads(raw)
    version = "|".join([str(connection.version), *_versions(tables)])
    key = (str(tenant_id), str(connection.data_source_id))
    return Target(kind=connection.kind, config=config, key=key, version=version, files=_views(tables))


def target_of_files(tables: Sequence[FileTable]) -> Target:
    """Uploaded files without a source of their own."""
    from analytics_platform.sources.connector import Target

    ids = sorted(str(table.file_id) for table in tables)
    key = (str(current_tenant()), "files:" + ",".join(ids))
    return Target(kind="files", config={"file_ids": ids}, key=key, version="|".join(_versions(tables)), files=_views(tables))


def tables_of(file_ids: Sequence[UUID]) -> list[FileTable]:
    """Those of a source's files that are tables by now: one that still waits to be parsed joins them when it is."""
    existing = [file.id for file in files.get_many(file_ids=list(file_ids))]
    try:
        return files.tables(file_ids=existing)
    except FileNotReady:
        return [table for file_id in existing for table in _table_if_ready(file_id)]


def _table_if_ready(file_id: UUID) -> list[FileTable]:
    try:
        return files.tables(file_ids=[file_id])
    except FileNotReady:
        return []


def _versions(tables: Sequence[FileTable]) -> list[str]:
    return sorted(f"{table.file_id}:{table.version}" for table in tables)


def _views(tables: Sequence[FileTable]) -> Any:
    from analytics_platform.sources.connector import FileView

    return tuple(FileView(table_name=table.table_name, path=blobs.local_path(table.blob)) for table in tables)

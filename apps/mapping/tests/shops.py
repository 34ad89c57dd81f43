"""The four shops as data sources of a tenant, and what a mapping of one gives for a field."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from analytics_platform.kernel.declare import Problem
from analytics_platform.sql.canonical.model import SourceMapping, TransformationRule
from analytics_platform.sql.canonical.translating import translate
from analytics_platform.sql.catalog import Catalog
from apps.datasources.contract import data_sources
from tests.shops import servers
from tests.shops.folder import write_files
from tests.shops.servers import Opened
from tests.shops.tables import commerce

SHOPS = ("cents", "breit", "codes", "folder")


@dataclass(frozen=True)
class Connected:
    """A shop that is a data source."""

    opened: Opened
    data_source_id: UUID


@contextmanager
def connected(name: str, tenant: Any, django_settings: Any, tmp_path: Path) -> Iterator[Connected]:
    """The shop on its engine, connected by the tenant."""
    places = {"cents": (), "breit": (), "codes": (opened_folder(),), "folder": (tmp_path,)}
    try:
        with getattr(servers, f"opened_{name}")(*places[name]) as opened:
            with tenant.acting():
                kind, config = _CONFIGS[name](opened, tenant, django_settings, tmp_path)
                source = data_sources.create(name=name, kind=kind, config=config)
            yield Connected(opened, source.id)
    except servers.ServerMissing as missing:
        pytest.skip(str(missing))


def opened_folder() -> Path:
    """A new folder under the one that the operator opened."""
    folder = Path(settings.SOURCE_DIRS[0]) / uuid.uuid4().hex
    folder.mkdir(parents=True)
    return folder


def _cents(opened: Opened, tenant: Any, django_settings: Any, tmp_path: Path) -> tuple[str, dict[str, Any]]:
    database = opened.run("SELECT current_database()")[0][0]
    django_settings.DEMO_LOGINS = (("127.0.0.1", 5432, database, "postgres"),)
    return "postgresql", {"host": "127.0.0.1", "port": 5432, "database": database, "username": "postgres", "password": "root"}


def _breit(opened: Opened, tenant: Any, django_settings: Any, tmp_path: Path) -> tuple[str, dict[str, Any]]:
    database = opened.run("SELECT database()")[0][0]
    return "mysql", {"host": "127.0.0.1", "port": 3306, "database": database, "username": "root", "password": ""}


def _codes(opened: Opened, tenant: Any, django_settings: Any, tmp_path: Path) -> tuple[str, dict[str, Any]]:
    return "sqlite", {"path": opened.run("PRAGMA database_list")[0][2]}


def _folder(opened: Opened, tenant: Any, django_settings: Any, tmp_path: Path) -> tuple[str, dict[str, Any]]:
    api, ids = tenant.api(), []
    for path in write_files(tmp_path):
        answer = api.post("/files/upload", {"file": SimpleUploadedFile(path.name, path.read_bytes())}, MULTIPART_CONTENT)
        ids.append(answer.json()["id"])
    return "files", {"file_ids": ids}


_CONFIGS = {"cents": _cents, "breit": _breit, "codes": _codes, "folder": _folder}


def mapped_fields(mapping: SourceMapping) -> set[tuple[str, str]]:
    """Every field that a mapping says something of."""
    return {(entity.entity, field.field) for entity in mapping.entities for field in entity.fields}


def rows_of(
    opened: Opened, mapping: SourceMapping, catalog: Catalog, rules: Mapping[str, TransformationRule], entity: str, field: str
) -> list[tuple[str, ...]] | str:
    """What the mapping gives for a field, with each row's key; the code of the problem where it gives nothing."""
    sql = f'SELECT id, "{field}" AS it FROM "{entity}"'
    try:
        made = translate(sql, schema=commerce(), mapping=mapping, rules=rules, dialect=opened.shop.dialect, catalog=catalog)
    except Problem as problem:
        return problem.code
    return sorted(tuple(_plain(value) for value in row) for row in opened.run(made.sql))


def _plain(value: Any) -> str:
    return f"{float(value):.4f}" if isinstance(value, (int, float, Decimal)) else str(value)

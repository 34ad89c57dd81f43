"""The four shapes as mapped data sources of a tenant, and the truth to hold them against: canonical tables in a PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from tests.fleet.facts import SCHEMA, canonical_rows
from tests.fleet.sources import (
    FILES_MAPPING,
    MARIADB_MAPPING,
    POSTGRES_MAPPING,
    RULES,
    SQLITE_MAPPING,
    files_fleet,
    mariadb_fleet,
    postgres_fleet,
    sqlite_fleet,
)
from tests.shops.servers import MARIADB, POSTGRES

MAPPINGS = {"postgres": POSTGRES_MAPPING, "mariadb": MARIADB_MAPPING, "sqlite": SQLITE_MAPPING, "files": FILES_MAPPING}
_SQL_TYPES = {"string": 'text COLLATE "C"', "integer": "bigint", "decimal": "numeric", "boolean": "boolean", "date": "date", "time": "time", "datetime": "timestamp"}  # fmt: skip


@dataclass
class Fleet:
    """Ids of the sources by shape, and what their engines can be asked directly."""

    ids: dict[str, str] = field(default_factory=dict)
    postgres: Any = None
    mariadb: Any = None
    sqlite: Path = Path()
    truth: Any = None


@contextmanager
def connected(api: Any, settle: Callable[[], None], folder: Path, *shapes: str, mapped: bool = True) -> Iterator[Fleet]:
    """The schema published, and each shape built, connected and mapped through the REST API. Skips where a server is missing."""
    if mapped:
        publish(api)
    with ExitStack() as stack:
        fleet = Fleet()
        for shape in shapes or tuple(MAPPINGS):
            try:
                kind, config = _CONFIGS[shape](fleet, stack, api, settle, folder)
            except (psycopg.OperationalError, pymysql.err.OperationalError) as missing:
                pytest.skip(str(missing))
            made = api.post("/data-sources", {"name": shape, "kind": kind, "config": config})
            assert made.status_code == 201, made.content
            fleet.ids[shape] = made.json()["id"]
            if mapped:
                answer = api.post(f"/mappings/{fleet.ids[shape]}", MAPPINGS[shape])
                assert answer.status_code == 201, answer.content
        yield fleet


def publish(api: Any) -> None:
    """The canonical schema and the rules."""
    for path, bodies in (("/mappings/schemas", [SCHEMA]), ("/mappings/rules", RULES)):
        for body in bodies:
            made = api.post(path, body)
            assert made.status_code == 201, made.content


def _postgres(fleet: Fleet, stack: ExitStack, *_: Any) -> tuple[str, dict[str, Any]]:
    database, fleet.postgres = stack.enter_context(postgres_fleet())
    login = {"username": POSTGRES["user"], "password": POSTGRES["password"]}
    return "postgresql", {**login, "host": POSTGRES["host"], "port": POSTGRES["port"], "database": database, "sslmode": "disable"}


def _mariadb(fleet: Fleet, stack: ExitStack, *_: Any) -> tuple[str, dict[str, Any]]:
    database, fleet.mariadb = stack.enter_context(mariadb_fleet())
    return "mysql", {"host": MARIADB["host"], "port": MARIADB["port"], "username": MARIADB["user"], "password": "", "database": database}


def _sqlite(fleet: Fleet, stack: ExitStack, api: Any, settle: Any, folder: Path) -> tuple[str, dict[str, Any]]:
    place = Path(settings.SOURCE_DIRS[0])
    place.mkdir(parents=True, exist_ok=True)
    fleet.sqlite = sqlite_fleet(place / f"{folder.name}_fleet.sqlite")
    return "sqlite", {"path": fleet.sqlite.name}


def _files(fleet: Fleet, stack: ExitStack, api: Any, settle: Callable[[], None], folder: Path) -> tuple[str, dict[str, Any]]:
    ids = []
    for path in files_fleet(folder):
        form = {"file": SimpleUploadedFile(path.name, path.read_bytes())}
        ids.append(api.post("/files/upload", form, content_type=MULTIPART_CONTENT).json()["id"])
    settle()
    return "files", {"file_ids": ids}


_CONFIGS = {"postgres": _postgres, "mariadb": _mariadb, "sqlite": _sqlite, "files": _files}


@contextmanager
def truth() -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """The facts as canonical tables, temporary ones, in a PostgreSQL."""
    try:
        connection = psycopg.connect(**POSTGRES, autocommit=True)
    except psycopg.OperationalError as missing:
        pytest.skip(str(missing))
    with connection:
        connection.execute("SET timezone = 'UTC'")
        rows = canonical_rows()
        for entity in SCHEMA["entities"]:
            columns = ", ".join(f"{column['name']} {_SQL_TYPES[column['type']]}" for column in entity["fields"])
            connection.execute(f"CREATE TEMP TABLE {entity['name']} ({columns})")
            places = ", ".join(["%s"] * len(entity["fields"]))
            connection.cursor().executemany(f"INSERT INTO {entity['name']} VALUES ({places})", rows[entity["name"]])

        def run(sql: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
            return connection.execute(sql, parameters or None).fetchall()

        yield run


def known(cell: Any) -> Any:
    """A cell of the truth as JSON rows have it, numbers to six places."""
    if isinstance(cell, bool) or cell is None:
        return cell
    if isinstance(cell, int | float | Decimal):
        return number(cell)
    if isinstance(cell, datetime):
        return (cell.astimezone(UTC).replace(tzinfo=None) if cell.tzinfo else cell).isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def number(cell: Any) -> Decimal:
    return Decimal(str(cell)).quantize(Decimal("0.000001")).normalize() + 0


def cell_of(cell: Any, type: str) -> Any:
    """A cell of a JSON answer, comparable with `known`."""
    if cell is not None and type in ("integer", "number", "decimal"):
        return number(cell)
    if cell is not None and type == "datetime":
        return known(datetime.fromisoformat(cell.replace("Z", "+00:00")))
    return cell


def rows_of(answer: Any) -> list[tuple[Any, ...]]:
    """The rows of an answer, comparable with `known` ones."""
    types = [column["type"] for column in answer["columns"]]
    return [tuple(cell_of(cell, type) for cell, type in zip(row, types, strict=True)) for row in answer["rows"]]

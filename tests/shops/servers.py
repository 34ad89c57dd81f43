"""The shops built where their engines are: real servers on loopback, a SQLite file, DuckDB over the folder's files."""

from __future__ import annotations

import re
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pymysql

from analytics_platform.sql.catalog import Catalog
from tests.shops.breit import BREIT
from tests.shops.cents import CENTS
from tests.shops.codes import CODES
from tests.shops.folder import FOLDER, SPREADSHEETS, write_files
from tests.shops.tables import Shop

Rows = list[tuple[Any, ...]]
POSTGRES: dict[str, Any] = {"host": "127.0.0.1", "port": 5432, "user": "postgres", "password": "root"}
MARIADB: dict[str, Any] = {"host": "127.0.0.1", "port": 3306, "user": "root", "charset": "utf8mb4"}


class ServerMissing(Exception):
    """There is no server to build the shop on."""


@dataclass(frozen=True)
class Opened:
    """A shop that answers. `run` takes SQL of its engine with `%(name)s` parameters, as the pipeline prepares it."""

    shop: Shop
    catalog: Catalog
    run: Callable[..., Rows]
    database: str = ""


@contextmanager
def opened_cents() -> Iterator[Opened]:
    """The PostgreSQL shop in a database of its own. Raises ServerMissing."""
    try:
        server = psycopg.connect(**POSTGRES, autocommit=True)
    except psycopg.OperationalError:
        raise ServerMissing("there is no PostgreSQL on 127.0.0.1:5432") from None
    name = f"shop_{uuid.uuid4().hex[:12]}"
    with server:
        server.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        try:
            with psycopg.connect(**POSTGRES, dbname=name, autocommit=True) as connection:
                connection.execute("CREATE SCHEMA shop")
                connection.execute("SET timezone = 'UTC'")
                for statement in (*CENTS.statements(), "ANALYZE"):
                    connection.execute(statement)  # type: ignore[arg-type]

                def run(sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
                    return connection.execute(_percents(sql, parameters), parameters or None).fetchall()  # type: ignore[arg-type]

                yield Opened(CENTS, CENTS.catalog(), run, name)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@contextmanager
def opened_breit() -> Iterator[Opened]:
    """The MariaDB shop in a database of its own. Raises ServerMissing."""
    try:
        connection = pymysql.connect(
            **MARIADB, autocommit=True, sql_mode="STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
        )
    except pymysql.err.OperationalError:
        raise ServerMissing("there is no MariaDB on 127.0.0.1:3306") from None
    name = f"shop_{uuid.uuid4().hex[:12]}"
    with connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        try:
            cursor.execute(f"USE {name}")
            for statement in BREIT.statements(name):
                cursor.execute(statement)

            def run(sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
                cursor.execute(_percents(sql, parameters), parameters or None)
                return list(cursor.fetchall())

            yield Opened(BREIT, BREIT.catalog(name), run, name)
        finally:
            cursor.execute(f"DROP DATABASE {name}")


@contextmanager
def opened_codes(folder: Path) -> Iterator[Opened]:
    """The SQLite shop as a file in `folder`."""
    connection = sqlite3.connect(folder / "codes.sqlite")
    for statement in CODES.statements():
        connection.execute(statement)
    connection.commit()

    def run(sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        return connection.execute(_named(sql, parameters, ":{}"), dict(parameters or {})).fetchall()

    yield Opened(CODES, CODES.catalog(), run)
    connection.close()


@contextmanager
def opened_folder(folder: Path) -> Iterator[Opened]:
    """The files in `folder`, read by DuckDB as the platform's Parquet of them would be."""
    write_files(folder)
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    for table in FOLDER.tables:
        columns = ", ".join(f'"{name}" {kind}' for name, kind, _ in table.columns)
        connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
        if table.name in SPREADSHEETS:
            connection.executemany(
                f'INSERT INTO "{table.name}" VALUES ({", ".join("?" for _ in table.columns)})', _sheet(folder / f"{table.name}.xlsx")
            )
        else:
            connection.execute(
                f"INSERT INTO \"{table.name}\" FROM read_csv('{folder / f'{table.name}.csv'}', header = true, all_varchar = true)"
            )

    def run(sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        return connection.execute(_named(sql, parameters, "${}"), dict(parameters or {})).fetchall()

    yield Opened(FOLDER, FOLDER.catalog(), run)
    connection.close()


def _named(sql: str, parameters: Mapping[str, Any] | None, style: str) -> str:
    for name in parameters or {}:
        sql = sql.replace(f"%({name})s", style.format(name))
    return sql


def _percents(sql: str, parameters: Mapping[str, Any] | None) -> str:
    """The drivers read a percent sign as theirs as soon as there are parameters."""
    return re.sub(r"%(?!\(\w+\)s)", "%%", sql) if parameters else sql


def _sheet(path: Path) -> list[list[Any]]:
    from openpyxl import load_workbook

    sheet = load_workbook(path, read_only=True).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]

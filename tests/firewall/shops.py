"""The shop at each of the four engines, made once for each worker: how it is reached, and all that it holds."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pymysql
import pytest
from django.conf import settings

from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.tests.shop import shop_statements

TABLES = ("countries", "customers", "orders", "order_items", "products", "employees")


@dataclass(frozen=True)
class Shop:
    """A source of one dialect. `contents` is everything in it, to see whether anything has changed."""

    dialect: Dialect
    kind: str
    config: dict[str, Any]
    contents: Callable[[], object]


@contextmanager
def untouched(shop: Shop) -> Iterator[None]:
    """What the shop holds is the same afterwards."""
    before = shop.contents()
    yield
    assert shop.contents() == before


@contextmanager
def file_shop(dialect: Dialect) -> Iterator[Shop]:
    """The shop as a database file."""
    folder = Path(settings.SOURCE_DIRS[0])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}.{dialect}"
    connection: Any = sqlite3.connect(path) if dialect == "sqlite" else duckdb.connect(str(path))
    for statement in shop_statements(dialect):
        connection.execute(statement)
    connection.commit()
    connection.close()
    yield Shop(dialect, dialect, {"path": path.name}, path.read_bytes)
    path.unlink()


@contextmanager
def postgres_shop() -> Iterator[Shop]:
    """The shop on the PostgreSQL of this machine."""
    name = f"firewall_{uuid.uuid4().hex[:12]}"
    address: dict[str, Any] = {"host": "127.0.0.1", "port": 5432, "user": "postgres", "password": "root"}
    try:
        server = psycopg.connect(**address, autocommit=True)
    except psycopg.OperationalError:
        pytest.skip("there is no PostgreSQL on 127.0.0.1:5432")
    server.execute(f"CREATE DATABASE {name}")
    config = {"host": "127.0.0.1", "port": 5432, "database": name, "username": "postgres", "password": "root"}
    with psycopg.connect(**address, dbname=name, autocommit=True) as connection:
        for statement in shop_statements("postgres"):
            connection.execute(statement)
        yield Shop("postgres", "postgresql", config, lambda: [connection.execute(sql).fetchall() for sql in _everything("postgres", name)])
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


@contextmanager
def mysql_shop() -> Iterator[Shop]:
    """The shop on the MariaDB of this machine."""
    try:
        connection = pymysql.connect(host="127.0.0.1", user="root", autocommit=True, charset="utf8mb4")
    except pymysql.err.OperationalError:
        pytest.skip("there is no MariaDB on 127.0.0.1:3306")
    name, cursor = f"firewall_{uuid.uuid4().hex[:12]}", connection.cursor()
    cursor.execute(f"CREATE DATABASE {name}")
    cursor.execute(f"USE {name}")

    def rows(sql: str) -> object:
        cursor.execute(sql)
        return cursor.fetchall()

    for statement in shop_statements("mysql"):
        cursor.execute(statement)
    config = {"host": "127.0.0.1", "port": 3306, "database": name, "username": "root"}
    yield Shop("mysql", "mysql", config, lambda: [rows(sql) for sql in _everything("mysql", name)])
    cursor.execute(f"DROP DATABASE {name}")
    connection.close()


def _everything(dialect: Dialect, database: str) -> list[str]:
    schema = "public" if dialect == "postgres" else database
    names = f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{schema}' ORDER BY 1"
    return [names, *(f"SELECT * FROM {table} ORDER BY id" for table in TABLES)]


SHOPS: dict[Dialect, Callable[[], Any]] = {
    "sqlite": lambda: file_shop("sqlite"),
    "duckdb": lambda: file_shop("duckdb"),
    "postgres": postgres_shop,
    "mysql": mysql_shop,
}

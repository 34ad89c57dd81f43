"""The shop in each engine, as something that runs what the pipeline prepared."""

from __future__ import annotations

import re
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import psycopg
import pymysql
import pytest

from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.masks import HASH_FUNCTION, keyed_hash
from analytics_platform.sql.pipeline import Prepared
from analytics_platform.sql.tests.shop import shop_statements

Rows = list[tuple[Any, ...]]
Engine = Callable[[Prepared], Rows]
_PLACE = re.compile(r"%\((\w+)\)s")


def literal(value: object) -> str:
    """A value as every dialect writes it."""
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"


def written_out(prepared: Prepared) -> str:
    """The statement with its values in it: for tests, which own both."""
    return _PLACE.sub(lambda found: literal(prepared.parameters[found[1]]), prepared.sql)


@contextmanager
def shop_engine(dialect: Dialect) -> Iterator[Engine]:
    """The shop in one engine; skips where its server is missing."""
    with {"sqlite": _sqlite, "duckdb": _duckdb, "postgres": _postgres, "mysql": _mysql}[dialect]() as run:
        yield lambda prepared: run(written_out(prepared))


@contextmanager
def _sqlite() -> Iterator[Callable[[str], Rows]]:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.create_function(HASH_FUNCTION, 2, keyed_hash, deterministic=True)
    for statement in shop_statements("sqlite"):
        connection.execute(statement)
    yield lambda sql: connection.execute(sql).fetchall()
    connection.close()


@contextmanager
def _duckdb() -> Iterator[Callable[[str], Rows]]:
    connection = duckdb.connect(":memory:")
    for statement in shop_statements("duckdb"):
        connection.execute(statement)
    yield lambda sql: connection.execute(sql).fetchall()
    connection.close()


@contextmanager
def _postgres() -> Iterator[Callable[[str], Rows]]:
    address: dict[str, Any] = {"host": "127.0.0.1", "port": 5432, "user": "postgres", "password": "root", "autocommit": True}
    try:
        server = psycopg.connect(**address)
    except psycopg.OperationalError:
        pytest.skip("there is no PostgreSQL on 127.0.0.1:5432")
    name = f"sql_{uuid.uuid4().hex}"
    server.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    with psycopg.connect(**address, dbname=name) as connection:
        for statement in shop_statements("postgres"):
            connection.execute(statement)  # type: ignore[arg-type]
        yield lambda sql: connection.execute(sql).fetchall()  # type: ignore[arg-type]
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]
    server.close()


@contextmanager
def _mysql() -> Iterator[Callable[[str], Rows]]:
    try:
        connection = pymysql.connect(host="127.0.0.1", user="root", autocommit=True, charset="utf8mb4")
    except pymysql.err.OperationalError:
        pytest.skip("there is no MariaDB on 127.0.0.1:3306")
    name = f"sql_{uuid.uuid4().hex}"
    cursor = connection.cursor()
    for statement in (f"CREATE DATABASE {name}", f"USE {name}", *shop_statements("mysql")):
        cursor.execute(statement)

    def run(sql: str) -> Rows:
        cursor.execute(sql.replace("`shop`", name).replace("shop.", f"{name}."))
        return list(cursor.fetchall())

    yield run
    cursor.execute(f"DROP DATABASE {name}")
    connection.close()

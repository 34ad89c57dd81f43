"""What must be refused is, for its own reason; what is harmless passes, and gives the rows it gave as it was written."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import duckdb
import psycopg
import pymysql
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics_platform.sql.dialects import DIALECTS, Dialect
from analytics_platform.sql.pipeline import prepare
from analytics_platform.sql.problems import SqlProblem
from analytics_platform.sql.tests.shop import shop_catalog, shop_statements
from analytics_platform.sql.tests.statements import Statement, harmless, refused

Run = Callable[[str], list[tuple[Any, ...]]]


@pytest.mark.parametrize("statement", refused(), ids=str)
def test_refuses_an_attack(statement: Statement) -> None:
    with pytest.raises(SqlProblem) as caught:
        prepare(statement.sql, dialect=statement.dialect, catalog=shop_catalog(statement.dialect), max_rows=1000)
    assert caught.value.code in statement.codes
    assert caught.value.status == 422


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_list_of_attacks_only_grows(dialect: Dialect) -> None:
    assert len({s.sql for s in refused() if s.dialect == dialect}) >= 200


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_list_of_harmless_statements_only_grows(dialect: Dialect) -> None:
    assert len({s.sql for s in harmless(dialect)}) >= 220


@pytest.fixture(scope="module")
def sqlite_shop() -> Iterator[Run]:
    connection = sqlite3.connect(":memory:")
    for statement in shop_statements("sqlite"):
        connection.execute(statement)
    yield lambda sql: connection.execute(sql).fetchall()
    connection.close()


@pytest.fixture(scope="module")
def duckdb_shop() -> Iterator[Run]:
    connection = duckdb.connect(":memory:")
    for statement in shop_statements("duckdb"):
        connection.execute(statement)
    yield lambda sql: connection.execute(sql).fetchall()
    connection.close()


@pytest.fixture(scope="module")
def postgres_shop() -> Iterator[Run]:
    name = f"sql_{uuid.uuid4().hex}"
    address = {"host": "127.0.0.1", "port": 5432, "user": "postgres", "password": "root"}
    try:
        server = psycopg.connect(**address, autocommit=True)  # type: ignore[arg-type]
    except psycopg.OperationalError:
        pytest.skip("there is no PostgreSQL on 127.0.0.1:5432")
    server.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    with psycopg.connect(**address, dbname=name, autocommit=True) as connection:  # type: ignore[arg-type]
        for statement in shop_statements("postgres"):
            connection.execute(statement)  # type: ignore[arg-type]
        yield lambda sql: connection.execute(sql).fetchall()  # type: ignore[arg-type]
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]
    server.close()


@pytest.fixture(scope="module")
def mysql_shop() -> Iterator[Run]:
    try:
        connection = pymysql.connect(host="127.0.0.1", user="root", autocommit=True, charset="utf8mb4")
    except pymysql.err.OperationalError:
        pytest.skip("there is no MariaDB on 127.0.0.1:3306")
    name = f"sql_{uuid.uuid4().hex}"
    cursor = connection.cursor()
    cursor.execute(f"CREATE DATABASE {name}")
    cursor.execute(f"USE {name}")
    for statement in shop_statements("mysql"):
        cursor.execute(statement)

    def run(sql: str) -> list[tuple[Any, ...]]:
        cursor.execute(sql.replace("`shop`", name).replace("shop.", f"{name}."))
        return list(cursor.fetchall())

    yield run
    cursor.execute(f"DROP DATABASE {name}")
    connection.close()


@pytest.mark.parametrize("statement", harmless("sqlite"), ids=str)
def test_keeps_the_rows_on_sqlite(statement: Statement, sqlite_shop: Run) -> None:
    assert_same_rows(statement, sqlite_shop)


@pytest.mark.parametrize("statement", harmless("duckdb"), ids=str)
def test_keeps_the_rows_on_duckdb(statement: Statement, duckdb_shop: Run) -> None:
    assert_same_rows(statement, duckdb_shop)


@pytest.mark.parametrize("statement", harmless("postgres"), ids=str)
def test_keeps_the_rows_on_postgres(statement: Statement, postgres_shop: Run) -> None:
    assert_same_rows(statement, postgres_shop)


@pytest.mark.parametrize("statement", harmless("mysql"), ids=str)
def test_keeps_the_rows_on_mariadb(statement: Statement, mysql_shop: Run) -> None:
    assert_same_rows(statement, mysql_shop)


_HOSTILE = st.text("ab'\"`\\%;-/*$ \nU", max_size=8)


@given(text=_HOSTILE)
@settings(max_examples=60, deadline=None)
def test_texts_and_names_keep_their_meaning_on_postgres(postgres_shop: Run, text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    name = '"' + (text.replace('"', '""') or "x").strip() + 'x"'
    sql = f"SELECT {_quoted(text)} AS {name}, E'{escaped}', s.{name} FROM (SELECT E'{escaped}' = {_quoted(text)} AS {name}) AS s"
    assert_same_rows(Statement("postgres", sql), postgres_shop)


@given(text=_HOSTILE)
@settings(max_examples=60, deadline=None)
def test_texts_and_names_keep_their_meaning_on_mariadb(mysql_shop: Run, text: str) -> None:
    escaped = text.replace("\\", "\\\\")
    name = "`" + (text.replace("`", "``").replace("\n", "") or "x").strip() + "x`"
    double = '"' + escaped.replace('"', '\\"') + '"'
    sql = f"SELECT {_quoted(escaped)} AS {name}, {double}, s.{name} FROM (SELECT {double} = {_quoted(escaped)} AS {name}) AS s"
    assert_same_rows(Statement("mysql", sql), mysql_shop)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def assert_same_rows(statement: Statement, run: Run) -> None:
    prepared = prepare(statement.sql, dialect=statement.dialect, catalog=shop_catalog(statement.dialect), max_rows=1000)
    assert comparable(run(prepared.sql)) == comparable(run(statement.sql))


def comparable(rows: list[tuple[Any, ...]]) -> list[str]:
    return [repr([round(float(v), 9) if isinstance(v, float | Decimal) else v for v in row]) for row in rows]

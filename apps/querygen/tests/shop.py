"""A small shop with answers that can be worked out by hand, in each of the four engines."""

from __future__ import annotations

import contextlib
import datetime
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from apps.querygen.catalog import Catalog, catalog_of
from apps.querygen.offline.linker import Value, value_terms
from apps.schema.contract import ForeignKey, SchemaColumn, SchemaTable, SourceSchema, TableReference

TODAY = datetime.date(2024, 6, 15)
Rows = list[tuple[Any, ...]]

TABLES: dict[str, tuple[list[tuple[str, str]], list[tuple[Any, ...]]]] = {
    "countries": (
        [("id", "integer"), ("name", "string"), ("region", "string")],
        [(1, "Germany", "Europe"), (2, "France", "Europe"), (3, "Japan", "Asia")],
    ),
    "customers": (
        [("id", "integer"), ("name", "string"), ("country_id", "integer"), ("created_at", "datetime")],
        [
            (1, "Ada", 1, "2023-01-10 09:00:00"),
            (2, "Bo", 1, "2023-02-11 09:00:00"),
            (3, "Cy", 2, "2024-01-05 09:00:00"),
            (4, "Di", 3, "2024-02-06 09:00:00"),
            (5, "Ed", 2, "2024-03-07 09:00:00"),
        ],
    ),
    "products": (
        [("id", "integer"), ("name", "string"), ("category", "string"), ("price", "decimal")],
        [
            (1, "Laptop", "Electronics", 1000),
            (2, "Phone", "Electronics", 500),
            (3, "Novel", "Books", 20),
            (4, "Atlas", "Books", 40),
            (5, "Lamp", "Home", 60),
        ],
    ),
    "orders": (
        [("id", "integer"), ("customer_id", "integer"), ("ordered_at", "datetime"), ("status", "string")],
        [
            (1, 1, "2023-11-20 10:00:00", "completed"),
            (2, 1, "2024-01-15 10:00:00", "completed"),
            (3, 2, "2024-01-20 10:00:00", "cancelled"),
            (4, 3, "2024-02-10 10:00:00", "completed"),
            (5, 3, "2024-02-12 10:00:00", "pending"),
            (6, 4, "2024-05-03 10:00:00", "completed"),
            (7, 1, "2024-05-20 10:00:00", "completed"),
        ],
    ),
    "order_items": (
        [("id", "integer"), ("order_id", "integer"), ("product_id", "integer"), ("quantity", "integer"), ("unit_price", "decimal")],
        [
            (1, 1, 1, 1, 1000),
            (2, 2, 3, 2, 20),
            (3, 2, 2, 1, 500),
            (4, 3, 5, 3, 60),
            (5, 4, 1, 1, 900),
            (6, 5, 3, 5, 20),
            (7, 6, 2, 2, 500),
            (8, 7, 5, 1, 60),
        ],
    ),
}
KEYS = {
    "customers": [("country_id", "countries")],
    "orders": [("customer_id", "customers")],
    "order_items": [("order_id", "orders"), ("product_id", "products")],
}
_TYPES = {
    "sqlite": {"integer": "INTEGER", "string": "TEXT", "decimal": "NUMERIC", "datetime": "TEXT"},
    "duckdb": {"integer": "INTEGER", "string": "VARCHAR", "decimal": "DECIMAL(10,2)", "datetime": "TIMESTAMP"},
    "postgres": {"integer": "integer", "string": "text", "decimal": "numeric(10,2)", "datetime": "timestamp"},
    "mysql": {"integer": "INT", "string": "VARCHAR(100)", "decimal": "DECIMAL(10,2)", "datetime": "DATETIME"},
}


def shop_schema(dialect: str, *, with_keys: bool = True) -> SourceSchema:
    """The shop as the schema app tells it; without keys as files do."""
    tables = []
    for name, (columns, rows) in TABLES.items():
        samples = list(zip(*rows[:3], strict=True))
        keys = [
            ForeignKey(columns=[column], references=TableReference(table=parent, columns=["id"])) for column, parent in KEYS.get(name, [])
        ]
        tables.append(
            SchemaTable(
                name=name,
                columns=[
                    SchemaColumn(name=column, type=kind, primary_key=with_keys and column == "id", sample_values=list(samples[place]))  # type: ignore[arg-type]
                    for place, (column, kind) in enumerate(columns)
                ],
                primary_key=["id"] if with_keys else [],
                foreign_keys=keys if with_keys else [],
                row_count=len(rows),
            )
        )
    now = datetime.datetime.now(datetime.UTC)
    return SourceSchema(data_source_id=None, version=1, dialect=dialect, introspected_at=now, tables=tables)  # type: ignore[arg-type]


def shop_catalog(dialect: str, *, with_keys: bool = True) -> Catalog:
    """The shop as the engines read it."""
    return catalog_of(shop_schema(dialect, with_keys=with_keys))


def shop_values(catalog: Catalog, question: str) -> list[Value]:
    """What the value index says of a question's words: each text of the shop, by its own words."""
    terms = {term.lower(): term for term in value_terms(question)}
    found = []
    for name, (columns, rows) in TABLES.items():
        for place, (column, kind) in enumerate(columns):
            for text in sorted({str(row[place]) for row in rows}) if kind == "string" else ():
                known = catalog.table(name).column(column)
                if text.lower() in terms and known is not None:
                    found.append(Value(terms[text.lower()], known, text))
    return found


def statements(dialect: str) -> Iterator[str]:
    """DDL and rows."""
    for name, (columns, rows) in TABLES.items():
        parents = dict(KEYS.get(name, []))
        keys = {
            column: f" REFERENCES {parents[column]} (id)" if column in parents else " PRIMARY KEY" if column == "id" else ""
            for column, _ in columns
        }
        yield f"CREATE TABLE {name} ({', '.join(f'{column} {_TYPES[dialect][kind]}{keys[column]}' for column, kind in columns)})"
        for row in rows:
            yield f"INSERT INTO {name} VALUES ({', '.join(repr(value) for value in row)})"


@contextlib.contextmanager
def sqlite_shop(path: str = ":memory:") -> Iterator[Callable[[str], Rows]]:
    connection = sqlite3.connect(path)
    for statement in statements("sqlite"):
        connection.execute(statement)
    connection.commit()
    yield lambda sql: connection.execute(sql).fetchall()
    connection.close()


@contextlib.contextmanager
def duckdb_shop() -> Iterator[Callable[[str], Rows]]:
    import duckdb

    connection = duckdb.connect(":memory:")
    for statement in statements("duckdb"):
        connection.execute(statement)
    yield lambda sql: connection.execute(sql).fetchall()
    connection.close()


@contextlib.contextmanager
def postgres_shop() -> Iterator[Callable[[str], Rows]]:
    import psycopg

    server = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    try:
        connection = psycopg.connect(server, connect_timeout=2, autocommit=False)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL on loopback")
    schema = f"shop_{uuid.uuid4().hex[:12]}"
    connection.execute(f"CREATE SCHEMA {schema}")
    connection.execute(f"SET search_path TO {schema}")
    for statement in statements("postgres"):
        connection.execute(statement)
    yield lambda sql: connection.execute(sql).fetchall()
    connection.rollback()
    connection.close()


@contextlib.contextmanager
def mysql_shop() -> Iterator[Callable[[str], Rows]]:
    import pymysql

    parts = urlsplit(os.environ.get("TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306"))
    try:
        connection = pymysql.connect(
            host=parts.hostname, port=parts.port or 3306, user=parts.username, password=parts.password or "", connect_timeout=2
        )
    except pymysql.err.OperationalError:
        pytest.skip("no MySQL or MariaDB on loopback")
    database = f"shop_{uuid.uuid4().hex[:12]}"
    cursor = connection.cursor()
    cursor.execute(f"CREATE DATABASE {database}")
    try:
        cursor.execute(f"USE {database}")
        for statement in statements("mysql"):
            cursor.execute(statement)

        def run(sql: str) -> Rows:
            cursor.execute(sql)
            return list(cursor.fetchall())

        yield run
    finally:
        cursor.execute(f"DROP DATABASE {database}")
        connection.close()


SHOPS = {"sqlite": sqlite_shop, "duckdb": duckdb_shop, "postgres": postgres_shop, "mysql": mysql_shop}

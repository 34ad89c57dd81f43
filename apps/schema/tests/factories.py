"""Sources to read: a small shop on every engine, and ways to make it a data source of a tenant."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pymysql
import pytest
from django.conf import settings

from apps.datasources.contract import data_sources
from apps.schema.contract import SchemaColumn, SchemaTable

SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, country VARCHAR(40), email VARCHAR(80));
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), status VARCHAR(20) DEFAULT 'new',
                     amount DECIMAL(10, 2), ordered_at TIMESTAMP NULL);
CREATE INDEX orders_by_customer ON orders (customer_id, ordered_at);
CREATE VIEW big_orders AS SELECT * FROM orders WHERE amount > 100;
INSERT INTO customers VALUES (1, 'Ann', 'United States', 'ann@example.com'), (2, 'Bob', 'Germany', 'bob@example.com'), (3, 'Cem', NULL, NULL);
INSERT INTO orders VALUES (1, 1, 'delivered', 120.50, '2024-01-01 10:00:00'), (2, 1, 'new', 20, '2024-02-01 10:00:00'), (3, 2, 'new', 7.25, NULL)
"""


def sqlite_shop(script: str = SHOP, name: str = "") -> Path:
    """A SQLite file under the folder that the operator opened."""
    import sqlite3

    folder = Path(settings.SOURCE_DIRS[0])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"{uuid.uuid4().hex}.sqlite")
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path


def change(path: Path, script: str) -> None:
    """Alter the file behind a source."""
    import sqlite3

    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()


def add_source(tenant: Any, *, kind: str = "sqlite", config: dict[str, Any] | None = None, **more: Any) -> UUID:
    """A data source of the tenant's."""
    with tenant.acting():
        config = config or {"path": sqlite_shop().name}
        return data_sources.create(name=f"shop {uuid.uuid4().hex[:8]}", kind=kind, config=config, **more).id


@contextmanager
def postgresql_shop(django_settings: Any, script: str = SHOP) -> Iterator[dict[str, Any]]:
    """A database of its own on a real PostgreSQL, let through the outbound door; its config."""
    host, port = "127.0.0.1", int(os.environ.get("TEST_POSTGRES_PORT", "5432"))
    name = f"shop_{uuid.uuid4().hex[:10]}"
    try:
        admin = psycopg.connect(host=host, port=port, user="postgres", dbname="postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL on {host}:{port}: {error}")
    with admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            with psycopg.connect(host=host, port=port, user="postgres", dbname=name, autocommit=True) as connection:
                connection.execute(script)
            django_settings.DEMO_LOGINS = ((host, port, name, "postgres"),)
            yield {"host": host, "port": port, "database": name, "username": "postgres", "password": ""}
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def mariadb_shop(script: str = SHOP) -> Iterator[dict[str, Any]]:
    """A database of its own on a real MariaDB; its config."""
    host, port, name = "127.0.0.1", int(os.environ.get("TEST_MYSQL_PORT", "3306")), f"shop_{uuid.uuid4().hex[:10]}"
    try:
        admin = pymysql.connect(host=host, port=port, user="root", autocommit=True, connect_timeout=3)
    except pymysql.err.OperationalError as error:
        pytest.skip(f"no MariaDB on {host}:{port}: {error}")
    with admin, admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        cursor.execute(f"USE {name}")
        for statement in script.split(";"):
            if statement.strip():
                cursor.execute(statement)
        try:
            yield {"host": host, "port": port, "database": name, "username": "root", "password": ""}
        finally:
            cursor.execute(f"DROP DATABASE {name}")


def table(name: str, *columns: str, schema: str = "", **more: Any) -> SchemaTable:
    """A table of text columns, for what needs no source."""
    return SchemaTable(schema=schema, name=name, columns=[SchemaColumn(name=c, type="string", native_type="text") for c in columns], **more)

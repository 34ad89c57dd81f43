"""Real peers for the connectors: scratch databases on this machine's servers, files in a temporary folder."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analytics_platform.sources.connector import FileView, SourceSettings, Target
from analytics_platform.sources.hub import Sources
from analytics_platform.sources.outbound import OutboundDoor

PG_HOST = os.environ.get("TEST_PG_HOST", "127.0.0.1")
PG_PORT = int(os.environ.get("TEST_PG_PORT", "5432"))
PG_USER = os.environ.get("TEST_PG_USER", "postgres")
PG_PASSWORD = os.environ.get("TEST_PG_PASSWORD", "postgres")
MYSQL_HOST = os.environ.get("TEST_MYSQL_HOST", "127.0.0.1")
MYSQL_PORT = int(os.environ.get("TEST_MYSQL_PORT", "3306"))
MYSQL_USER = os.environ.get("TEST_MYSQL_USER", "root")
MYSQL_PASSWORD = os.environ.get("TEST_MYSQL_PASSWORD", "")


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[Sources]:
    """Sources with loopback opened and one folder."""
    found = Sources(SourceSettings(door=OutboundDoor(allowed=["127.0.0.0/8"]), folders=(tmp_path,), connect_timeout_s=3))
    yield found
    found.close()


@pytest.fixture(scope="session")
def postgresql_database() -> Iterator[dict[str, Any]]:
    """A database of our own on the PostgreSQL of this machine, and a login that can only read."""
    import psycopg

    try:
        admin = psycopg.connect(
            host=PG_HOST, port=PG_PORT, user=PG_USER, password=PG_PASSWORD, dbname="postgres", autocommit=True, connect_timeout=3
        )
    except psycopg.OperationalError as e:
        pytest.skip(f"no PostgreSQL at {PG_HOST}:{PG_PORT}: {e}")
    name = f"sources_{uuid.uuid4().hex[:12]}"
    admin.execute(f'CREATE DATABASE "{name}"')
    admin.execute(f"CREATE ROLE {name}_reader LOGIN PASSWORD 'pg-s3cret'")
    with psycopg.connect(host=PG_HOST, port=PG_PORT, user=PG_USER, password=PG_PASSWORD, dbname=name, autocommit=True) as c:
        c.execute(_SHOP_POSTGRESQL)
        c.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        c.execute(f"GRANT USAGE ON SCHEMA public TO {name}_reader; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}_reader")
    yield {"host": PG_HOST, "port": PG_PORT, "database": name, "username": PG_USER, "password": PG_PASSWORD, "reader": f"{name}_reader"}
    admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.execute(f"DROP ROLE {name}_reader")
    admin.close()


@pytest.fixture
def postgresql(postgresql_database: dict[str, Any]) -> Target:
    config = {k: v for k, v in postgresql_database.items() if k != "reader"}
    return Target(kind="postgresql", config=config, key=("tenant", uuid.uuid4().hex), version="1")


@pytest.fixture(scope="session")
def mysql_database() -> Iterator[dict[str, Any]]:
    """A database of our own on the MySQL or MariaDB of this machine."""
    import pymysql

    try:
        admin = pymysql.connect(
            host=MYSQL_HOST, port=MYSQL_PORT, user=MYSQL_USER, password=MYSQL_PASSWORD, connect_timeout=3, autocommit=True
        )
    except pymysql.OperationalError as e:
        pytest.skip(f"no MySQL at {MYSQL_HOST}:{MYSQL_PORT}: {e}")
    name = f"sources_{uuid.uuid4().hex[:12]}"
    with admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        cursor.execute(f"USE {name}")
        for statement in _SHOP_MYSQL.split(";"):
            cursor.execute(statement)
        cursor.execute(f"CREATE USER {name}@'%' IDENTIFIED BY 'my-s3cret'")
        cursor.execute(f"GRANT SELECT ON {name}.* TO {name}@'%'")
    yield {"host": MYSQL_HOST, "port": MYSQL_PORT, "database": name, "username": MYSQL_USER, "password": MYSQL_PASSWORD}
    with admin.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")
        cursor.execute(f"DROP USER {name}@'%'")
    admin.close()


@pytest.fixture
def mysql(mysql_database: dict[str, Any]) -> Target:
    return Target(kind="mysql", config=mysql_database, key=("tenant", uuid.uuid4().hex), version="1")


@pytest.fixture
def sqlite(tmp_path: Path) -> Target:
    with sqlite3.connect(tmp_path / "shop.sqlite") as c:
        c.executescript(_SHOP_SQLITE)
    c.close()
    return Target(kind="sqlite", config={"path": "shop.sqlite"}, key=("tenant", uuid.uuid4().hex), version="1")


@pytest.fixture
def duckdb_file(tmp_path: Path) -> Target:
    import duckdb

    with duckdb.connect(str(tmp_path / "shop.duckdb")) as c:
        c.execute(_SHOP_DUCKDB)
    return Target(kind="duckdb", config={"path": str(tmp_path / "shop.duckdb")}, key=("tenant", uuid.uuid4().hex), version="1")


@pytest.fixture
def files(tmp_path: Path) -> Target:
    import pyarrow as pa
    import pyarrow.parquet as pq

    (tmp_path / "stored").mkdir()
    pq.write_table(pa.table({"id": [1, 2, 3], "city": ["Bonn", "Ulm", None]}), tmp_path / "stored" / "a.parquet")
    pq.write_table(pa.table({"secret": ["other tenant's"]}), tmp_path / "stored" / "b.parquet")
    view = FileView(table_name="cities", path=tmp_path / "stored" / "a.parquet")
    return Target(kind="files", config={"file_ids": [uuid.uuid4()]}, key=("tenant", uuid.uuid4().hex), version="1", files=(view,))


_SHOP_POSTGRESQL = """
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, country varchar(2) DEFAULT 'DE', mood mood);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, total numeric(10,2), placed_at timestamptz, note jsonb);
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at);
CREATE VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1;
CREATE TABLE "Odd ""name" ("a b" int, "%(x)s" text);
COMMENT ON TABLE customers IS 'Who buys'; COMMENT ON COLUMN customers.country IS 'ISO code';
INSERT INTO customers (name, country, mood) VALUES ('Ada', 'DE', 'glad'), ('Bob', 'FR', NULL);
INSERT INTO orders VALUES (1, 1, 10.50, '2026-01-01 12:00+01', '{"a": 1}'), (2, 1, 4.25, NULL, NULL);
ANALYZE;
"""
_SHOP_MYSQL = """
CREATE TABLE customers (id bigint PRIMARY KEY AUTO_INCREMENT, name varchar(50) NOT NULL, country char(2) DEFAULT 'DE' COMMENT 'ISO code', vip boolean) COMMENT 'Who buys';
CREATE TABLE orders (id bigint unsigned PRIMARY KEY, customer_id bigint NOT NULL, total decimal(10,2), placed_at datetime, day date, raw blob,
  KEY orders_by_customer (customer_id, placed_at), FOREIGN KEY (customer_id) REFERENCES customers (id));
CREATE VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1;
INSERT INTO customers (name, country, vip) VALUES ('Ada', 'DE', 1), ('Bob', 'FR', NULL);
INSERT INTO orders VALUES (18446744073709551615, 1, 10.50, '2026-01-01 12:00:00', '2026-01-01', x'00ff'), (2, 1, 4.25, NULL, NULL, NULL)"""
_SHOP_SQLITE = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country VARCHAR(2) DEFAULT 'DE');
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers, total REAL, placed_at DATETIME);
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at);
CREATE VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1;
INSERT INTO customers (name, country) VALUES ('Ada', 'DE'), ('Bob', 'FR');
INSERT INTO orders VALUES (1, 1, 10.5, '2026-01-01 12:00:00'), (2, 1, 4, NULL);
"""
_SHOP_DUCKDB = """
CREATE TABLE customers (id BIGINT PRIMARY KEY, name VARCHAR NOT NULL, country VARCHAR DEFAULT 'DE');
CREATE TABLE orders (id BIGINT PRIMARY KEY, customer_id BIGINT REFERENCES customers (id), total DECIMAL(10,2), placed_at TIMESTAMPTZ, tags VARCHAR[]);
CREATE VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1;
COMMENT ON TABLE customers IS 'Who buys';
INSERT INTO customers VALUES (1, 'Ada', 'DE'), (2, 'Bob', 'FR');
INSERT INTO orders VALUES (1, 1, 10.50, '2026-01-01 12:00+01', ['x']), (2, 1, 4.25, NULL, NULL);
"""

"""What introspection finds that views take their rows from, on real databases: what is closed is closed through a view of it too."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics_platform.sources.catalog import Table, TableName
from analytics_platform.sources.connector import Target
from analytics_platform.sources.hub import Sources
from analytics_platform.sources.tests.conftest import MYSQL_HOST, MYSQL_PORT, PG_HOST, PG_PASSWORD, PG_PORT, PG_USER
from analytics_platform.sources.view_reads import ViewReader

Reads = dict[str, list[str] | None]


def reads_of(sources: Sources, target: Target) -> Reads:
    """By table: the names it reads, None where that cannot be known."""
    with sources.session(target) as session:
        found = session.introspect().tables
    return {table.name.name: None if table.reads is None else sorted(read.name for read in table.reads) for table in found}


@pytest.fixture
def postgresql_views() -> Iterator[Target]:
    psycopg = pytest.importorskip("psycopg")
    name = f"views_{uuid.uuid4().hex[:12]}"
    login = {"host": PG_HOST, "port": PG_PORT, "user": PG_USER, "password": PG_PASSWORD, "autocommit": True}
    try:
        admin = psycopg.connect(**login, dbname="postgres", connect_timeout=3)
    except psycopg.OperationalError as e:
        pytest.skip(f"no PostgreSQL at {PG_HOST}:{PG_PORT}: {e}")
    admin.execute(f'CREATE DATABASE "{name}"')
    with psycopg.connect(**login, dbname=name) as c:
        c.execute(POSTGRESQL)
    config = {"host": PG_HOST, "port": PG_PORT, "database": name, "username": PG_USER, "password": PG_PASSWORD}
    yield Target(kind="postgresql", config={**config, "options": {"schemas": ["public"]}}, key=("tenant", name), version="1")
    admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.close()


POSTGRESQL = """
CREATE TABLE pay (id int, amount numeric);
CREATE TABLE visits (id int, day int) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (10);
CREATE TABLE people (id int);
CREATE TABLE pensioners () INHERITS (people);
CREATE TABLE widows () INHERITS (pensioners);
CREATE VIEW totals AS SELECT sum(amount) FROM pay WHERE id IN (SELECT id FROM visits_1);
CREATE MATERIALIZED VIEW kept AS SELECT * FROM totals;
CREATE SCHEMA inner_part;
CREATE VIEW inner_part.between AS SELECT * FROM pay;
CREATE VIEW through AS SELECT * FROM inner_part.between;
CREATE FUNCTION top_pay() RETURNS numeric LANGUAGE sql STABLE AS 'SELECT max(amount) FROM pay';
CREATE VIEW hidden_in_a_function AS SELECT top_pay();
CREATE VIEW hidden_in_text AS SELECT query_to_xml('SELECT * FROM pay', true, true, '');
CREATE VIEW constant AS SELECT 1 AS one, lower('A'), now();
"""


def test_postgresql_says_what_its_views_depend_on(sources: Sources, postgresql_views: Target) -> None:
    assert reads_of(sources, postgresql_views) == {
        "pay": [],
        "visits": [],
        "people": ["pensioners", "widows"],
        "pensioners": ["people", "widows"],
        "widows": ["pensioners", "people"],
        "totals": ["pay", "visits"],
        "kept": ["totals"],
        "through": ["pay"],
        "hidden_in_a_function": None,
        "hidden_in_text": None,
        "constant": [],
    }


@pytest.fixture
def mysql_views() -> Iterator[Target]:
    import pymysql

    name = f"views_{uuid.uuid4().hex[:12]}"
    user, password = os.environ.get("TEST_MYSQL_USER", "root"), os.environ.get("TEST_MYSQL_PASSWORD", "")
    try:
        admin = pymysql.connect(host=MYSQL_HOST, port=MYSQL_PORT, user=user, password=password, connect_timeout=3, autocommit=True)
    except pymysql.OperationalError as e:
        pytest.skip(f"no MySQL at {MYSQL_HOST}:{MYSQL_PORT}: {e}")
    with admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        cursor.execute(f"USE {name}")
        for statement in MYSQL.split(";"):
            cursor.execute(statement)
        cursor.execute(f"CREATE USER {name}@'%' IDENTIFIED BY 'my-s3cret'")
        cursor.execute(f"GRANT SELECT ON {name}.* TO {name}@'%'")
        yield Target(
            kind="mysql",
            config={"host": MYSQL_HOST, "port": MYSQL_PORT, "database": name, "username": user, "password": password},
            key=("tenant", name),
            version="1",
        )
        cursor.execute(f"DROP DATABASE {name}")
        cursor.execute(f"DROP USER {name}@'%'")
    admin.close()


MYSQL = """CREATE TABLE pay (id int, amount decimal(10, 2));
CREATE TABLE people (id int);
CREATE FUNCTION top_pay() RETURNS decimal(10, 2) READS SQL DATA RETURN (SELECT max(amount) FROM pay);
CREATE VIEW totals AS WITH p AS (SELECT * FROM people) SELECT sum(amount) AS s FROM pay JOIN p ON p.id = pay.id;
CREATE VIEW above AS SELECT * FROM totals;
CREATE VIEW elsewhere AS SELECT user FROM mysql.user;
CREATE VIEW hidden_in_a_function AS SELECT top_pay() AS top"""


def test_mysql_shows_the_definitions_of_its_views(sources: Sources, mysql_views: Target) -> None:
    assert reads_of(sources, mysql_views) == {
        "pay": [],
        "people": [],
        "totals": ["pay", "people"],
        "above": ["totals"],
        "elsewhere": None,
        "hidden_in_a_function": None,
    }


def test_a_login_that_may_not_see_definitions_knows_nothing_of_them(sources: Sources, mysql_views: Target) -> None:
    name = str(mysql_views.config["database"])
    target = Target(
        kind="mysql", config={**mysql_views.config, "username": name, "password": "my-s3cret"}, key=("tenant", "reader"), version="1"
    )
    assert reads_of(sources, target)["totals"] is None


def test_sqlite_keeps_the_text_of_its_views(sources: Sources, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "views.sqlite") as c:
        c.executescript(
            """
            CREATE TABLE Pay (id INTEGER, amount REAL); CREATE TABLE people (id INTEGER, tags TEXT);
            CREATE VIEW totals AS SELECT sum(amount) FROM pay WHERE id IN (SELECT id FROM people);
            CREATE VIEW members AS SELECT 1 IN people AS found;
            CREATE VIEW tagged AS SELECT t.value FROM people, json_each(tags) t;
            CREATE VIEW listed AS SELECT name FROM sqlite_master;
            CREATE VIRTUAL TABLE found USING fts5(tags, content='people');
            CREATE VIRTUAL TABLE notes USING fts5(note); CREATE TABLE notes_old (note TEXT);
            """
        )
    c.close()
    target = Target(kind="sqlite", config={"path": "views.sqlite"}, key=("tenant", "views"), version="1")
    reads = reads_of(sources, target)
    named = ("Pay", "totals", "members", "tagged", "listed", "found", "notes", "notes_content", "notes_old")
    assert [reads[name] for name in named] == [[], ["Pay", "people"], ["people"], ["people"], None, None, None, None, []]


def test_duckdb_keeps_the_text_of_its_views(sources: Sources, tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "views.duckdb")) as c:
        c.execute(
            """
            CREATE TABLE pay (id INTEGER, amount DOUBLE); CREATE SCHEMA other; CREATE TABLE other.pay (id INTEGER);
            CREATE VIEW totals AS FROM (SELECT sum(amount) FROM pay);
            CREATE VIEW others AS SELECT * FROM other.pay, range(3);
            CREATE MACRO top_pay() AS (SELECT max(amount) FROM pay);
            CREATE VIEW hidden_in_a_macro AS SELECT top_pay();
            CREATE VIEW hidden_in_text AS SELECT * FROM query_table('pay');
            """
        )
    target = Target(kind="duckdb", config={"path": "views.duckdb"}, key=("tenant", "views"), version="1")
    with sources.session(target) as session:
        tables = {table.name: table.reads for table in session.introspect().tables}
    views = ("totals", "others", "hidden_in_a_macro", "hidden_in_text")
    assert [tables[TableName(name, "main")] for name in views] == [(TableName("pay", "main"),), (TableName("pay", "other"),), None, None]


@pytest.mark.parametrize(
    "definition",
    ["", "not SQL (", "CREATE VIEW v AS PIVOT pay ON id USING sum(amount)", "SELECT * FROM nowhere", "SELECT * FROM read_csv('pay.csv')"],
)
def test_what_cannot_be_read_off_is_unknown(definition: str) -> None:
    reader = ViewReader([Table(name=TableName("pay", "main"))], dialect="duckdb", default_schema="main")
    assert reader.reads(definition) is None


def test_a_cte_does_not_stand_in_for_a_table_of_its_name() -> None:
    reader = ViewReader([Table(name=TableName("pay"))], dialect="sqlite", default_schema="main")
    assert reader.reads("WITH pay AS (SELECT * FROM main.pay) SELECT * FROM pay") == (TableName("pay"),)

"""Whether a login could write is asked of the server itself: superusers, owners, grants of every kind, and roles that it could take."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pymysql
import pytest

from analytics_platform.sources.connector import Target
from analytics_platform.sources.hub import Sources

POSTGRESQL_WRITERS = [
    "ALTER ROLE {login} SUPERUSER",
    "ALTER ROLE {login} CREATEROLE",
    "ALTER ROLE {login} CREATEDB",
    "ALTER ROLE {login} REPLICATION",
    "GRANT INSERT ON customers TO {login}",
    "GRANT UPDATE (name) ON customers TO {login}",
    "GRANT DELETE ON orders TO {login}",
    "GRANT TRUNCATE ON orders TO {login}",
    "GRANT UPDATE ON totals TO {login}",
    "GRANT INSERT ON customers TO PUBLIC",
    "GRANT USAGE ON SEQUENCE customers_id_seq TO {login}",
    "GRANT CREATE ON SCHEMA public TO {login}",
    "GRANT CREATE ON DATABASE {database} TO {login}",
    "ALTER TABLE customers OWNER TO {login}; REVOKE ALL ON customers FROM {login}",
    "CREATE SCHEMA own AUTHORIZATION {login}; REVOKE ALL ON SCHEMA own FROM {login}",
    "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; ALTER MATERIALIZED VIEW m OWNER TO {login}",
    "GRANT pg_write_all_data TO {login}",
    "GRANT pg_execute_server_program TO {login}",
    "GRANT INSERT ON customers TO {role}; GRANT {role} TO {login}",
    "GRANT INSERT ON customers TO {role}; GRANT {role} TO {login}; ALTER ROLE {login} NOINHERIT",
    "ALTER ROLE {role} CREATEROLE; GRANT {role} TO {login}",
]
POSTGRESQL_READERS = [
    "SELECT 1",
    "GRANT pg_read_all_data TO {login}",
    "GRANT SELECT ON SEQUENCE customers_id_seq TO {login}",
    "GRANT SELECT ON customers TO {role}; GRANT {role} TO {login}",
    "GRANT pg_monitor TO {login}",
]
MYSQL_WRITERS = [
    "GRANT ALL ON *.* TO {login}",
    "GRANT INSERT ON {database}.* TO {login}",
    "GRANT UPDATE ON {database}.customers TO {login}",
    "GRANT UPDATE (name) ON {database}.customers TO {login}",
    "GRANT CREATE ON *.* TO {login}",
    "GRANT FILE ON *.* TO {login}",
    "GRANT EXECUTE ON {database}.* TO {login}",
    "GRANT CREATE TEMPORARY TABLES ON {database}.* TO {login}",
    "GRANT DELETE ON {database}.* TO {role}; GRANT {role} TO {login}",
    "GRANT DELETE ON {database}.* TO {role}; GRANT {role} TO {login}; SET DEFAULT ROLE {role} FOR {login}",
    "CREATE ROLE {role}_b; GRANT DROP ON {database}.* TO {role}_b; GRANT {role}_b TO {role}; GRANT {role} TO {login}",
]
MYSQL_READERS = [
    "SELECT 1",
    "GRANT SELECT (name) ON {database}.customers TO {login}",
    "GRANT SHOW VIEW, PROCESS ON *.* TO {login}",
    "GRANT SELECT ON {database}.* TO {login} WITH GRANT OPTION",
    "GRANT SELECT ON {database}.* TO {role}; GRANT {role} TO {login}",
]


def target_of(kind: str, database: dict[str, Any], login: str) -> Target:
    config = {**{k: v for k, v in database.items() if k != "reader"}, "username": login, "password": "pr0be"}
    return Target(kind=kind, config=config, key=("tenant", uuid.uuid4().hex), version="1")


def is_read_only(sources: Sources, target: Target) -> bool | None:
    with sources.session(target) as session:
        return session.is_read_only_login()


class Postgresql:
    """A login that may read, in a database of its own; each test gives it something more."""

    def __init__(self, shop: dict[str, Any]) -> None:
        self.login, self.role, self.database = (f"probe_{uuid.uuid4().hex[:10]}" for _ in range(3))
        self.shop = shop
        self.server = self._connect(shop["database"])

    def _connect(self, database: str) -> psycopg.Connection[Any]:
        address = {"host": self.shop["host"], "port": self.shop["port"], "user": self.shop["username"], "password": self.shop["password"]}
        return psycopg.connect(**address, dbname=database, autocommit=True)

    def make(self) -> None:
        self.server.execute(f"CREATE DATABASE {self.database}")
        self.server.execute(f"CREATE ROLE {self.login} LOGIN PASSWORD 'pr0be'")
        self.server.execute(f"CREATE ROLE {self.role}")
        self.give("CREATE TABLE customers (id serial PRIMARY KEY, name text); CREATE TABLE orders (id int)")
        self.give("CREATE VIEW totals AS SELECT id FROM orders; REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        self.give("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {login}")

    def give(self, statements: str) -> None:
        with self._connect(self.database) as connection:
            for statement in statements.format(login=self.login, role=self.role, database=self.database).split("; "):
                connection.execute(statement.encode())

    def target(self) -> Target:
        return target_of("postgresql", {**self.shop, "database": self.database}, self.login)

    def drop(self) -> None:
        self.server.execute(f"DROP DATABASE {self.database} WITH (FORCE)")
        self.server.execute(f"DROP ROLE {self.login}")
        self.server.execute(f"DROP ROLE {self.role}")
        self.server.close()


class Mysql:
    """The same on MySQL or MariaDB."""

    def __init__(self, shop: dict[str, Any]) -> None:
        self.name, self.role = (f"probe_{uuid.uuid4().hex[:10]}" for _ in range(2))
        self.login, self.shop = f"{self.name}@'%'", shop
        connection = pymysql.connect(
            host=shop["host"], port=shop["port"], user=shop["username"], password=shop["password"], autocommit=True
        )
        self.server = connection.cursor()

    def make(self) -> None:
        self.server.execute(f"CREATE USER {self.login} IDENTIFIED BY 'pr0be'")
        self.server.execute(f"CREATE ROLE {self.role}")
        self.give("GRANT SELECT ON {database}.* TO {login}")

    def give(self, statements: str) -> None:
        for statement in statements.format(login=self.login, role=self.role, database=self.shop["database"]).split("; "):
            self.server.execute(statement)

    def target(self) -> Target:
        return target_of("mysql", self.shop, self.name)

    def drop(self) -> None:
        self.server.execute(f"DROP USER {self.login}")
        self.server.execute(f"DROP ROLE IF EXISTS {self.role}, {self.role}_b")
        self.server.connection.close()


@pytest.fixture
def postgresql_login(postgresql_database: dict[str, Any]) -> Iterator[Postgresql]:
    login = Postgresql(postgresql_database)
    login.make()
    yield login
    login.drop()


@pytest.fixture
def mysql_login(mysql_database: dict[str, Any]) -> Iterator[Mysql]:
    login = Mysql(mysql_database)
    login.make()
    yield login
    login.drop()


@pytest.mark.parametrize("given", POSTGRESQL_WRITERS)
def test_a_postgresql_login_that_could_write_is_known(sources: Sources, postgresql_login: Postgresql, given: str) -> None:
    postgresql_login.give(given)
    assert is_read_only(sources, postgresql_login.target()) is False


@pytest.mark.parametrize("given", POSTGRESQL_READERS)
def test_a_postgresql_login_that_can_only_read_is_known(sources: Sources, postgresql_login: Postgresql, given: str) -> None:
    postgresql_login.give(given)
    assert is_read_only(sources, postgresql_login.target()) is True


@pytest.mark.parametrize("given", MYSQL_WRITERS)
def test_a_mysql_login_that_could_write_is_known(sources: Sources, mysql_login: Mysql, given: str) -> None:
    mysql_login.give(given)
    assert is_read_only(sources, mysql_login.target()) is False


@pytest.mark.parametrize("given", MYSQL_READERS)
def test_a_mysql_login_that_can_only_read_is_known(sources: Sources, mysql_login: Mysql, given: str) -> None:
    mysql_login.give(given)
    assert is_read_only(sources, mysql_login.target()) is True


@pytest.mark.parametrize("which", ["sqlite", "duckdb_file", "files"])
def test_a_file_is_opened_for_reading_alone(sources: Sources, request: pytest.FixtureRequest, which: str) -> None:
    assert is_read_only(sources, request.getfixturevalue(which)) is True

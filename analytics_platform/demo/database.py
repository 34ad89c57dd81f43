"""The demo shop as a PostgreSQL database with a login that can only read it."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg import sql

from analytics_platform.demo.shop import Table, shop

DATABASE = "demo_shop"
READER = "demo_reader"


def make_shop_database(url: str, *, reader_password: str) -> None:
    """Make the database `demo_shop` beside the one of `url`, filled and readable for `demo_reader` with this password.

    Does nothing to a database that is complete; one that was interrupted is made again.
    Raises psycopg.errors.InsufficientPrivilege where the login of `url` may make no databases or roles.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        _make_reader(connection, reader_password)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    with psycopg.connect(url, dbname=DATABASE) as connection:
        if connection.execute("SELECT to_regclass('order_items')").fetchone() != (None,):
            return
        _fill(connection, shop())
    with psycopg.connect(url, dbname=DATABASE, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _make_reader(connection: psycopg.Connection, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [READER]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    connection.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(READER), sql.Literal(password)))
    connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(sql.Identifier(READER)))


def _fill(connection: psycopg.Connection, tables: Sequence[Table]) -> None:
    """Tables, rows, comments, keys, indexes and grants in the connection's one transaction."""
    for table in tables:
        connection.execute(_create(table))
        names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
        copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
        with connection.cursor() as cursor, cursor.copy(copy) as out:
            for row in table.rows:
                out.write_row(row)
        _describe(connection, table)
    for table in tables:
        _tie(connection, table)
    reader = sql.Identifier(READER)
    connection.execute(sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(reader))
    connection.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(reader))
    connection.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))


def _create(table: Table) -> sql.Composed:
    columns = [sql.SQL("{} {} NOT NULL").format(sql.Identifier(c.name), sql.SQL(c.type)) for c in table.columns]
    key = sql.SQL("PRIMARY KEY ({})").format(sql.Identifier(table.columns[0].name))
    return sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(table.name), sql.SQL(", ").join([*columns, key]))


def _describe(connection: psycopg.Connection, table: Table) -> None:
    name = sql.Identifier(table.name)
    connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(name, sql.Literal(table.comment)))
    for column in table.columns:
        statement = sql.SQL("COMMENT ON COLUMN {}.{} IS {}")
        connection.execute(statement.format(name, sql.Identifier(column.name), sql.Literal(column.comment)))


def _tie(connection: psycopg.Connection, table: Table) -> None:
    """Foreign keys, and an index for each."""
    for column in table.columns:
        if column.references:
            key = sql.SQL("ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {}")
            names = sql.Identifier(table.name), sql.Identifier(column.name)
            connection.execute(key.format(*names, sql.Identifier(column.references)))
            connection.execute(sql.SQL("CREATE INDEX ON {} ({})").format(*names))

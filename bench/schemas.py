"""500 tables with keys and indexes: introspected, and shown from the cache, beside one query of the catalog."""

from __future__ import annotations

import statistics

import psycopg
from psycopg import sql

from bench import load
from bench.report import Figure, durations_ms, median_ms
from bench.stage import Stage

TABLES = 500
CATALOG = """
    SELECT c.oid, n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, i.indexrelid, k.conname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    LEFT JOIN pg_index i ON i.indrelid = c.oid LEFT JOIN pg_constraint k ON k.conrelid = c.oid
    WHERE n.nspname = 'many' AND c.relkind = 'r'
"""


def measure(stage: Stage) -> list[Figure]:
    """The second and later introspections (the first also makes connections), and the stored schema."""
    with psycopg.connect(stage.source_url, autocommit=True) as connection:
        make_tables(connection)
        floor_ms = median_ms(lambda: connection.execute(CATALOG).fetchall(), times=5)
    source = stage.source("schemas")
    body = {"data_source_id": source}
    ms = statistics.median(durations_ms(lambda: stage.call("POST", "/schema/introspect", json=body), times=5, warm_up=1))
    tables = stage.call("GET", f"/schema/{source}")["tables"]
    if len(tables) < TABLES:
        raise RuntimeError(f"only {len(tables)} tables were found")
    cached = load.request_bytes("GET", f"/api/v1/schema/{source}", token=stage.token)
    cached_ms = statistics.median(load.one_by_one(stage.port, cached, times=30)[5:])
    return [
        Figure("500 tables introspected", ms, "ms", "≤ 150 ms", floor_ms, "one query of pg_catalog", ms <= 150, 150 / 13),
        Figure("the same, from the cache", cached_ms, "ms", "≤ 20 ms", is_met=cached_ms <= 20),
    ]


def make_tables(connection: psycopg.Connection) -> None:
    """Each with six columns, a primary key, an index and a foreign key to the one before."""
    connection.execute("CREATE SCHEMA many")
    for number in range(TABLES):
        name = sql.Identifier("many", f"table_{number:03d}")
        columns = "(id bigint PRIMARY KEY, parent_id bigint, name text NOT NULL, amount numeric(12,2), day date, at timestamptz)"
        connection.execute(sql.SQL("CREATE TABLE {} " + columns).format(name))
        connection.execute(sql.SQL("CREATE INDEX ON {} (day)").format(name))
        if number:
            parent = sql.Identifier("many", f"table_{number - 1:03d}")
            connection.execute(sql.SQL("ALTER TABLE {} ADD FOREIGN KEY (parent_id) REFERENCES {} (id)").format(name, parent))

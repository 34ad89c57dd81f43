"""Many rows out of PostgreSQL: by COPY they are what they are one by one, and end as they should."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from analytics_platform.sources.connector import Target
from analytics_platform.sources.hub import Sources
from analytics_platform.sources.postgresql_copy import PostgresqlCopy
from analytics_platform.sources.problems import QueryCancelled, QueryRefusedBySource, QueryTimedOut

LONG = "SELECT i, repeat('x', 100) AS filler FROM generate_series(1, 2000000) i"
TEXTS = r"""VALUES (1, ''), (2, NULL), (3, '"'), (4, 'a,b'), (5, E'line\nline'), (6, E'\r\n'), (7, '\.'), (8, E'\\N'), (9, 'NULL'), (10, ' x '), (11, 'Ünïcödé ✓'), (12, E'\t=1+1')"""
SAME = {
    "texts": f"SELECT n, t::text AS t, t::varchar(20) AS v, t::char(5) AS c FROM ({TEXTS}) AS x(n, t)",
    "one column of texts": f"SELECT t FROM ({TEXTS}) AS x(n, t)",
    "one column of nothing": "SELECT NULL::text AS t FROM generate_series(1, 3)",
    "integers": "SELECT 1::int2 AS a, (-2)::int4 AS b, 9223372036854775807 AS c, 7::oid AS d UNION ALL SELECT NULL, NULL, NULL, NULL",
    "numbers": "SELECT x, x::float4 AS y FROM (VALUES (0.1::float8), ('NaN'), ('Infinity'), ('-Infinity'), (NULL), (1e30), (-0.0), (3)) AS t(x)",
    "decimals": "SELECT x, x::numeric(12, 3) AS y, x AS z FROM (VALUES (1.5::numeric), (NULL), (-0.0001), (12345.678), (100)) AS t(x)",
    "a decimal that is no number": "SELECT x FROM (VALUES (1.5::numeric), ('NaN')) AS t(x)",
    "wide decimals": "SELECT x FROM (VALUES (12345678901234567890123456789012345678901.5::numeric), (0.1)) AS t(x)",
    "truths": "SELECT x FROM (VALUES (true), (false), (NULL)) AS t(x)",
    "days": "SELECT x FROM (VALUES ('2025-02-03'::date), (NULL), ('infinity'), ('0044-03-15 BC'), ('10000-01-01')) AS t(x)",
    "times": "SELECT '12:34:56.789'::time AS a, '12:00+02'::timetz AS b, '1 day 02:03'::interval AS c, NULL::time AS d",
    "moments": "SELECT x, x::timestamptz AS y FROM (VALUES ('2025-02-03 04:05:06'::timestamp), ('2025-02-03 04:05:06.789'), (NULL), ('infinity')) AS t(x)",
    "documents": """SELECT '{"a": [1, null], "b": "x,\\n"}'::json AS a, '{"b": 1, "a": 2}'::jsonb AS b, NULL::jsonb AS c""",
    "bytes": r"SELECT '\x00ff22'::bytea AS a, ''::bytea AS b, NULL::bytea AS c",
    "lists": "SELECT ARRAY[1, NULL, 3] AS a, ARRAY['a,b', '\"', NULL] AS b, ARRAY[]::int[] AS c, NULL::text[] AS d, ARRAY[ARRAY[1.5], ARRAY[2.5]] AS e",
    "odd types": "SELECT '6f4e5c1e-0000-7000-8000-000000000000'::uuid AS a, '10.0.0.1/24'::inet AS b, '(1,2)'::point AS c, int4range(1, 5) AS d,"
    " 'a'::\"char\" AS e, 'name'::name AS f, B'101' AS g, '12.34'::money AS h, 'a b'::tsvector AS i, ROW(1, 'x') AS j, '<a/>'::xml AS k",
    "two columns of one name": "SELECT 1 AS a, 'x' AS a",
    "no rows": "SELECT 1 AS a, 1.5 AS b, 'x' AS c, ARRAY[1] AS d WHERE false",
    "no columns": "SELECT FROM generate_series(1, 3)",
    "more than a batch": "SELECT i, i::text AS t, i / 7.0 AS d FROM generate_series(1, 25000) i ORDER BY i",
    "what COPY does not know": "SHOW server_version_num",
    "a line comment at the end": "SELECT 1 AS a -- one",
    "a semicolon": "SELECT 1 AS a;",
}


def read(sources: Sources, target: Target, way: str, sql: str, *more: Any, **options: Any) -> pa.Table:
    with sources.session(target) as session, getattr(session, way)(sql, *more, **options) as result:
        return pa.Table.from_batches(list(result), schema=result.schema)


@pytest.mark.parametrize("name", SAME)
def test_many_rows_are_what_they_are_one_by_one(sources: Sources, postgresql: Target, name: str) -> None:
    usual, many = (read(sources, postgresql, way, SAME[name]) for way in ("query", "query_many"))
    assert many.schema.equals(usual.schema, check_metadata=True)
    assert [str(column.to_pylist()) for column in many.columns] == [str(column.to_pylist()) for column in usual.columns]
    assert many.num_rows == usual.num_rows


@pytest.fixture
def latin(postgresql_database: dict[str, Any], postgresql: Target) -> Iterator[Target]:
    """A database whose texts are not UTF-8."""
    name = f"latin_{uuid.uuid4().hex[:12]}"
    login = {"host": postgresql_database["host"], "port": postgresql_database["port"], "user": postgresql_database["username"]}
    with psycopg.connect(**login, password=postgresql_database["password"], dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        yield Target(kind="postgresql", config={**postgresql.config, "database": name}, key=("tenant", name), version="1")
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_texts_of_another_encoding_are_the_same(sources: Sources, latin: Target) -> None:
    sql = "SELECT 'Größe' AS a, ARRAY['Äpfel'] AS b"
    usual, many = (read(sources, latin, way, sql).to_pylist() for way in ("query", "query_many"))
    assert many == usual == [{"a": "Größe", "b": '["Äpfel"]'}]


def test_it_is_done_by_copy(sources: Sources, postgresql: Target) -> None:
    with sources.session(postgresql) as session, session.query_many("SELECT 1 AS a") as result:
        assert isinstance(result, PostgresqlCopy)


def test_parameters_are_bound_all_the_same(sources: Sources, postgresql: Target) -> None:
    assert read(sources, postgresql, "query_many", "SELECT name FROM customers WHERE name = :name", {"name": "Ada"}).to_pylist() == [
        {"name": "Ada"}
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1) TO PROGRAM 'true' --",
        "SELECT 1) TO STDOUT; SELECT (1",
        "SELECT 1; SELECT 2",
        "SELECT 1 /*",
        "COPY customers TO STDOUT",
        "WITH gone AS (DELETE FROM customers RETURNING 1) SELECT * FROM gone",
        "SELECT no_such_column FROM customers",
        "SELECT 1 / 0",
    ],
)
def test_nothing_but_one_reading_statement_is_copied(sources: Sources, postgresql: Target, sql: str) -> None:
    with pytest.raises(QueryRefusedBySource):
        read(sources, postgresql, "query_many", sql)
    assert read(sources, postgresql, "query_many", "SELECT count(*) > 0 AS a FROM customers").to_pylist() == [{"a": True}]


def test_an_error_after_many_rows_is_told(sources: Sources, postgresql: Target) -> None:
    with pytest.raises(QueryRefusedBySource, match="division by zero"):
        read(sources, postgresql, "query_many", "SELECT 1 / (30000 - i) AS a FROM generate_series(1, 40000) i")
    assert read(sources, postgresql, "query_many", "SELECT 1 AS a").to_pylist() == [{"a": 1}]


def test_the_time_limit_holds(sources: Sources, postgresql: Target) -> None:
    with pytest.raises(QueryTimedOut):
        read(sources, postgresql, "query_many", "SELECT count(*) FROM generate_series(1, 100000000000) i", timeout_s=0.3)


def test_it_is_cancelled_by_the_id_that_was_given_before(sources: Sources, postgresql: Target) -> None:
    with sources.session(postgresql) as session:
        id = session.source_query_id
        stopping = threading.Thread(target=cancelled, args=(sources, postgresql, id))
        stopping.start()
        with pytest.raises(QueryCancelled):
            session.query_many("SELECT count(*), int4range(1, 2) AS r FROM generate_series(1, 100000000000) i")
        stopping.join()
        assert session.source_query_id != id


def cancelled(sources: Sources, target: Target, id: str) -> None:
    """Cancels the statement as soon as it runs."""
    with sources.fresh_session(target) as other:
        running = f"SELECT 1 FROM pg_stat_activity WHERE query LIKE '/* {id.partition(':')[2]} */ COPY%' AND state = 'active'"
        until = time.monotonic() + 10
        while not other.read(running, timeout_s=5).num_rows:
            assert time.monotonic() < until
    assert sources.cancel(target, id)


def test_who_reads_no_further_stops_the_source_and_may_go_on(sources: Sources, postgresql: Target) -> None:
    with sources.session(postgresql) as session:
        with session.query_many(LONG) as result:
            assert next(iter(result)).num_rows == 10_000
        assert session.is_usable()
        assert session.read("SELECT 1 AS a", timeout_s=5).to_pylist() == [{"a": 1}]


def test_a_kept_connection_that_was_ended_is_replaced(sources: Sources, postgresql: Target) -> None:
    with sources.session(postgresql) as session:
        assert session.read("SELECT 1 AS a", timeout_s=5).num_rows == 1
        id, pid = session.source_query_id, session.source_query_id.partition(":")[0]
        with sources.fresh_session(postgresql) as other:
            other.read(f"SELECT pg_terminate_backend({pid})", timeout_s=5)
        with session.query_many("SELECT 1 AS a") as result:
            assert (session.source_query_id == id, [batch.to_pylist() for batch in result]) == (True, [[{"a": 1}]])

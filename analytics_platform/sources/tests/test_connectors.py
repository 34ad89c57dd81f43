"""What every connector promises, over real databases."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from analytics_platform.sources.catalog import TableName
from analytics_platform.sources.connector import Target
from analytics_platform.sources.hub import Sources
from analytics_platform.sources.problems import ConnectionLost, QueryCancelled, QueryRefusedBySource, QueryTimedOut

DATABASES = ["postgresql", "mysql", "sqlite", "duckdb_file"]
ALL = [*DATABASES, "files"]
NUMBERS = {
    "postgresql": "SELECT i FROM generate_series(1, 25000) i ORDER BY i",
    "mysql": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n ORDER BY i",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) SELECT i FROM n ORDER BY i",
    "duckdb_file": "SELECT i FROM range(1, 25001) t(i) ORDER BY i",
    "files": "SELECT i FROM range(1, 25001) t(i) ORDER BY i",
}
ENDLESS = {
    "postgresql": "SELECT count(*) FROM generate_series(1, 100000000000) i",
    "mysql": "SELECT sleep(30)",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "duckdb_file": "SELECT count(*) FROM range(100000000000) t(i) WHERE i % 7 = 3",
    "files": "SELECT count(*) FROM range(100000000000) t(i) WHERE i % 7 = 3",
}


@pytest.fixture
def target(request: pytest.FixtureRequest) -> Target:
    found: Target = request.getfixturevalue(request.param)
    return found


def read(sources: Sources, target: Target, sql: str, parameters: dict[str, Any] | None = None, **options: Any) -> list[dict[str, Any]]:
    with sources.session(target) as session, session.query(sql, parameters, **options) as result:
        return [row for batch in result for row in batch.to_pylist()]


def kind_of(request: pytest.FixtureRequest) -> str:
    return str(request.node.callspec.params["target"])


@pytest.mark.parametrize("target", ALL, indirect=True)
def test_streams_batches_in_order(sources: Sources, target: Target, request: pytest.FixtureRequest) -> None:
    with sources.session(target) as session, session.query(NUMBERS[kind_of(request)], batch_rows=700) as result:
        sizes_and_rows = [(batch.num_rows, batch.column(0).to_pylist()) for batch in result]
    rows = [value for _, values in sizes_and_rows for value in values]
    assert rows == list(range(1, len(rows) + 1))
    assert len(sizes_and_rows) > 1


@pytest.mark.parametrize("target", DATABASES, indirect=True)
def test_binds_parameters_without_pasting_them(sources: Sources, target: Target) -> None:
    sql = "SELECT name FROM customers WHERE name = :name AND id >= :least"
    assert read(sources, target, sql, {"name": "Ada", "least": 1}) == [{"name": "Ada"}]
    assert read(sources, target, sql, {"name": "x' OR '1'='1", "least": 1}) == []
    assert read(sources, target, sql, {"name": "\\' OR 1=1 -- ", "least": 1}) == []


@pytest.mark.parametrize("target", DATABASES, indirect=True)
def test_an_empty_result_still_has_columns(sources: Sources, target: Target) -> None:
    with sources.session(target) as session, session.query("SELECT id, name FROM customers WHERE 1 = 0") as result:
        assert [c.name for c in result.columns] == ["id", "name"]
        assert list(result) == []


@pytest.mark.parametrize("target", ALL, indirect=True)
def test_stops_a_statement_at_its_time_limit(sources: Sources, target: Target, request: pytest.FixtureRequest) -> None:
    started = time.monotonic()
    with pytest.raises(QueryTimedOut):
        read(sources, target, ENDLESS[kind_of(request)], timeout_s=0.3)
    assert time.monotonic() - started < 3
    assert read(sources, target, "SELECT 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize("target", ALL, indirect=True)
def test_cancels_by_the_sources_own_id(sources: Sources, target: Target, request: pytest.FixtureRequest) -> None:
    ended: list[Exception] = []
    begun: list[str] = []

    def run() -> None:
        with sources.session(target) as session:
            begun.append(session.source_query_id)
            try:
                with session.query(ENDLESS[kind_of(request)], timeout_s=30) as result:
                    list(result)
            except QueryCancelled as e:
                ended.append(e)

    thread = threading.Thread(target=run)
    thread.start()
    deadline = time.monotonic() + 10
    while thread.is_alive() and time.monotonic() < deadline:
        if begun:
            sources.cancel(target, begun[0])
        thread.join(0.1)
    assert [type(e) for e in ended] == [QueryCancelled]


@pytest.mark.parametrize("target", DATABASES, indirect=True)
def test_a_cancel_that_comes_late_hits_nothing_else(sources: Sources, target: Target) -> None:
    with sources.session(target) as session:
        earlier = session.source_query_id
        with session.query("SELECT 1") as result:
            list(result)
        sources.cancel(target, earlier)
        with session.query("SELECT 2 AS two") as result:
            assert next(iter(result)).to_pylist() == [{"two": 2}]


@pytest.mark.parametrize("target", ALL, indirect=True)
def test_interrupts_from_another_thread(sources: Sources, target: Target, request: pytest.FixtureRequest) -> None:
    with sources.session(target) as session:
        timer = threading.Timer(0.5, session.interrupt)
        timer.start()
        with pytest.raises(QueryCancelled), session.query(ENDLESS[kind_of(request)], timeout_s=20) as result:
            list(result)
        timer.join()


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO customers (id, name) VALUES (9, 'Eve')",
        "UPDATE customers SET name = 'Eve'",
        "DELETE FROM orders",
        "CREATE TABLE stolen (a int)",
        "DROP TABLE orders",
        "SELECT 1; DROP TABLE orders",
    ],
)
@pytest.mark.parametrize("target", DATABASES, indirect=True)
def test_nothing_is_written_even_if_a_write_comes_this_far(sources: Sources, target: Target, sql: str) -> None:
    with pytest.raises((QueryRefusedBySource, ConnectionLost)):
        read(sources, target, sql)
    assert read(sources, target, "SELECT count(*) AS n FROM customers") == [{"n": 2}]
    assert read(sources, target, "SELECT count(*) AS n FROM orders") == [{"n": 2}]


@pytest.mark.parametrize("target", ALL, indirect=True)
def test_says_what_the_source_found_wrong(sources: Sources, target: Target) -> None:
    with pytest.raises(QueryRefusedBySource, match="no_such_table") as caught:
        read(sources, target, "SELECT * FROM no_such_table")
    assert caught.value.code == "query_failed"
    assert "password" not in caught.value.detail


@pytest.mark.parametrize("target", DATABASES, indirect=True)
def test_introspects_tables_keys_and_indexes(sources: Sources, target: Target) -> None:
    with sources.session(target) as session:
        tables = {t.name.name: t for t in session.introspect().tables}
    assert {"customers", "orders", "totals"} <= tables.keys()
    assert tables["totals"].kind == "view"
    assert tables["customers"].primary_key == ("id",)
    assert [c.name for c in tables["customers"].columns if c.primary_key] == ["id"]
    key = tables["orders"].foreign_keys[0]
    assert (key.columns, key.referenced_table.name, key.referenced_columns) == (("customer_id",), "customers", ("id",))
    types = {c.name: c.type for c in tables["orders"].columns}
    assert (types["id"], types["placed_at"]) == ("integer", "datetime")
    assert {c.name: c.nullable for c in tables["customers"].columns}["name"] is False


@pytest.mark.parametrize("target", ["postgresql", "mysql", "sqlite"], indirect=True)
def test_introspects_composite_indexes(sources: Sources, target: Target) -> None:
    with sources.session(target) as session:
        orders = next(t for t in session.introspect().tables if t.name.name == "orders")
    assert ("customer_id", "placed_at") in [index.columns for index in orders.indexes if not index.unique]


@pytest.mark.parametrize("target", ["postgresql", "mysql"], indirect=True)
def test_introspects_comments_defaults_and_estimates(sources: Sources, target: Target) -> None:
    with sources.session(target) as session:
        customers = next(t for t in session.introspect().tables if t.name.name == "customers")
    country = next(c for c in customers.columns if c.name == "country")
    assert (customers.comment, country.comment, customers.row_estimate) == ("Who buys", "ISO code", 2)
    assert "DE" in str(country.default)


@pytest.mark.parametrize("target", DATABASES, indirect=True)
def test_samples_and_counts_values(sources: Sources, target: Target) -> None:
    with sources.session(target) as session:
        table = next(t for t in session.introspect().tables if t.name.name == "customers")
        assert session.sample(table.name, rows=1).num_rows == 1
        figures = {s.column: s for s in session.column_statistics(table)}
    assert figures["country"].values == ("DE", "FR")
    assert (figures["id"].minimum, figures["id"].maximum, figures["id"].distinct_count) == (1, 2, 2)
    assert figures["name"].null_share == 0


@pytest.mark.parametrize("target", ALL, indirect=True)
def test_pings_and_explains(sources: Sources, target: Target) -> None:
    table = "cities" if target.kind == "files" else "customers"
    with sources.session(target) as session:
        assert 0 < session.ping() < 5_000
        assert session.explain(f"SELECT * FROM {table} WHERE id = :id", {"id": 1}).plan


@pytest.mark.parametrize("target", ["postgresql", "mysql", "sqlite"], indirect=True)
def test_keeps_a_session_and_lets_it_go_with_a_new_version(sources: Sources, target: Target) -> None:
    with sources.session(target) as first:
        pass
    with sources.session(target) as second:
        assert second is first
    newer = Target(kind=target.kind, config=target.config, key=target.key, version="2")
    with sources.session(newer) as third:
        assert third is not first
        assert not first.is_usable()


@pytest.mark.parametrize("target", ["postgresql", "mysql", "sqlite"], indirect=True)
def test_a_session_with_rows_left_is_not_given_to_the_next(sources: Sources, target: Target, request: pytest.FixtureRequest) -> None:
    with sources.session(target) as session, session.query(NUMBERS[kind_of(request)], batch_rows=10) as result:
        assert next(iter(result)).num_rows == 10
    assert read(sources, target, "SELECT 7 AS seven") == [{"seven": 7}]


@pytest.mark.parametrize("target", ["postgresql", "mysql"], indirect=True)
def test_dials_again_when_a_kept_connection_has_died(sources: Sources, target: Target) -> None:
    with sources.session(target) as session:
        with session.query("SELECT 1") as result:
            list(result)
        other = sources.connector(target.kind).open(target)
        pid = session.source_query_id.partition(":")[0]
        with pytest.MonkeyPatch.context():
            _end_connection(other, target.kind, pid)
        other.close()
        with session.query("SELECT 5 AS five") as result:
            assert next(iter(result)).to_pylist() == [{"five": 5}]


def _end_connection(session: Any, kind: str, pid: str) -> None:
    if kind == "postgresql":
        session.rows(f"SELECT pg_terminate_backend({pid}, 2000)")
    else:
        session._connection.query(f"KILL {pid}")


def test_reads_every_type_of_postgresql(sources: Sources, postgresql: Target) -> None:
    sql = """
        SELECT true AS b, 1::smallint AS i, 1.5::float8 AS f, 12.30::numeric(6,2) AS d, avg(x) AS a, sum(x) AS s, date '2026-02-03' AS day,
               time '10:11:12.5' AS t, timestamptz '2026-01-01 12:00+01' AS ts, 'infinity'::timestamp AS inf, '{"k": [1]}'::jsonb AS j,
               ARRAY['a', NULL] AS l, 'glad'::mood AS m, '\\x00ff'::bytea AS raw, interval '1 month 2 days' AS iv, NULL AS n,
               'NaN'::numeric AS nan, '10.0.0.1'::inet AS ip
        FROM generate_series(1, 2) x
    """
    with sources.session(postgresql) as session, session.query(sql) as result:
        types = {c.name: c.type for c in result.columns}
        row = next(iter(result)).to_pylist()[0]
    assert types == {
        "b": "boolean", "i": "integer", "f": "number", "d": "decimal", "a": "decimal", "s": "integer", "day": "date", "t": "time",
        "ts": "datetime", "inf": "datetime", "j": "json", "l": "json", "m": "string", "raw": "binary", "iv": "string", "n": "string",
        "nan": "integer", "ip": "string",
    }  # fmt: skip
    assert (row["d"], row["a"], row["s"], row["day"]) == (Decimal("12.30"), Decimal("1.5"), 3, date(2026, 2, 3))
    assert row["ts"] == datetime(2026, 1, 1, 11, tzinfo=UTC)
    assert (row["inf"], row["nan"], row["n"]) == (None, None, None)
    assert (row["j"], row["l"], row["m"], row["raw"]) == ('{"k": [1]}', '["a", null]', "glad", b"\x00\xff")
    assert (row["iv"], row["ip"]) == ("1 mon 2 days", "10.0.0.1")


def test_reads_every_type_of_mysql(sources: Sources, mysql: Target) -> None:
    sql = """SELECT id, total, placed_at, day, raw, avg(total) OVER () AS a, count(*) OVER () AS n, time('-30:00:00') AS span, bit_and(1) OVER () AS bits
             FROM orders ORDER BY id DESC"""
    with sources.session(mysql) as session, session.query(sql) as result:
        types = [c.type for c in result.columns]
        row = next(iter(result)).to_pylist()[0]
    assert types == ["integer", "decimal", "datetime", "date", "binary", "decimal", "integer", "string", "integer"]
    assert (row["id"], row["total"], row["raw"]) == (18446744073709551615, Decimal("10.50"), b"\x00\xff")
    assert (row["placed_at"], row["day"], row["a"]) == (datetime(2026, 1, 1, 12), date(2026, 1, 1), Decimal("7.375000"))
    assert read(sources, mysql, "SELECT vip FROM customers ORDER BY id") == [{"vip": True}, {"vip": None}]


def test_reads_every_type_of_duckdb(sources: Sources, duckdb_file: Target) -> None:
    sql = "SELECT total, placed_at, tags, sum(id) OVER () AS s, INTERVAL 90 MINUTE AS iv, {'a': 1} AS st, 1::UTINYINT AS u FROM orders ORDER BY id"
    with sources.session(duckdb_file) as session, session.query(sql) as result:
        types = [c.type for c in result.columns]
        row = next(iter(result)).to_pylist()[0]
    assert types == ["decimal", "datetime", "json", "integer", "string", "json", "integer"]
    assert (row["total"], row["tags"], row["s"], row["iv"]) == (Decimal("10.50"), '["x"]', 3, "01:30:00")
    assert row["placed_at"].utcoffset() == timedelta(0)


def test_reads_sqlites_values_as_the_widest_type_seen(sources: Sources, sqlite: Target) -> None:
    sql = "SELECT column1 AS a, column2 AS b, column3 AS c FROM (VALUES (1, 1, 1), (2, 2.5, 'x'), (NULL, NULL, NULL))"
    assert read(sources, sqlite, sql) == [{"a": 1, "b": 1.0, "c": "1"}, {"a": 2, "b": 2.5, "c": "x"}, {"a": None, "b": None, "c": None}]


def test_tells_a_login_that_can_write_from_one_that_cannot(
    sources: Sources, postgresql: Target, postgresql_database: dict[str, Any], mysql: Target, mysql_database: dict[str, Any]
) -> None:
    reader = {**postgresql.config, "username": postgresql_database["reader"], "password": "pg-s3cret"}
    my_reader = {**mysql.config, "username": mysql_database["database"], "password": "my-s3cret"}
    logins = [
        postgresql,
        Target(kind="postgresql", config=reader, key=("t", "r"), version="1"),
        mysql,
        Target(kind="mysql", config=my_reader, key=("t", "m"), version="1"),
    ]
    found = []
    for login in logins:
        with sources.session(login) as session:
            found.append(session.is_read_only_login())
    assert found == [False, True, False, True]


def test_a_session_talked_out_of_read_only_runs_nothing_more(sources: Sources, postgresql: Target) -> None:
    with sources.session(postgresql) as session:
        with session.query("SELECT set_config('default_transaction_read_only', 'off', false)") as result:
            list(result)
        assert not session.is_usable()
        with session.query("SELECT current_setting('transaction_read_only') AS now") as result:
            assert next(iter(result)).to_pylist() == [{"now": "on"}]


def test_keeps_names_with_quotes_and_percent_signs(sources: Sources, postgresql: Target) -> None:
    with sources.session(postgresql) as session:
        odd = next(t for t in session.introspect().tables if t.name.name == 'Odd "name')
        assert session.sample(TableName(odd.name.name, odd.name.schema)).schema.names == ["a b", "%(x)s"]
        assert [s.column for s in session.column_statistics(odd)] == ["a b", "%(x)s"]

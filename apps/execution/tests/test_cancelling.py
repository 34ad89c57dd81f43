"""A run that is stopped is stopped at its source: the source's own list of activity shows it gone."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pymysql
import pytest

from apps.datasources.contract import data_sources
from apps.execution import running
from apps.execution.models import Execution
from apps.execution.tests.factories import sqlite_source, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
POSTGRES = {"host": "127.0.0.1", "port": 5432, "user": "postgres", "password": "root"}


@pytest.fixture(autouse=True)
def _answers_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "WAIT_S", 0.3)


@pytest.fixture
def postgres_database(settings: Any) -> Iterator[str]:
    try:
        server = psycopg.connect(**POSTGRES, autocommit=True)
    except psycopg.OperationalError:
        pytest.skip("there is no PostgreSQL on 127.0.0.1:5432")
    name = f"cancel_{uuid.uuid4().hex}"
    server.execute(f"CREATE DATABASE {name}")
    with psycopg.connect(**POSTGRES, dbname=name) as connection:
        connection.execute("CREATE TABLE numbers AS SELECT generate_series(1, 20000) AS n")
    settings.DEMO_LOGINS = (("127.0.0.1", 5432, name, "postgres"),)  # this server may be the platform's own here
    yield name
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


@pytest.fixture
def mysql_database() -> Iterator[str]:
    try:
        server = pymysql.connect(host="127.0.0.1", user="root", autocommit=True)
    except pymysql.err.OperationalError:
        pytest.skip("there is no MariaDB on 127.0.0.1:3306")
    name = f"cancel_{uuid.uuid4().hex}"
    cursor = server.cursor()
    cursor.execute(f"CREATE DATABASE {name}")
    cursor.execute(f"CREATE TABLE {name}.numbers (n INT)")
    cursor.executemany(f"INSERT INTO {name}.numbers VALUES (%s)", [(i,) for i in range(3000)])
    yield name
    cursor.execute(f"DROP DATABASE {name}")
    server.close()


def start(api: Any, source_id: Any, sql: str, **more: Any) -> str:
    answer = api.post("/execute/sql", {"data_source_id": str(source_id), "sql": sql, "use_cache": False, **more})
    assert (answer.status_code, answer.json()["status"]) == (202, "running")
    assert answer["Location"].endswith(answer.json()["execution_id"])
    return str(answer.json()["execution_id"])


def state(api: Any, execution_id: str) -> str:
    return str(api.get(f"/execute/results/{execution_id}").json()["status"])


def test_on_postgresql(tenant: Any, api: Any, postgres_database: str) -> None:
    config = {"host": "127.0.0.1", "port": 5432, "database": postgres_database, "username": "postgres", "password": "root"}
    with tenant.acting():
        source = data_sources.create(name="pg", kind="postgresql", config=config)
    server = psycopg.connect(**POSTGRES, autocommit=True)

    def active() -> list[Any]:
        listed = "SELECT query FROM pg_stat_activity WHERE datname = %s AND state = 'active' AND query LIKE '%%numbers%%'"
        return server.execute(listed, [postgres_database]).fetchall()

    run = start(api, source.id, "SELECT count(*) FROM numbers a, numbers b, numbers c")
    assert wait_for(active)
    assert api.post(f"/execute/cancel/{run}").status_code == 202
    assert wait_for(lambda: not active())
    assert wait_for(lambda: state(api, run) == "cancelled")
    server.close()


def test_on_mariadb(tenant: Any, api: Any, mysql_database: str) -> None:
    config = {"host": "127.0.0.1", "port": 3306, "database": mysql_database, "username": "root", "password": ""}
    with tenant.acting():
        source = data_sources.create(name="maria", kind="mysql", config=config)
    server = pymysql.connect(host="127.0.0.1", user="root", autocommit=True)
    cursor = server.cursor()

    def active() -> tuple[Any, ...]:
        cursor.execute("SELECT info FROM information_schema.processlist WHERE db = %s AND command = 'Query'", [mysql_database])
        return cursor.fetchall()

    run = start(api, source.id, "SELECT count(*) FROM numbers a, numbers b, numbers c")
    assert wait_for(active)
    assert api.post(f"/execute/cancel/{run}").status_code == 202
    assert wait_for(lambda: not active())
    assert wait_for(lambda: state(api, run) == "cancelled")
    server.close()


def test_in_this_process(tenant: Any, api: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
    run = start(api, source.id, FOREVER)
    assert api.post(f"/execute/cancel/{run}").status_code == 202
    assert wait_for(lambda: state(api, run) == "cancelled")
    assert api.post(f"/execute/cancel/{run}").json()["code"] == "execution_ended"


def test_a_time_limit_ends_a_run(tenant: Any, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "WAIT_S", 5)
    with tenant.acting():
        source = sqlite_source()
    answer = api.post("/execute/sql", {"data_source_id": str(source.id), "sql": FOREVER, "timeout_s": 0.3})
    assert (answer.status_code, answer.json()["code"]) == (504, "query_timed_out")
    listed = api.get("/execute/executions?status=timed_out").json()["results"]
    assert [found["error"]["code"] for found in listed] == ["query_timed_out"]


def test_a_time_limit_ends_a_run_nobody_waits_for(tenant: Any, api: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
    run = start(api, source.id, FOREVER, timeout_s=1)
    assert wait_for(lambda: state(api, run) == "timed_out")


def test_others_cannot_cancel(tenant: Any, other_tenant: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
    owner = tenant.api("analyst")
    run = start(owner, source.id, FOREVER)
    assert tenant.api("analyst").post(f"/execute/cancel/{run}").status_code == 404
    assert other_tenant.api().post(f"/execute/cancel/{run}").status_code == 404
    owner.post(f"/execute/cancel/{run}")
    assert wait_for(lambda: state(owner, run) == "cancelled")


def test_the_sources_id_is_known_while_it_runs(tenant: Any, api: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
    run = start(api, source.id, FOREVER)
    with tenant.acting():
        row = Execution.objects.get(id=run)
    assert row.source_query_id
    assert row.heartbeat_at
    api.post(f"/execute/cancel/{run}")
    assert wait_for(lambda: state(api, run) == "cancelled")


def test_what_finds_no_thread_is_refused_and_written_down(tenant: Any, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = running.ForegroundPool(1)
    monkeypatch.setattr(running, "foreground", lambda: pool)
    with tenant.acting():
        source = sqlite_source()
    first = start(api, source.id, FOREVER)
    answer = api.post("/execute/sql", {"data_source_id": str(source.id), "sql": "SELECT 1"})
    assert (answer.status_code, answer.json()["code"]) == (503, "too_many_queries")
    assert answer["Retry-After"]
    api.post(f"/execute/cancel/{first}")
    assert wait_for(lambda: state(api, first) == "cancelled")
    assert api.post("/execute/sql", {"data_source_id": str(source.id), "sql": "SELECT 1"}).status_code == 200
    assert api.get("/execute/executions?status=failed").json()["results"][0]["error"]["code"] == "too_many_queries"


def test_a_run_that_goes_on_alone_writes_its_result(tenant: Any, api: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
    counted = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT count(*) FROM n"
    run = start(api, source.id, counted)
    assert wait_for(lambda: state(api, run) == "completed", seconds=30)
    assert api.get(f"/execute/results/{run}").json()["rows"] == [[3_000_000]]

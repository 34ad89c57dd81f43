"""Runs that were over in a moment, and answers from the cache, are given before they are written down: what is written, by whom, in whose schema, and who may read it meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError, connections
from psycopg.conninfo import make_conninfo

from analytics_platform.kernel import write_behind
from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.write_behind import Note, WriteBehind
from apps.execution import records, running
from apps.execution.models import Execution
from apps.execution.monitor import MONITOR
from apps.execution.tests.factories import sqlite_source, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.layouts]
SQL = "SELECT id, city FROM orders ORDER BY id"


@pytest.fixture(autouse=True)
def gathering(tenant: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process serves requests, as the web server's do."""
    monkeypatch.setattr(write_behind, "_gathers", True)
    yield
    records.JUST_ENDED.flush()


def ask(api: Any, source_id: Any, **more: Any) -> dict[str, Any]:
    return dict(api.post("/execute/sql", {"data_source_id": str(source_id), "sql": SQL}, **more).json())


def warmed(tenant: Any, api: Any) -> Any:
    """A source whose rows are in the cache."""
    with tenant.acting():
        source = sqlite_source()
    assert ask(api, source.id)["cached"] is False
    return source.id


def told(*keys: str) -> list[tuple[str, str, str, str]]:
    """(key, tenant, actor, request id) of the events of these runs, in the order in which they were published."""
    with connections[alias_of("execution")].cursor() as cursor:
        cursor.execute(
            "SELECT key, tenant_id::text, actor_id::text, request_id FROM public.events_outbox WHERE key = ANY(%s) ORDER BY seq",
            [list(keys)],
        )
        return list(cursor.fetchall())


def outsider() -> psycopg.Connection[Any]:
    """A connection that Django knows nothing of."""
    values = connections[alias_of("execution")].get_connection_params()
    names = {"host", "port", "user", "password", "dbname"}
    return psycopg.connect(make_conninfo(**{name: value for name, value in values.items() if name in names}), autocommit=True)


def test_an_answer_is_written_with_its_event_in_the_order_of_the_answers(tenant: Any, api: Any) -> None:
    source = warmed(tenant, api)
    ids = [ask(api, source, headers={"X-Request-ID": f"request-{n}"})["execution_id"] for n in range(5)]
    assert records.JUST_ENDED.flush()
    with tenant.acting():
        rows = list(Execution.objects.filter(id__in=ids).order_by("id"))
    assert [str(row.id) for row in rows] == ids
    assert {(row.status, row.cached, row.row_count, row.sql, row.columns[0]["name"]) for row in rows} == {("completed", True, 5, SQL, "id")}
    actor = str(api.principal.user_id)
    assert told(*ids) == [(id, str(tenant.id), actor, f"request-{n}") for n, id in enumerate(ids)]


def test_it_is_written_without_being_asked_for(tenant: Any, api: Any) -> None:
    id = ask(api, warmed(tenant, api))["execution_id"]
    with tenant.acting():
        wait_for(lambda: Execution.objects.filter(id=id).exists())


def test_two_tenants_in_one_bunch_each_have_their_own(tenant: Any, other_tenant: Any, api: Any) -> None:
    other_api = other_tenant.api()
    source, other_source = warmed(tenant, api), warmed(other_tenant, other_api)
    one, other, more = (ask(a, s)["execution_id"] for a, s in ((api, source), (other_api, other_source), (api, source)))
    assert records.JUST_ENDED.flush()
    with tenant.acting():
        assert Execution.objects.filter(id__in=[one, more]).count() == 2
        assert not Execution.objects.filter(id=other).exists()
    with other_tenant.acting():
        assert [str(row.id) for row in Execution.objects.filter(cached=True)] == [other]
    assert {(key, owner) for key, owner, _, _ in told(one, other, more)} == {
        (one, str(tenant.id)),
        (more, str(tenant.id)),
        (other, str(other_tenant.id)),
    }
    assert other_api.get(f"/execute/results/{one}").status_code == 404


def test_an_answer_can_be_read_at_once(tenant: Any, api: Any) -> None:
    found = ask(api, warmed(tenant, api))
    again = api.get(f"/execute/results/{found['execution_id']}")
    assert (again.status_code, again.json()["rows"]) == (200, found["rows"])


def test_an_answer_that_another_process_gave_can_be_read_at_once(tenant: Any, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    source = warmed(tenant, api)
    elsewhere: WriteBehind[Execution] = WriteBehind("elsewhere", records._write_just_ended)
    with monkeypatch.context() as patched:
        patched.setattr(records, "JUST_ENDED", elsewhere)
        found = ask(api, source)
    assert api.get(f"/execute/results/{found['execution_id']}").json()["rows"] == found["rows"]


def test_an_id_that_is_nobodys_is_not_waited_for_once_it_is_old(api: Any) -> None:
    old = UUID(int=uuid7().int - (10_000 << 80))
    assert api.get(f"/execute/results/{old}").status_code == 404


def test_answers_go_on_while_the_database_is_held_up_and_a_broken_connection_loses_none(tenant: Any, api: Any) -> None:
    source = warmed(tenant, api)
    schema = f"t_{tenant.id.hex}"
    with outsider() as other, ThreadPoolExecutor(1) as pool, other.transaction():
        other.execute(f'LOCK TABLE "{schema}".execution_execution IN ACCESS EXCLUSIVE MODE')
        ids = [ask(api, source)["execution_id"] for _ in range(3)]
        pool.submit(ended_while_it_waits, schema).result(timeout=20)
        ids += [ask(api, source)["execution_id"] for _ in range(3)]
    with tenant.acting():
        wait_for(lambda: Execution.objects.filter(id__in=ids).count() == 6)
    assert [key for key, _, _, _ in told(*ids)] == ids


def ended_while_it_waits(schema: str) -> None:
    """Ends the connection whose insert waits for a lock on a table of this schema."""
    with outsider() as third:
        waiting = "FROM pg_locks WHERE NOT granted AND relation = %s::regclass::oid"
        name = f'"{schema}".execution_execution'
        wait_for(lambda: third.execute(f"SELECT count(*) {waiting}", [name]).fetchone()[0])  # type: ignore[index]
        assert third.execute(f"SELECT bool_and(pg_terminate_backend(pid)) {waiting}", [name]).fetchone() == (True,)


def test_a_bunch_that_is_written_twice_is_there_once(tenant: Any, api: Any) -> None:
    source = warmed(tenant, api)

    def write_twice(notes: Sequence[Note[Execution]]) -> None:
        records._write_just_ended(notes)
        records._write_just_ended(notes)

    both = WriteBehind("twice", write_twice)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(records, "JUST_ENDED", both)
        id = ask(api, source)["execution_id"]
        assert both.flush()
    with tenant.acting():
        assert Execution.objects.filter(id=id).count() == 1
    assert len(told(id)) == 1


def test_many_threads_at_once_lose_none(tenant: Any, api: Any) -> None:
    source = warmed(tenant, api)
    start = threading.Barrier(4)

    def ask_some() -> list[str]:
        start.wait()
        try:
            return [ask(tenant.api(), source)["execution_id"] for _ in range(10)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        ids = [id for found in [pool.submit(ask_some) for _ in range(4)] for id in found.result()]
    assert records.JUST_ENDED.flush()
    with tenant.acting():
        assert Execution.objects.filter(id__in=ids).count() == len(set(ids)) == 40
    assert len(told(*ids)) == 40


def test_a_run_that_was_over_in_a_moment_is_written_once_with_its_rows_and_both_events(tenant: Any, api: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
    found = ask(api, source.id)
    assert records.JUST_ENDED.flush()
    with tenant.acting():
        row = Execution.objects.get(id=found["execution_id"])
    assert (row.status, row.cached, row.row_count, row.worker) == ("completed", False, 5, records.WORKER)
    assert row.started_at <= row.finished_at
    assert [key for key, *_ in told(str(row.id))] == [str(row.id)] * 2
    assert api.get(f"/execute/results/{row.id}").json()["rows"] == found["rows"]


def test_a_run_that_another_process_ended_can_be_read_at_once(tenant: Any, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with tenant.acting():
        source = sqlite_source()
    elsewhere: WriteBehind[Execution] = WriteBehind("elsewhere", records._write_just_ended)
    with monkeypatch.context() as patched:
        patched.setattr(records, "JUST_ENDED", elsewhere)
        found = ask(api, source.id)
        cached = ask(api, source.id)
    assert (found["cached"], cached["cached"]) == (False, True)
    for id in (cached["execution_id"], found["execution_id"]):
        assert api.get(f"/execute/results/{id}").json()["rows"] == found["rows"]
    assert elsewhere.flush()


def test_a_run_with_many_bytes_does_not_wait_in_memory(tenant: Any, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BEHIND_BYTES", 10)
    with tenant.acting():
        source = sqlite_source()
        found = ask(api, source.id)
        assert Execution.objects.get(id=found["execution_id"]).rows is not None


def test_a_run_that_takes_longer_is_seen_as_running(tenant: Any, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SOON_S", 0.0)
    begun: list[str] = []
    monkeypatch.setattr(records, "begin", lambda row, begin=records.begin: (begin(row), begun.append(seen(row))))
    with tenant.acting():
        source = sqlite_source()
        found = ask(api, source.id)
        assert begun == ["running"]
        assert Execution.objects.get(id=found["execution_id"]).status == "completed"
    assert len(told(found["execution_id"])) == 2


def seen(row: Execution) -> str:
    return Execution.objects.get(id=row.id).status


def test_a_run_that_cannot_be_written_as_running_is_stopped(tenant: Any, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(row: Execution) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(running, "SOON_S", 0.2)
    monkeypatch.setattr(records, "begin", refuse)
    with tenant.acting():
        source = sqlite_source()
        began = time.monotonic()
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        assert api.post("/execute/sql", {"data_source_id": str(source.id), "sql": endless}).status_code >= 500
        wait_for(lambda: not MONITOR._runs)
        assert time.monotonic() - began < 10

"""What execution tells, what it hears, and runs whose process is gone."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.events import Envelope
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.jobs import RunningJob
from analytics_platform.kernel.redis import redis_client
from apps.execution.models import Execution
from apps.execution.monitor import ALIVE, LOST_AFTER_S
from apps.execution.results import KEPT_FOR
from apps.execution.subscribers import remember_generated
from apps.execution.tasks import end_lost_runs, forget_old_results
from apps.execution.tests.factories import sqlite_source

pytestmark = pytest.mark.layouts


def told(execution_id: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a run, in order."""
    with connections[alias_of("execution")].cursor() as cursor:
        cursor.execute(
            "SELECT name, payload FROM (SELECT id, name, payload FROM public.events_outbox WHERE key = %s"
            " UNION ALL SELECT id, name, payload FROM public.events_log WHERE key = %s) AS told ORDER BY id",
            [execution_id, execution_id],
        )
        return [(str(name).rpartition(".")[2], json.loads(payload)) for name, payload in cursor.fetchall()]


def run(api: Any, source_id: Any, sql: str, **more: Any) -> Any:
    return api.post("/execute/sql", {"data_source_id": str(source_id), "sql": sql, **more}).json()


def test_a_run_tells_that_it_started_and_how_it_ended(tenant: Any, api: Any) -> None:
    with tenant.acting():
        source = sqlite_source(rows=3)
    query_id = str(uuid7())
    found = run(api, source.id, "SELECT id FROM orders", query_id=query_id)
    (started, first), (ended, last) = told(found["execution_id"])
    assert (started, ended) == ("QueryExecuted", "QueryCompleted")
    assert (first["query_id"], first["sql"], first["data_source_id"]) == (query_id, "SELECT id FROM orders", str(source.id))
    assert (last["row_count"], last["cached"], last["tables"]) == (3, False, ["orders"])


def test_a_cached_answer_is_told_as_such(tenant: Any, api: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
    run(api, source.id, "SELECT id FROM orders")
    again = run(api, source.id, "SELECT id FROM orders")
    [(name, payload)] = told(again["execution_id"])
    assert (name, payload["cached"]) == ("QueryCompleted", True)


def test_a_failure_is_told_by_code_without_the_sources_words(tenant: Any, api: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
    run(api, source.id, "SELECT json_extract(note, '$') FROM orders")
    [failed] = api.get("/execute/executions").json()["results"]
    (_, _), (name, payload) = told(failed["id"])
    assert (name, payload["status"], payload["error_code"]) == ("QueryFailed", "failed", "query_failed")
    assert "message" not in payload


def test_no_event_holds_a_row(tenant: Any, api: Any) -> None:
    with tenant.acting():
        source = sqlite_source(city="Reykjavik")
    found = run(api, source.id, "SELECT city FROM orders")
    assert found["rows"][0] == ["Reykjavik"]
    assert all("Reykjavik" not in str(payload) for _, payload in told(found["execution_id"]))


def test_a_viewer_may_run_exactly_what_was_generated(tenant: Any) -> None:
    with tenant.acting():
        source, other = sqlite_source(rows=2), sqlite_source()
        query_id = uuid7()
        payload = {"query_id": str(query_id), "data_source_id": str(source.id), "sql": "SELECT count(*) FROM orders;"}
        remember_generated(
            envelopes=[
                Envelope(
                    id=uuid7(),
                    position=1,
                    name="querygen.QueryGenerated",
                    version=1,
                    tenant_id=tenant.id,
                    actor_id=None,
                    key=str(query_id),
                    occurred_at=datetime.now(UTC),
                    request_id="",
                    trace="",
                    payload=payload,
                )
            ]
        )
    viewer = tenant.api("viewer")
    assert run(viewer, source.id, "SELECT count(*) FROM orders", query_id=str(query_id))["rows"] == [[2]]
    assert run(viewer, source.id, "SELECT count(*) + 1 FROM orders", query_id=str(query_id))["code"] == "free_sql_not_allowed"
    assert run(viewer, other.id, "SELECT count(*) FROM orders", query_id=str(query_id))["code"] == "free_sql_not_allowed"
    assert run(viewer, source.id, "SELECT count(*) FROM orders", query_id=str(uuid7()))["code"] == "free_sql_not_allowed"


def test_the_sweep_ends_runs_whose_process_is_gone(tenant: Any, api: Any) -> None:
    with tenant.acting():
        source = sqlite_source()
        now = timezone.now()
        lost, alive = (
            Execution.objects.create(
                status="running",
                user_id=api.principal.user_id,
                data_source_id=source.id,
                sql="SELECT 1",
                dialect="sqlite",
                created_at=now - timedelta(minutes=1),
                heartbeat_at=now,
            )
            for _ in range(2)
        )
    beaten_at = time.time()
    redis_client().zadd(ALIVE, {f"{tenant.id}:{lost.id}": beaten_at - LOST_AFTER_S - 1, f"{tenant.id}:{alive.id}": beaten_at})
    end_lost_runs(job=RunningJob(id=uuid7(), attempt=1, tell=lambda fraction, message: None))
    found = api.get(f"/execute/results/{lost.id}").json()
    assert (found["status"], found["error"]["code"]) == ("failed", "worker_lost")
    assert [name for name, _ in told(str(lost.id))] == ["QueryFailed"]
    assert api.get(f"/execute/results/{alive.id}").json()["status"] == "running"


def test_a_run_ends_once(tenant: Any, api: Any) -> None:
    from analytics_platform.sources.problems import QueryCancelled
    from apps.execution import records

    with tenant.acting():
        found = run(api, sqlite_source().id, "SELECT 1")
        row = Execution.objects.get(id=found["execution_id"])
        assert records.fail(row, QueryCancelled()) is False
    assert api.get(f"/execute/results/{found['execution_id']}").json()["status"] == "completed"


@pytest.mark.django_db(transaction=True)
def test_a_download_that_is_broken_off_ends_its_run(tenant: Any, api: Any) -> None:
    with tenant.acting():
        source = sqlite_source(rows=30_000)
    answer = api.post("/execute/export", {"data_source_id": str(source.id), "sql": "SELECT id FROM orders", "format": "csv"})
    stream = iter(answer.streaming_content)
    next(stream)
    answer.close()
    [found] = api.get("/execute/executions").json()["results"]
    assert (found["status"], found["error"]["code"]) == ("cancelled", "query_cancelled")


def test_old_results_are_forgotten_and_their_runs_are_not(tenant: Any, api: Any) -> None:
    with tenant.acting():
        found = run(api, sqlite_source().id, "SELECT id FROM orders")
        Execution.objects.update(finished_at=timezone.now() - KEPT_FOR - timedelta(hours=1))
        forget_old_results(job=RunningJob(id=uuid7(), attempt=1, tell=lambda fraction, message: None))
    answer = api.get(f"/execute/results/{found['execution_id']}")
    assert (answer.status_code, answer.json()["code"]) == (410, "result_expired")
    assert len(api.get("/execute/executions").json()["results"]) == 1

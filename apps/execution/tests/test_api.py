"""The endpoints, as a client sees them."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from apps.execution.tests.factories import sqlite_source


@pytest.fixture
def source(tenant: Any) -> str:
    with tenant.acting():
        return str(sqlite_source(rows=1500).id)


def run(api: Any, source: str, sql: str, **more: Any) -> Any:
    return api.post("/execute/sql", {"data_source_id": source, "sql": sql, **more})


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_company_sets_how_many_rows_its_members_get(tenant: Any) -> None:
    with tenant.acting():
        source = sqlite_source(rows=9)
    body = {"data_source_id": str(source.id), "sql": "SELECT id FROM orders", "use_cache": False}
    modest = tenant.api("analyst", limits={"default_rows": 3, "max_rows": 5})
    assert [modest.post("/execute/sql", {**body, **more}).json()["row_count"] for more in ({}, {"max_rows": 4}, {"max_rows": 50})] == [
        3,
        4,
        5,
    ]
    assert tenant.api("analyst").post("/execute/sql", body).json()["row_count"] == 9


def test_runs_sql(api: Any, source: str) -> None:
    answer = run(api, source, "SELECT id, city, total FROM orders ORDER BY id LIMIT 2")
    assert answer.status_code == 200
    found = answer.json()
    assert found["status"] == "completed"
    assert found["columns"] == [{"name": "id", "type": "integer"}, {"name": "city", "type": "string"}, {"name": "total", "type": "number"}]
    assert found["rows"] == [[1, "Bonn", 1.5], [2, "Bonn", 3.0]]
    assert (found["row_count"], found["truncated"], found["cached"], found["next_page"]) == (2, False, False, None)


def test_binds_parameters(api: Any, source: str) -> None:
    answer = run(api, source, "SELECT count(*) AS n FROM orders WHERE city = :city", parameters={"city": "x' OR 1=1 --"})
    assert answer.json()["rows"] == [[0]]


def test_says_when_rows_were_left_out(api: Any, source: str) -> None:
    found = run(api, source, "SELECT id FROM orders").json()
    assert (found["row_count"], found["truncated"]) == (1000, True)
    assert run(api, source, "SELECT id FROM orders", max_rows=1500).json()["truncated"] is False


def test_pages_of_a_large_result(api: Any, source: str) -> None:
    first = run(api, source, "SELECT id FROM orders ORDER BY id", max_rows=1500, page_size=700).json()
    assert (len(first["rows"]), first["next_page"]) == (700, 2)
    path = f"/execute/results/{first['execution_id']}?page_size=700&page="
    assert api.get(path + "2").json()["rows"][0] == [701]
    last = api.get(path + "3").json()
    assert (len(last["rows"]), last["next_page"]) == (100, None)
    assert api.get(path + "9").json()["rows"] == []


def test_answers_from_the_cache(api: Any, source: str) -> None:
    first = run(api, source, "SELECT count(*) FROM orders").json()
    again = run(api, source, "SELECT count(*) FROM orders").json()
    assert (again["cached"], again["rows"]) == (True, first["rows"])
    assert again["cached_at"]
    assert again["execution_id"] != first["execution_id"]
    assert api.get(f"/execute/results/{again['execution_id']}").json()["rows"] == first["rows"]
    assert run(api, source, "SELECT count(*) FROM orders", use_cache=False).json()["cached"] is False


def test_a_large_result_is_cached_too(api: Any, source: str) -> None:
    run(api, source, "SELECT id FROM orders ORDER BY id", max_rows=1500)
    again = run(api, source, "SELECT id FROM orders ORDER BY id", max_rows=1500).json()
    assert again["cached"]
    assert again["rows"][-1] == [1000]


def test_never_caches_what_reads_the_clock(api: Any, source: str) -> None:
    sql = "SELECT count(*) FROM orders WHERE date('now') > '2000-01-01'"
    run(api, source, sql)
    assert run(api, source, sql).json()["cached"] is False


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("DELETE FROM orders", "not_read_only"),
        ("SELECT 1; SELECT 2", "multiple_statements"),
        ("SELEC 1", "syntax_error"),
        ("SELECT * FROM secrets", "unknown_table"),
        ("SELECT nme FROM orders", "unknown_column"),
        ("SELECT load_extension('x')", "function_not_allowed"),
        ("SELECT id FROM orders WHERE id = :n", "bad_parameter"),
    ],
)
def test_refuses_what_may_not_run(api: Any, source: str, sql: str, code: str) -> None:
    answer = run(api, source, sql)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert api.get("/execute/executions").json()["results"] == []


def test_a_statement_the_source_refuses(api: Any, source: str) -> None:
    answer = run(api, source, "SELECT json_extract(note, '$.x') FROM orders")
    assert (answer.status_code, answer.json()["code"]) == (422, "query_failed")
    listed = api.get("/execute/executions?status=failed").json()["results"]
    assert [found["error"]["code"] for found in listed] == ["query_failed"]


@pytest.mark.parametrize("fault", [{"max_rows": 100_000}, {"sql": ""}, {"mode": "later"}, {"surprise": 1}, {"timeout_s": 0}])
def test_refuses_a_request_of_another_form(api: Any, source: str, fault: dict[str, Any]) -> None:
    answer = api.post("/execute/sql", {"data_source_id": source, "sql": "SELECT 1", **fault})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_csv_escapes_formulas_and_leaves_numbers(api: Any, source: str) -> None:
    first = run(api, source, "SELECT id, -total AS t, note FROM orders ORDER BY id LIMIT 2").json()
    path = f"/execute/results/{first['execution_id']}?format=csv"
    answer = api.get(path)
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    assert body(answer).decode().splitlines() == ['"id","t","note"', '1,-1.5,"\'=1+1"', '2,-3,"fine"']
    assert '"=1+1"' in body(api.get(path + "&raw=true")).decode()


def test_the_other_formats(api: Any, source: str) -> None:
    first = run(api, source, "SELECT id, note FROM orders ORDER BY id LIMIT 3").json()
    path = f"/execute/results/{first['execution_id']}?format="
    assert json.loads(body(api.get(path + "json")))["rows"] == first["rows"]
    assert pq.read_table(io.BytesIO(body(api.get(path + "parquet")))).column("id").to_pylist() == [1, 2, 3]
    assert pa.ipc.open_stream(body(api.get(path + "arrow"))).read_all().num_rows == 3
    sheet = openpyxl.load_workbook(io.BytesIO(body(api.get(path + "xlsx")))).active
    assert [[cell.value for cell in row] for row in sheet.rows] == [["id", "note"], [1, "'=1+1"], [2, "fine"], [3, "'=1+1"]]


def test_exports_more_than_a_query_gives(api: Any, source: str) -> None:
    answer = api.post("/execute/export", {"data_source_id": source, "sql": "SELECT id, city FROM orders", "format": "csv"})
    assert len(body(answer).splitlines()) == 1501
    listed = api.get("/execute/executions").json()["results"]
    assert [(found["status"], found["row_count"]) for found in listed] == [("completed", 1500)]
    assert api.get(f"/execute/results/{listed[0]['id']}").json()["code"] == "result_expired"


def test_a_wrong_export_is_refused_before_the_first_byte(api: Any, source: str) -> None:
    answer = api.post("/execute/export", {"data_source_id": source, "sql": "DROP TABLE orders", "format": "csv"})
    assert (answer.status_code, answer.json()["code"]) == (422, "not_read_only")


def test_explains(api: Any, source: str) -> None:
    answer = api.post("/execute/explain", {"data_source_id": source, "sql": "SELECT id FROM orders WHERE id = 3"})
    assert answer.status_code == 200
    assert "orders" in json.dumps(answer.json()["plan"])


def test_runs_in_the_background(api: Any, source: str, tenant: Any, settle: Any) -> None:
    from analytics_platform.kernel.testing import remember

    remember(api.principal)
    queued = run(api, source, "SELECT count(*) FROM orders", mode="async")
    assert (queued.status_code, queued.json()["status"]) == (202, "queued")
    path = queued["Location"].removeprefix("/api/v1")
    assert api.get(path).json()["status"] == "queued"
    assert api.get(path + "?format=csv").json()["code"] == "not_ready"
    settle()
    assert api.get(path).json()["rows"] == [[1500]]


def test_a_queued_run_can_be_cancelled(api: Any, source: str, settle: Any) -> None:
    queued = run(api, source, "SELECT 1", mode="async").json()
    assert api.post(f"/execute/cancel/{queued['execution_id']}").status_code == 202
    settle()
    found = api.get(f"/execute/results/{queued['execution_id']}").json()
    assert (found["status"], found["error"]["code"]) == ("cancelled", "query_cancelled")


def test_an_ended_run_cannot_be_cancelled(api: Any, source: str) -> None:
    ended = run(api, source, "SELECT 1").json()
    answer = api.post(f"/execute/cancel/{ended['execution_id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "execution_ended")


def test_lists_by_cursor(api: Any, source: str) -> None:
    for i in range(3):
        run(api, source, f"SELECT {i}")
    first = api.get("/execute/executions?page_size=2").json()
    assert [found["sql"] for found in first["results"]] == ["SELECT 2", "SELECT 1"]
    assert [found["sql"] for found in api.get(first["next"].partition("/api/v1")[2]).json()["results"]] == ["SELECT 0"]


def test_results_are_ones_own(api: Any, source: str, tenant: Any) -> None:
    found = run(tenant.api("analyst"), source, "SELECT 1").json()
    path = f"/execute/results/{found['execution_id']}"
    assert tenant.api("analyst").get(path).status_code == 404
    assert api.get(path).status_code == 200


def test_viewers_do_not_run_sql_of_their_own(source: str, tenant: Any) -> None:
    answer = run(tenant.api("viewer"), source, "SELECT 1")
    assert (answer.status_code, answer.json()["code"]) == (403, "free_sql_not_allowed")


def test_a_lost_run_is_ended_when_somebody_looks(api: Any, source: str, tenant: Any) -> None:
    from datetime import timedelta

    from apps.execution.models import Execution

    with tenant.acting():
        found = run(api, source, "SELECT 1").json()
        row = Execution.objects.get(id=found["execution_id"])
        Execution.objects.update(status="running", heartbeat_at=row.created_at - timedelta(minutes=5))
    again = api.get(f"/execute/results/{found['execution_id']}").json()
    assert (again["status"], again["error"]["code"]) == ("failed", "worker_lost")

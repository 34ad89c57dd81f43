"""Uploaded files as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

SALES = b"city,amount\nBonn,10\nKiel,20\nBonn,5\n"


def upload(api: Any, settle: Callable[[], None], name: str = "sales.csv", content: bytes = SALES) -> dict[str, Any]:
    form = {"file": SimpleUploadedFile(name, content, content_type="text/csv")}
    found = api.post("/files/upload", form, content_type=MULTIPART_CONTENT).json()
    settle()
    return dict(api.get(f"/files/{found['id']}").json())


@pytest.fixture
def sales(api: Any, settle: Callable[[], None]) -> dict[str, Any]:
    return upload(api, settle)


def test_shows_the_first_rows(api: Any, sales: dict[str, Any]) -> None:
    found = api.post("/execute/file", {"file_id": sales["id"]}).json()
    assert found["columns"] == [{"name": "city", "type": "string"}, {"name": "amount", "type": "integer"}]
    assert found["rows"] == [["Bonn", 10], ["Kiel", 20], ["Bonn", 5]]


def test_runs_sql_over_a_file(api: Any, sales: dict[str, Any]) -> None:
    sql = f"SELECT city, SUM(amount) AS total FROM {sales['table_name']} GROUP BY city ORDER BY total DESC, city"
    found = api.post("/execute/file", {"file_id": sales["id"], "sql": sql}).json()
    assert found["rows"] == [["Kiel", 20], ["Bonn", 15]]
    assert found["columns"][1]["type"] == "integer"


def test_joins_two_files(api: Any, sales: dict[str, Any], settle: Callable[[], None]) -> None:
    places = upload(api, settle, "places.csv", b"city,country\nBonn,DE\nKiel,DE\n")
    sql = f"SELECT p.country, SUM(s.amount) FROM {sales['table_name']} s JOIN {places['table_name']} p USING (city) GROUP BY 1"
    assert api.post("/execute/file", {"file_ids": [sales["id"], places["id"]], "sql": sql}).json()["rows"] == [["DE", 35]]


def test_a_source_of_files(api: Any, sales: dict[str, Any]) -> None:
    source = api.post("/data-sources", {"name": "sheets", "kind": "files", "config": {"file_ids": [sales["id"]]}}).json()
    sql = f"SELECT COUNT(*) FROM {sales['table_name']}"
    assert api.post("/execute/sql", {"data_source_id": source["id"], "sql": sql}).json()["rows"] == [[3]]


def test_a_file_read_again_is_not_answered_from_the_cache(api: Any, sales: dict[str, Any], settle: Callable[[], None]) -> None:
    body = {"file_id": sales["id"], "sql": f"SELECT COUNT(*) FROM {sales['table_name']}"}
    assert api.post("/execute/file", body).json()["rows"] == [[3]]
    assert api.post("/execute/file", body).json()["cached"] is True
    api.post(f"/files/{sales['id']}/process", {"options": {"header": False}})
    settle()
    again = api.post("/execute/file", body).json()
    assert (again["cached"], again["rows"]) == (False, [[4]])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "COPY (SELECT 1) TO '/tmp/x'",
        "SELECT * FROM duckdb_settings()",
    ],
)
def test_nothing_else_can_be_read(api: Any, sales: dict[str, Any], sql: str) -> None:
    answer = api.post("/execute/file", {"file_id": sales["id"], "sql": sql})
    assert answer.status_code == 422


@pytest.mark.parametrize("body", [{}, {"file_id": None}, {"file_ids": []}])
def test_names_its_files(api: Any, body: dict[str, Any]) -> None:
    assert api.post("/execute/file", body).status_code == 400


def test_another_tenants_file_is_not_there(sales: dict[str, Any], other_tenant: Any) -> None:
    answer = other_tenant.api().post("/execute/file", {"file_id": sales["id"]})
    assert (answer.status_code, answer.json()["code"]) == (404, "file_not_found")


def test_a_file_that_is_gone_takes_its_results_along(api: Any, sales: dict[str, Any], settle: Callable[[], None]) -> None:
    found = api.post("/execute/file", {"file_id": sales["id"]}).json()
    assert api.delete(f"/files/{sales['id']}").status_code == 204
    settle()
    assert api.get(f"/execute/results/{found['execution_id']}").status_code == 404


EVERY_TYPE = """
SELECT 7 AS i, 9007199254740993 AS big, 170141183460469231731687303715884105727::HUGEINT AS huge, 0.1::DOUBLE AS f, 'NaN'::DOUBLE AS nan, 12.50::DECIMAL(9, 2) AS d,
  TRUE AS b, 'Straße "x"' AS s, NULL AS n, DATE '2024-02-29' AS day, TIME '12:30:00' AS at, TIMESTAMP '2024-02-29 12:30:00.5' AS ts,
  TIMESTAMPTZ '2024-02-29 12:30:00+02' AS tz, [1, NULL, 3] AS list, {'a': {'b': 0.1}} AS tree, '\\x00\\xFF'::BLOB AS raw, INTERVAL 90 MINUTE AS span
"""


@pytest.mark.parametrize("page_size", [1, 1000])
def test_every_type_is_the_same_from_the_cache_and_from_the_run(api: Any, sales: dict[str, Any], page_size: int) -> None:
    body = {"file_id": sales["id"], "sql": f"{EVERY_TYPE} FROM {sales['table_name']}", "page_size": page_size}
    first = api.post("/execute/file", body).json()
    cached = api.post("/execute/file", body).json()
    stored = api.get(f"/execute/results/{first['execution_id']}", {"page_size": page_size}).json()
    assert (first["cached"], cached["cached"]) == (False, True)
    assert first["rows"] == cached["rows"] == stored["rows"]
    assert len(first["rows"]) == min(page_size, 3)
    assert (first["columns"], first["next_page"]) == (cached["columns"], cached["next_page"])
    next_page = api.get(f"/execute/results/{cached['execution_id']}", {"page": 2, "page_size": 1}).json()
    assert next_page["rows"] == first["rows"][:1]  # the three rows are equal

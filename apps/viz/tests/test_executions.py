"""Charts of executions: rows are read anew, as whoever asks may see them."""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path
from typing import Any

import pytest

from apps.datasources.contract import data_sources
from apps.viz.models import Visualization

SALES = """
CREATE TABLE sales (country TEXT, sold_on DATE, amount REAL);
INSERT INTO sales VALUES ('France', '2024-01-05', 10.5), ('Spain', '2024-02-05', 7), ('France', '2024-03-05', 4)
"""


@pytest.fixture
def execution(tenant: Any, settings: Any) -> dict[str, Any]:
    """A completed query over a SQLite source, run by the owner whom `api` is not."""
    folder = Path(settings.SOURCE_DIRS[0])
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{uuid.uuid4().hex}.sqlite"
    connection = sqlite3.connect(folder / name)
    connection.executescript(SALES)
    connection.close()
    with tenant.acting():
        source = data_sources.create(name=name, kind="sqlite", config={"path": name})
    api = tenant.api("analyst")
    sql = "SELECT country, SUM(amount) AS total FROM sales GROUP BY country ORDER BY country"
    answer = api.post("/execute/sql", {"data_source_id": str(source.id), "sql": sql})
    assert answer.status_code == 200, answer.content
    return {"api": api, "id": answer.json()["execution_id"]}


def test_charts_an_execution_and_draws_it_again(execution: dict[str, Any], tenant: Any) -> None:
    api = execution["api"]
    choice = api.post("/visualizations/select-type", {"execution_id": execution["id"], "question": "total by country"}).json()
    chart = api.post("/visualizations/generate-config", {"execution_id": execution["id"]}).json()
    again = api.get(f"/visualizations/{chart['id']}").json()

    assert (choice["type"], chart["type"], chart["execution_id"]) == ("bar", "bar", execution["id"])
    assert {row["country"]: row["total"] for row in again["spec"]["datasets"]["rows"]} == {"France": 14.5, "Spain": 7}
    assert api.get(f"/visualizations/{chart['id']}/render?format=png").content.startswith(b"\x89PNG")
    with tenant.acting():
        assert "France" not in str(Visualization.objects.values("spec", "columns", "notes", "options", "rows_key").get(pk=chart["id"]))


def test_another_users_execution_gives_no_rows(execution: dict[str, Any], tenant: Any) -> None:
    chart = execution["api"].post("/visualizations/generate-config", {"execution_id": execution["id"]}).json()
    colleague = tenant.api("viewer")
    config = colleague.get(f"/visualizations/{chart['id']}")
    picture = colleague.get(f"/visualizations/{chart['id']}/render")

    assert config.status_code == 200
    assert "France" not in config.content.decode()
    assert (picture.status_code, picture.json()["code"]) == (404, "execution_not_found")
    assert colleague.post("/visualizations/generate-config", {"execution_id": execution["id"]}).status_code == 404


@pytest.mark.parametrize("path", ["select-type", "generate-config"])
def test_an_execution_that_is_not_there_is_not_found(api: Any, path: str) -> None:
    answer = api.post(f"/visualizations/{path}", {"execution_id": str(uuid.uuid4())})

    assert (answer.status_code, answer.json()["code"]) == (404, "execution_not_found")

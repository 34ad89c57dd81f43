"""Charts of executions: rows are read anew, as whoever asks may see them."""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from apps.datasources.contract import PolicyDraft, data_sources
from apps.viz.contract import visualizations
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
    return {"api": api, "id": answer.json()["execution_id"], "source_id": source.id}


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


def test_a_chart_is_not_drawn_from_rows_that_its_maker_may_not_see_any_more(execution: dict[str, Any], tenant: Any) -> None:
    api = execution["api"]
    chart = api.post("/visualizations/generate-config", {"execution_id": execution["id"]}).json()
    with tenant.acting():
        source_id = execution["source_id"]
        draft = PolicyDraft(name="own", roles=["analyst"], table="sales", row_filter="country = 'Spain'")
        made = data_sources.create_policy(data_source_id=source_id, policy=draft)
    addresses = [f"/visualizations/{chart['id']}", f"/visualizations/{chart['id']}/render"]
    refused = [api.get(address) for address in addresses]
    again = [api.post(f"/visualizations/{path}", {"execution_id": execution["id"]}) for path in ("select-type", "generate-config")]
    assert {(answer.status_code, answer.json()["code"]) for answer in (*refused, *again)} == {(403, "rights_changed")}
    assert "France" not in "".join(answer.content.decode() for answer in (*refused, *again))
    with tenant.acting():
        data_sources.delete_policy(data_source_id=source_id, policy_id=made.id)
    assert [api.get(address).status_code for address in addresses] == [200, 200]


def test_two_people_chart_the_same_statement_each_from_their_own_rows(execution: dict[str, Any], tenant: Any) -> None:
    with tenant.acting():
        source_id = execution["source_id"]
        draft = PolicyDraft(name="own", table="sales", row_filter="country = :attributes.country")
        data_sources.create_policy(data_source_id=source_id, policy=draft)
    sql = "SELECT country, SUM(amount) AS total FROM sales GROUP BY country ORDER BY country"
    people = {country: tenant.api("analyst", attributes={"country": country}) for country in ("France", "Spain")}
    charts = {}
    for country, api in people.items():
        ran = api.post("/execute/sql", {"data_source_id": str(source_id), "sql": sql}).json()
        charts[country] = api.post("/visualizations/generate-config", {"execution_id": ran["execution_id"], "type": "bar"}).json()
    for country, other in (("France", "Spain"), ("Spain", "France"), ("France", "Spain")):
        own = people[country].get(f"/visualizations/{charts[country]['id']}").content.decode()
        theirs = people[country].get(f"/visualizations/{charts[other]['id']}")
        assert (country in own, other in own, theirs.json()["code"]) == (True, False, "visualization_not_found")
        assert people[country].get(f"/visualizations/{charts[other]['id']}/render").status_code == 404


def test_notes_that_count_rows_are_for_those_who_see_the_rows(tenant: Any, settings: Any) -> None:
    rows = [[f"city {number}", number] for number in range(60)]
    columns = [{"name": "city", "type": "string"}, {"name": "sales", "type": "integer"}]
    sender = tenant.api("analyst")
    chart = sender.post("/visualizations/generate-config", {"columns": columns, "rows": rows, "type": "bar"}).json()
    assert "of 60 values" in str(chart["notes"])
    assert "of 60 values" in sender.get(f"/visualizations/{chart['id']}").content.decode()
    assert "of 60 values" in str(chart["spec"]["title"])
    assert "60" not in str(tenant.api("viewer").get(f"/visualizations/{chart['id']}").json()["spec"]["title"])
    with tenant.acting():
        assert "of 60 values" not in str(Visualization.objects.values("spec", "notes").get(pk=chart["id"]))
        assert visualizations.get_many(visualization_ids=[UUID(chart["id"])])[0].notes == []


def test_a_chart_of_another_users_execution_does_not_name_its_columns(execution: dict[str, Any], tenant: Any) -> None:
    chart = execution["api"].post("/visualizations/generate-config", {"execution_id": execution["id"], "title": "Secret"}).json()
    assert tenant.api("viewer").get(f"/visualizations/{chart['id']}").status_code == 404
    with tenant.acting("viewer"):
        assert visualizations.get_many(visualization_ids=[UUID(chart["id"])]) == []
    with tenant.acting("owner"):
        assert visualizations.get_many(visualization_ids=[UUID(chart["id"])])[0].title == "Secret"
    assert tenant.api("owner").get(f"/visualizations/{chart['id']}").json()["title"] == "Secret"


def test_another_users_execution_gives_no_rows(execution: dict[str, Any], tenant: Any) -> None:
    chart = execution["api"].post("/visualizations/generate-config", {"execution_id": execution["id"]}).json()
    colleague = tenant.api("viewer")
    config = colleague.get(f"/visualizations/{chart['id']}")
    picture = colleague.get(f"/visualizations/{chart['id']}/render")

    assert (config.status_code, config.json()["code"]) == (404, "visualization_not_found")
    assert (picture.status_code, picture.json()["code"]) == (404, "execution_not_found")
    assert colleague.post("/visualizations/generate-config", {"execution_id": execution["id"]}).status_code == 404


@pytest.mark.parametrize("path", ["select-type", "generate-config"])
def test_an_execution_that_is_not_there_is_not_found(api: Any, path: str) -> None:
    answer = api.post(f"/visualizations/{path}", {"execution_id": str(uuid.uuid4())})

    assert (answer.status_code, answer.json()["code"]) == (404, "execution_not_found")

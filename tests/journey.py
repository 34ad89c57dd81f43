"""What a newcomer does, from signing up to a picture, over HTTP alone: the same steps for every deployment."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path
from typing import Any

from tests.deployment import WayIn

SALES = "day,region,amount\n2024-01-01,north,10.5\n2024-01-02,south,20\n2024-02-01,north,30\n2024-02-03,west,4.5\n"


def ok(answer: Any, status: int = 200) -> Any:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content and "json" in answer.headers.get("content-type", "") else answer


def a_shop(folder: Path, name: str) -> str:
    """A small SQLite database with known contents; its path."""
    path = folder / f"{name}.db"
    with sqlite3.connect(path) as shop:
        shop.executescript(
            """
            CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL);
            CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id), total NUMERIC NOT NULL, ordered_on DATE NOT NULL);
            INSERT INTO customers VALUES (1, 'Ada', 'Sweden'), (2, 'Bo', 'Sweden'), (3, 'Cy', 'Norway');
            INSERT INTO orders VALUES (1, 1, 100, '2024-01-05'), (2, 1, 50, '2024-02-05'), (3, 2, 25, '2024-02-07'), (4, 3, 10, '2024-03-01');
            """
        )
    return str(path)


def sign_up(way: WayIn, name: str) -> dict[str, Any]:
    """A new company; the way in is signed in as its owner afterwards."""
    body = {
        "email": f"owner@{name}.example",
        "password": "correct horse battery",
        "full_name": "Owner",
        "tenant": {"name": name.title(), "slug": name},
    }
    signed = ok(way.post("/auth/register", body), 201)
    way.headers = {"Authorization": f"Bearer {signed['access']}"}
    return signed


def ask_a_file(way: WayIn) -> None:
    """Upload, wait until it is read, ask it with SQL."""
    uploaded = ok(way.post("/files/upload", files={"file": ("sales.csv", io.BytesIO(SALES.encode()), "text/csv")}), 201)
    ready = way.wait(f"/files/{uploaded['id']}", {"ready", "failed"})
    assert ready["status"] == "ready", ready
    assert ready["row_count"] == 4
    sql = f"SELECT region, SUM(amount) AS total FROM {ready['table_name']} GROUP BY region ORDER BY total DESC"
    answer = ok(way.post("/execute/file", {"file_id": uploaded["id"], "sql": sql}))
    assert [row[0] for row in answer["rows"]] == ["north", "south", "west"]


def ask_a_database(way: WayIn, path: str) -> None:
    """Connect, ask in plain words, look at the chart, take the rows along."""
    source = ok(way.post("/data-sources?test=true", {"name": "shop", "kind": "sqlite", "config": {"path": path}}), 201)
    health = ok(way.post(f"/data-sources/{source['id']}/health-check"))
    assert health["status"] == "healthy", health
    schema = ok(way.post("/schema/introspect", {"data_source_id": source["id"]}))
    assert {table["name"] for table in schema["tables"]} == {"customers", "orders"}
    asked = {"data_source_id": source["id"], "question": "sum of total by country", "execute": True, "engine": "offline"}
    answer = ok(way.post("/queries/generate-with-agent", asked))
    assert {tuple(map(str, row)) for row in answer["execution"]["rows"]} == {("Sweden", "175"), ("Norway", "10")}, answer
    picture = ok(way.get(f"/visualizations/{answer['visualization']['id']}/render?format=png"))
    assert picture.content.startswith(b"\x89PNG")
    exported = ok(way.get(f"/execute/results/{answer['execution']['execution_id']}?format=csv"))
    assert "Sweden" in exported.text


def run_sql(way: WayIn) -> None:
    """Free SQL: rows, pages, the asynchronous way, and what must not run."""
    source = ok(way.get("/data-sources"))["results"][0]
    sql = "SELECT id, total FROM orders ORDER BY id"
    page = ok(way.post("/execute/sql", {"data_source_id": source["id"], "sql": sql, "page_size": 2}))
    assert (page["row_count"], len(page["rows"]), page["next_page"]) == (4, 2, 2)
    again = ok(way.post("/execute/sql", {"data_source_id": source["id"], "sql": sql, "page_size": 2}))
    assert again["cached"] is True
    later = ok(way.post("/execute/sql", {"data_source_id": source["id"], "sql": sql, "mode": "async", "use_cache": False}), 202)
    done = way.wait(f"/execute/results/{later['execution_id']}", {"completed", "failed", "cancelled", "timed_out"})
    assert done["status"] == "completed", done
    for statement, code in (
        ("DELETE FROM orders", "not_read_only"),
        ("SELECT 1; SELECT 2", "multiple_statements"),
        ("SELEC 1", "syntax_error"),
    ):
        refused = way.post("/execute/sql", {"data_source_id": source["id"], "sql": statement})
        assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text


def ask_in_canonical_words(way: WayIn) -> None:
    """A canonical schema, a mapping, and one statement over it, alone and side by side."""
    source = ok(way.get("/data-sources"))["results"][0]
    fields = [{"name": "id", "type": "integer", "key": True}, {"name": "name", "type": "string"}, {"name": "land", "type": "string"}]
    ok(way.post("/mappings/schemas", {"name": "shopping", "entities": [{"name": "buyer", "fields": fields}]}), 201)
    translated = {"field": "land", "expression": "country", "values": {"Sweden": "SE", "Norway": "NO"}}
    mapped = [{"field": "id", "expression": "id"}, {"field": "name", "expression": "name"}, translated]
    mapping = {"schema": "shopping", "schema_version": 1, "entities": [{"entity": "buyer", "source": "customers", "fields": mapped}]}
    ok(way.post(f"/mappings/{source['id']}", mapping), 201)
    sql = "SELECT land, COUNT(*) AS buyers FROM buyer GROUP BY land ORDER BY land"
    alone = ok(way.post("/execute/sql", {"data_source_id": source["id"], "sql": sql, "canonical": True}))
    assert alone["rows"] == [["NO", 1], ["SE", 2]], alone
    beside = ok(way.post("/execute/sql", {"data_source_ids": [source["id"]], "sql": sql, "canonical": "shopping"}))
    assert beside["rows"] == [["shop", "NO", 1], ["shop", "SE", 2]], beside


def hold_a_policy(way: WayIn) -> None:
    """From the moment it is made a policy holds: for SQL, for what was kept before, and in the schema."""
    source = ok(way.get("/data-sources"))["results"][0]
    sql = "SELECT name, country FROM customers ORDER BY id"
    before = ok(way.post("/execute/sql", {"data_source_id": source["id"], "sql": sql}))
    assert before["row_count"] == 3
    policy = {
        "name": "north",
        "table": "customers",
        "row_filter": "country = 'Norway'",
        "masked_columns": [{"column": "name", "mask": "null"}],
    }
    ok(way.post(f"/data-sources/{source['id']}/policies", policy), 201)
    assert ok(way.post("/execute/sql", {"data_source_id": source["id"], "sql": sql}))["rows"] == [[None, "Norway"]]
    assert way.get(f"/execute/results/{before['execution_id']}").json()["code"] == "rights_changed"
    table = ok(way.get(f"/schema/{source['id']}/tables/customers"))
    assert (table["row_count"], table["sample_rows"]) == (None, []), table
    file = ok(way.get("/files"))["results"][0]
    assert len(ok(way.get(f"/files/{file['id']}/preview"))["rows"]) == 4


def another_company_sees_nothing(way: WayIn, first: dict[str, Any]) -> None:
    """Ids of one tenant are not there for another."""
    source = ok(way.get("/data-sources"))["results"][0]
    file = ok(way.get("/files"))["results"][0]
    sign_up(way, f"{first['tenant']['slug']}-rival")
    for path in (f"/data-sources/{source['id']}", f"/schema/{source['id']}", f"/files/{file['id']}", f"/files/{file['id']}/download"):
        assert way.get(path).status_code == 404, path
    assert way.post("/execute/sql", {"data_source_id": source["id"], "sql": "SELECT 1"}).status_code == 404
    assert ok(way.get("/data-sources"))["count"] == 0


def journey(way: WayIn, *, folder: Path, name: str) -> None:
    """All of it."""
    first = sign_up(way, name)
    assert ok(way.get("/auth/validate"))["tenant"]["slug"] == name
    ask_a_file(way)
    ask_a_database(way, a_shop(folder / "sources", name))
    run_sql(way)
    ask_in_canonical_words(way)
    hold_a_policy(way)
    another_company_sees_nothing(way, first)

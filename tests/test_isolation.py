"""Two tenants, one deployment: everything that one has made is not there for the other, on every route that takes an id."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest
from django.conf import settings
from django.test.client import MULTIPART_CONTENT

from tests.api_document import is_public, operations

pytestmark = pytest.mark.layouts
OWN_DOOR = "tenants/{"  # another company's own address is refused by the same 404, with ids of companies


def ok(answer, *statuses: int):
    assert answer.status_code in (statuses or (200, 201)), answer.content
    return answer.json()


@pytest.fixture
def world(tenant, settle) -> dict[str, str]:
    """One of everything, made by one tenant: path parameter → id."""
    api = tenant.api()
    folder = Path(settings.SOURCE_DIRS[0])
    folder.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(folder / "isolation.db") as shop:
        shop.executescript(
            "CREATE TABLE IF NOT EXISTS things (id INTEGER PRIMARY KEY, secret TEXT); INSERT OR REPLACE INTO things VALUES (1, 'plans');"
        )
    source = ok(api.post("/data-sources", {"name": "things", "kind": "sqlite", "config": {"path": str(folder / "isolation.db")}}))
    policy = ok(api.post(f"/data-sources/{source['id']}/policies", {"name": "secret", "table": "things", "roles": ["viewer"]}))
    file = ok(api.post("/files/upload", {"file": _csv()}, MULTIPART_CONTENT))
    settle()
    execution = ok(api.post("/execute/sql", {"data_source_id": source["id"], "sql": "SELECT secret FROM things"}))
    generation = ok(api.post("/queries/generate", {"data_source_id": source["id"], "question": "how many things", "engine": "offline"}))
    chart = ok(api.post("/visualizations/generate-config", {"execution_id": execution["execution_id"]}))
    template = ok(api.post("/queries/templates", {"name": "all", "data_source_id": source["id"], "sql": "SELECT secret FROM things"}))
    entities = [{"name": "thing", "fields": [{"name": "id", "type": "string", "key": True}]}]
    schema = ok(api.post("/mappings/schemas", {"name": "own_things", "entities": entities}))
    ok(api.post(f"/mappings/{source['id']}", {"schema": "own_things", "entities": [_thing()]}))
    rule = ok(api.post("/mappings/rules", {"name": "own_rule", "expression": "input"}))
    settle()
    return {
        "name": schema["name"],
        "version": "1",
        "rule_id": rule["id"],
        "data_source_id": source["id"],
        "policy_id": policy["id"],
        "file_id": file["id"],
        "execution_id": execution["execution_id"],
        "query_id": generation["id"],
        "visualization_id": chart["id"],
        "template_id": template["id"],
        "table_name": "things",
        "n": "1",
    }


def _thing():
    return {"entity": "thing", "source": "things", "fields": [{"field": "id", "expression": "id"}]}


def _csv():
    file = io.BytesIO(b"a,b\n1,secret\n")
    file.name = "isolation.csv"
    return file


WALKED = [(m, p, o) for m, p, o in operations() if "{" in p and not is_public(o) and OWN_DOOR not in p]


def _ids_known(path: str, world: dict[str, str]) -> str | None:
    import re

    names = re.findall(r"\{(\w+)\}", path)
    if not all(name in world for name in names):
        return None
    return re.sub(r"\{(\w+)\}", lambda match: world[match[1]], path)


def test_another_tenants_ids_are_not_there(world, other_tenant) -> None:
    """One test walks every route, as a world takes a while to make; what it finds is listed together."""
    stranger = other_tenant.api()
    found, walked = [], 0
    for method, path, _ in WALKED:
        address = _ids_known(path, world)
        if address is None:
            continue
        walked += 1
        answer = stranger.generic(method.upper(), address, "{}")
        if answer.status_code not in (400, 404):
            found.append((method, path, answer.status_code, answer.content[:200]))
        assert b"secret" not in answer.content or answer.status_code == 400
    assert found == []
    assert walked >= 25


@pytest.mark.parametrize(
    "path",
    [
        "/execute/sql",
        "/execute/export",
        "/execute/explain",
        "/queries/generate",
        "/queries/validate",
        "/schema/introspect",
        "/mappings/translate",
    ],
)
def test_another_tenants_source_cannot_be_named_in_a_body(world, other_tenant, path: str) -> None:
    body = {
        "data_source_id": world["data_source_id"],
        "sql": "SELECT secret FROM things",
        "question": "how many things",
        "format": "csv",
    }
    wanted = {
        "/execute/sql": ("data_source_id", "sql"),
        "/execute/export": ("data_source_id", "sql", "format"),
        "/execute/explain": ("data_source_id", "sql"),
        "/queries/generate": ("data_source_id", "question"),
        "/queries/validate": ("data_source_id", "sql"),
        "/schema/introspect": ("data_source_id",),
        "/mappings/translate": ("data_source_id", "sql"),
    }[path]
    answer = other_tenant.api().post(path, {name: body[name] for name in wanted})
    assert answer.status_code == 404, answer.content


def test_another_tenants_file_cannot_be_named_in_a_body(world, other_tenant) -> None:
    stranger = other_tenant.api()
    assert stranger.post("/execute/file", {"file_id": world["file_id"]}).status_code == 404
    assert stranger.post("/data-sources", {"name": "x", "kind": "files", "config": {"file_ids": [world["file_id"]]}}).status_code in (
        400,
        404,
    )
    assert stranger.post("/visualizations/generate-config", {"execution_id": world["execution_id"]}).status_code == 404


def test_lists_hold_nothing_of_another_tenant(world, other_tenant) -> None:
    stranger = other_tenant.api()
    for path in ("/data-sources", "/files", "/queries/templates", "/queries/history", "/execute/executions"):
        assert stranger.get(path).json()["results"] == [], path

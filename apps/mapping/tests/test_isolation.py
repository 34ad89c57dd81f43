"""Two tenants: neither reaches the other's schemas, mappings or rules."""

from __future__ import annotations

from typing import Any

import pytest

from apps.mapping.contract import MappingNotFound, mappings
from apps.mapping.tests.conftest import CodesShop

pytestmark = pytest.mark.layouts


def test_another_tenants_mapping_is_not_there(mapped: CodesShop, other_tenant: Any) -> None:
    stranger, path = other_tenant.api(), f"/mappings/{mapped.id}"
    answers = [
        stranger.get(path),
        stranger.get(f"{path}?format=yaml"),
        stranger.post(path, mapped.body),
        stranger.put(path, mapped.body),
        stranger.patch(path, {"entities": []}),
        stranger.delete(path),
        stranger.post(f"{path}/suggest", {"schema": "commerce"}),
        stranger.post(f"{path}/import", "schema: commerce\nentities: []", "application/yaml"),
        stranger.post("/mappings/translate", {"data_source_id": str(mapped.id), "sql": "SELECT id FROM customer"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert stranger.get("/mappings/coverage?schema=commerce").json()["sources"] == []
    with other_tenant.acting():
        assert mappings.mappings_of(data_source_id=mapped.id) == []
        with pytest.raises(MappingNotFound):
            mappings.canonical(data_source_id=mapped.id)


def test_another_tenants_schema_and_rule_are_not_there(api: Any, other_tenant: Any) -> None:
    api.post("/mappings/schemas", {"name": "own", "entities": [{"name": "a", "fields": [{"name": "id", "type": "string"}]}]})
    rule = api.post("/mappings/rules", {"name": "own", "expression": "input"}).json()
    stranger = other_tenant.api()
    assert stranger.get("/mappings/schemas/own").status_code == 404
    assert "own" not in [schema["name"] for schema in stranger.get("/mappings/schemas").json()["results"]]
    assert [stranger.get(f"/mappings/rules/{rule['id']}").status_code, stranger.delete(f"/mappings/rules/{rule['id']}").status_code] == [
        404,
        404,
    ]
    assert stranger.get("/mappings/rules").json()["count"] == 0
    assert stranger.post("/mappings/rules", {"name": "own", "expression": "input"}).status_code == 201


def test_a_remembered_translation_belongs_to_its_tenant(mapped: CodesShop, tenant: Any, other_tenant: Any) -> None:
    with tenant.acting():
        mappings.translate(data_source_id=mapped.id, sql="SELECT id FROM customer")
    with other_tenant.acting(), pytest.raises(MappingNotFound):
        mappings.translate(data_source_id=mapped.id, sql="SELECT id FROM customer")

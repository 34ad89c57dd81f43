"""What mapping tells, and what it does when a source changes under a mapping or goes."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.stamps import stamp
from apps.mapping.models import MappingRow
from apps.mapping.tests.conftest import CodesShop

pytestmark = pytest.mark.layouts
NAMES = {"sql": "SELECT name FROM customer"}


def told(source_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    """The mapping app's events about a source, in order."""
    with connections[alias_of("mapping")].cursor() as cursor:
        cursor.execute(
            "SELECT name, payload FROM (SELECT id, name, key, payload FROM public.events_log UNION ALL"
            " SELECT id, name, key, payload FROM public.events_outbox) AS e WHERE key = %s AND name LIKE 'mapping.%%' ORDER BY id",
            [str(source_id)],
        )
        return [(name.removeprefix("mapping."), json.loads(payload)) for name, payload in cursor.fetchall()]


def test_tells_what_happened_to_a_mapping(mapped: CodesShop, api: Any) -> None:
    api.put(f"/mappings/{mapped.id}", mapped.body)
    api.post("/mappings/translate", {"data_source_id": str(mapped.id), **NAMES})
    api.post("/mappings/translate", {"data_source_id": str(mapped.id), **NAMES})
    assert [name for name, _ in told(mapped.id)] == ["MappingCreated", "MappingUpdated", "QueryTranslated"]


def test_a_renamed_column_breaks_the_fields_that_read_it(mapped: CodesShop, api: Any, settle: Any) -> None:
    settle()
    mapped.change("ALTER TABLE cust RENAME COLUMN nm TO full_nm")
    api.post(f"/schema/{mapped.id}/refresh")
    settle()

    found = api.get(f"/mappings/{mapped.id}").json()
    assert (found["status"], found["broken_fields"]) == ("broken", ["customer.name"])
    name, event = told(mapped.id)[-1]
    assert (name, event["fields"], event["created_by"]) == ("MappingBroken", ["customer.name"], found["created_by"])
    assert [column.rpartition(".")[2] for column in event["columns"]] == ["nm"]
    assert api.get("/mappings/coverage?schema=commerce").json()["sources"][0]["fields"]["customer.name"] == "broken"


def test_what_reads_a_broken_field_is_refused_and_the_rest_answers(mapped: CodesShop, api: Any, settle: Any) -> None:
    settle()
    translate = {"data_source_id": str(mapped.id), **NAMES}
    assert api.post("/mappings/translate", translate).status_code == 200
    mapped.change("ALTER TABLE cust RENAME COLUMN nm TO full_nm")
    api.post(f"/schema/{mapped.id}/refresh")

    refused = api.post("/mappings/translate", translate)
    assert (refused.status_code, refused.json()["code"]) == (409, "mapping_broken")
    assert [column.rpartition(".")[2] for column in refused.json()["columns"]] == ["nm"]
    assert api.post("/mappings/translate", {**translate, "sql": "SELECT id FROM customer"}).status_code == 200
    lacks = api.get("/mappings/coverage", {"schema": "commerce", "sql": NAMES["sql"]}).json()["sources"][0]
    assert (lacks["can_answer"], lacks["lacks"]) == (False, ["customer.name"])


def test_a_column_that_comes_back_mends_the_mapping(mapped: CodesShop, api: Any, settle: Any) -> None:
    settle()
    for before, after in (("nm", "full_nm"), ("full_nm", "nm")):
        mapped.change(f"ALTER TABLE cust RENAME COLUMN {before} TO {after}")
        api.post(f"/schema/{mapped.id}/refresh")
        settle()
    assert api.get(f"/mappings/{mapped.id}").json()["status"] == "ok"
    assert [name for name, _ in told(mapped.id)] == ["MappingCreated", "MappingBroken", "MappingUpdated"]


def test_a_source_that_goes_takes_its_mappings_along(mapped: CodesShop, api: Any, tenant: Any, settle: Any) -> None:
    settle()
    api.delete(f"/data-sources/{mapped.id}")
    settle()
    with tenant.acting():
        assert not MappingRow.objects.exists()
    assert api.get(f"/mappings/{mapped.id}").status_code == 404
    assert api.get("/mappings/coverage?schema=commerce").json()["sources"] == []


def test_each_change_renews_the_stamp(mapped: CodesShop, api: Any, tenant: Any) -> None:
    with tenant.acting():
        before = stamp("mapping", mapped.id)
        assert stamp("mapping", mapped.id) == before
        api.put(f"/mappings/{mapped.id}", mapped.body)
        assert stamp("mapping", mapped.id) != before


def test_no_event_carries_a_value_or_an_expression(mapped: CodesShop, api: Any) -> None:
    api.post("/mappings/translate", {"data_source_id": str(mapped.id), **NAMES})
    assert "LEFT JOIN" not in json.dumps(told(mapped.id))

"""Two tenants, and two users: nobody is given what another may see."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID

import pytest

from analytics_platform.kernel.ids import uuid7
from apps.execution.caching import CacheKey, parameter_parts
from apps.execution.tests.factories import sqlite_source

KEY = CacheKey(
    tenant_id=uuid7(),
    source="s",
    source_version="1",
    schema_version="1",
    file_versions=(),
    policy_fingerprint=(),
    sql="SELECT 1",
    parameters=(),
    max_rows=10,
    form=(),
    time_zone="UTC",
)


def cities(tenant: Any, source_id: UUID) -> Any:
    return tenant.api().post("/execute/sql", {"data_source_id": str(source_id), "sql": "SELECT DISTINCT city FROM orders"}).json()


def test_two_tenants_with_the_same_statement_share_no_rows(tenant: Any, other_tenant: Any) -> None:
    with tenant.acting():
        ours = sqlite_source(city="Bonn")
    with other_tenant.acting():
        theirs = sqlite_source(city="Kiel")
    assert cities(tenant, ours.id)["rows"] == [["Bonn"]]
    assert cities(other_tenant, theirs.id)["rows"] == [["Kiel"]]
    again = cities(other_tenant, theirs.id)
    assert (again["cached"], again["rows"]) == (True, [["Kiel"]])


def test_another_tenants_ids_are_not_there(tenant: Any, other_tenant: Any) -> None:
    with tenant.acting():
        ours = sqlite_source()
    found = cities(tenant, ours.id)
    stranger = other_tenant.api()
    assert stranger.post("/execute/sql", {"data_source_id": str(ours.id), "sql": "SELECT 1"}).status_code == 404
    assert stranger.post("/execute/export", {"data_source_id": str(ours.id), "sql": "SELECT 1"}).status_code == 404
    assert stranger.post("/execute/explain", {"data_source_id": str(ours.id), "sql": "SELECT 1"}).status_code == 404
    assert stranger.get(f"/execute/results/{found['execution_id']}").status_code == 404
    assert stranger.get(f"/execute/results/{found['execution_id']}?format=csv").status_code == 404
    assert stranger.post(f"/execute/cancel/{found['execution_id']}").status_code == 404
    assert stranger.get("/execute/executions").json()["results"] == []


@pytest.mark.parametrize("part", [field.name for field in dataclasses.fields(CacheKey)])
def test_a_cache_key_with_a_part_missing_raises(part: str) -> None:
    with pytest.raises(ValueError, match=part):
        dataclasses.replace(KEY, **{part: None}).name()


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("tenant_id", uuid7()),
        ("source", "t"),
        ("source_version", "2"),
        ("schema_version", "2"),
        ("file_versions", ("f:2",)),
        ("policy_fingerprint", ("user=7",)),
        ("sql", "SELECT 2"),
        ("parameters", (("a", "int:1"),)),
        ("max_rows", 11),
        ("time_zone", "Europe/Berlin"),
    ],
)
def test_every_part_tells_keys_apart(part: str, other: Any) -> None:
    assert dataclasses.replace(KEY, **{part: other}).name() != KEY.name()


def test_values_of_different_types_are_different_parameters() -> None:
    assert len({parameter_parts({"a": value}) for value in (1, "1", True, 1.0, None)}) == 5


def test_a_changed_source_is_not_answered_from_the_cache(tenant: Any) -> None:
    with tenant.acting():
        ours, other = sqlite_source(city="Bonn"), sqlite_source(city="Kiel")
    assert cities(tenant, ours.id)["rows"] == [["Bonn"]]
    answer = tenant.api().patch(f"/data-sources/{ours.id}", {"config": {"path": other.config["path"]}}, content_type="application/json")
    assert answer.status_code == 200
    assert cities(tenant, ours.id)["rows"] == [["Kiel"]]


def test_a_source_that_is_gone_takes_its_results_along(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        ours = sqlite_source()
    found = cities(tenant, ours.id)
    assert tenant.api().delete(f"/data-sources/{ours.id}").status_code == 204
    assert tenant.api().post("/execute/sql", {"data_source_id": str(ours.id), "sql": "SELECT 1"}).status_code == 404
    settle()
    assert tenant.api().get(f"/execute/results/{found['execution_id']}").status_code == 404

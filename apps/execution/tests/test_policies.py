"""Access policies at execution's doors: two users ask the same at the same time and each sees their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from analytics_platform.kernel.ids import uuid7
from apps.datasources.contract import DataSource, MaskedColumn, PolicyDraft, data_sources
from apps.execution.tests.factories import sqlite_source, wait_for
from apps.execution.tests.test_files import upload

SQL = "SELECT id, note FROM orders ORDER BY id"


def policy(source: DataSource, **said: Any) -> UUID:
    draft = PolicyDraft(name=f"policy {uuid7()}", table="orders", **said)
    return data_sources.create_policy(data_source_id=source.id, policy=draft).id


@pytest.fixture
def shop(tenant: Any) -> DataSource:
    with tenant.acting():
        return sqlite_source()


def run(api: Any, source: DataSource, sql: str = SQL, **more: Any) -> Any:
    return api.post("/execute/sql", {"data_source_id": str(source.id), "sql": sql, **more})


def test_two_users_whose_policies_bind_a_value_share_no_rows(tenant: Any, shop: DataSource) -> None:
    with tenant.acting():
        policy(shop, row_filter="id = :attributes.own")
    first, second = (tenant.api("analyst", attributes={"own": own}) for own in (1, 2))
    assert [run(api, shop).json()["rows"] for api in (first, second, first, second)] == [[[1, "=1+1"]], [[2, "fine"]]] * 2
    again = run(first, shop).json()
    assert (again["cached"], again["restricted"], again["rows"]) == (True, True, [[1, "=1+1"]])


def test_the_user_id_itself_is_told_apart(tenant: Any, shop: DataSource) -> None:
    one, other = tenant.principal("analyst"), tenant.principal("analyst")
    with tenant.acting():
        policy(shop, row_filter=f"CASE WHEN :user_id = '{one.user_id}' THEN 1 ELSE 2 END = id")
    apis = [tenant.api("analyst", user_id=principal.user_id) for principal in (one, other)]
    assert [run(api, shop).json()["rows"] for api in apis * 2] == [[[1, "=1+1"]], [[2, "fine"]]] * 2


def test_a_policy_reaches_by_role_and_by_user(tenant: Any, shop: DataSource) -> None:
    person = tenant.principal("viewer")
    with tenant.acting():
        policy(shop, roles=["analyst"], row_filter="id = 1")
        policy(shop, user_ids=[person.user_id], row_filter="id = 2")
    assert len(run(tenant.api("owner"), shop).json()["rows"]) == 5
    assert [row[0] for row in run(tenant.api("analyst"), shop).json()["rows"]] == [1]
    assert [row[0] for row in run(tenant.api("owner", user_id=person.user_id), shop).json()["rows"]] == [2]


def test_nobody_is_exempt_by_role(tenant: Any, shop: DataSource) -> None:
    with tenant.acting():
        policy(shop, row_filter="id = 1")
    assert [row[0] for row in run(tenant.api("owner"), shop).json()["rows"]] == [1]


def test_a_text_is_not_taken_for_the_number_that_it_begins_with(tenant: Any, shop: DataSource) -> None:
    with tenant.acting():
        policy(shop, row_filter="id <= :attributes.most")
    assert len(run(tenant.api("analyst", attributes={"most": "2"}), shop).json()["rows"]) == 2
    for most in ("2a", "all"):
        found = run(tenant.api("analyst", attributes={"most": most}), shop)
        assert (found.status_code, found.json()["code"]) == (403, "policy_variable_unset")
        assert "neither" in found.json()["detail"]


def test_a_new_policy_binds_at_once_though_the_result_is_in_the_cache(tenant: Any, shop: DataSource) -> None:
    api = tenant.api("analyst")
    assert [len(run(api, shop).json()["rows"]) for _ in range(2)] == [5, 5]
    with tenant.acting():
        policy_id = policy(shop, row_filter="id < 3")
    assert len(run(api, shop).json()["rows"]) == 2
    with tenant.acting():
        data_sources.delete_policy(data_source_id=shop.id, policy_id=policy_id)
    assert len(run(api, shop).json()["rows"]) == 5


def test_hidden_no_rows_unknown_and_error_are_told_apart(tenant: Any, shop: DataSource) -> None:
    with tenant.acting():
        policy(shop, hidden_columns=["note"], row_filter="id < 0")
    api = tenant.api("analyst")
    hidden = run(api, shop)
    assert (hidden.status_code, hidden.json()["code"]) == (403, "hidden_by_policy")
    assert "note" not in hidden.json()["detail"]
    nothing = run(api, shop, "SELECT * FROM orders").json()
    assert (nothing["rows"], nothing["restricted"]) == ([], True)
    assert [column["name"] for column in nothing["columns"]] == ["id", "city", "total"]
    assert run(api, shop, "SELECT nowhere FROM orders").json()["code"] == "unknown_column"
    assert run(api, shop, "SELECT json_extract('{', '$.a')").json()["code"] == "query_failed"


def test_a_broken_policy_and_an_unset_variable_refuse(tenant: Any, shop: DataSource) -> None:
    with tenant.acting():
        policy(shop, roles=["viewer"], row_filter="city = :attributes.city")
    found = run(tenant.api("viewer", permissions=frozenset({"execution.read", "execution.run"})), shop)
    assert (found.status_code, found.json()["code"]) == (403, "policy_variable_unset")


def test_a_closed_source_shows_nothing_without_a_policy(tenant: Any, shop: DataSource) -> None:
    with tenant.acting():
        data_sources.update(data_source_id=shop.id, default_access="deny")
    assert run(tenant.api("owner"), shop).json()["code"] == "hidden_by_policy"
    with tenant.acting():
        policy(shop, roles=["owner"])
    assert len(run(tenant.api("owner"), shop).json()["rows"]) == 5
    assert run(tenant.api("analyst"), shop).json()["code"] == "hidden_by_policy"


def test_a_plan_and_a_cost_are_withheld(tenant: Any, shop: DataSource) -> None:
    body = {"data_source_id": str(shop.id), "sql": SQL}
    assert tenant.api("analyst").post("/execute/explain", body).json()["plan"]
    with tenant.acting():
        policy(shop, row_filter="city = 'Bonn'")
    found = tenant.api("analyst").post("/execute/explain", body)
    assert found.json()["plan"] is None
    assert "Bonn" not in found.content.decode()
    verdict = tenant.api("analyst").post("/queries/validate", body)
    assert (verdict.json()["valid"], verdict.json()["estimated_cost"]) == (True, None)
    assert "Bonn" not in verdict.content.decode()


def test_what_a_source_says_of_a_restricted_statement_is_withheld(tenant: Any, shop: DataSource) -> None:
    with tenant.acting():
        policy(shop, row_filter="json_extract(note, '$.a') = 1")
    found = run(tenant.api("analyst"), shop, "SELECT id FROM orders")
    assert found.json()["code"] == "query_failed"
    assert "withheld" in found.json()["detail"]
    assert "malformed" not in found.content.decode()


def test_an_export_and_a_background_run_hold_the_policies(tenant: Any, shop: DataSource, settle: Callable[[], None]) -> None:
    with tenant.acting():
        policy(shop, row_filter="id = :attributes.own", masked_columns=[MaskedColumn(column="note", mask="null")])
    api = tenant.api("analyst", attributes={"own": 3})
    exported = api.post("/execute/export", {"data_source_id": str(shop.id), "sql": SQL, "format": "csv"})
    assert b"".join(exported.streaming_content).decode().split() == ['"id","note"', "3,"]


def test_a_stored_result_opens_under_equal_rights_alone(tenant: Any, shop: DataSource) -> None:
    with tenant.acting():
        policy_id = policy(shop, row_filter="id = :attributes.own")
    own = tenant.principal("analyst")
    api = tenant.api("analyst", user_id=own.user_id, attributes={"own": 1})
    path = f"/execute/results/{run(api, shop).json()['execution_id']}"
    admin = {"permissions": frozenset({"execution.read", "execution.admin"})}
    assert tenant.api("admin", attributes={"own": 1}, **admin).get(path).json()["rows"] == [[1, "=1+1"]]
    for suffix in ("", "?format=csv"):
        refused = tenant.api("admin", attributes={"own": 2}, **admin).get(path + suffix)
        assert (refused.status_code, refused.json()["code"]) == (403, "rights_changed")
    with tenant.acting():
        data_sources.update_policy(
            data_source_id=shop.id, policy_id=policy_id, policy=PolicyDraft(name="narrower", table="orders", row_filter="id = 0")
        )
    assert api.get(path).json()["code"] == "rights_changed"


def test_a_result_from_before_a_policy_is_not_opened_under_it(tenant: Any, shop: DataSource) -> None:
    person = tenant.principal("analyst")
    api = tenant.api("analyst", user_id=person.user_id)
    path = f"/execute/results/{run(api, shop).json()['execution_id']}"
    assert api.get(path).status_code == 200
    with tenant.acting():
        policy(shop, hidden_columns=["note"])
    assert api.get(path).json()["code"] == "rights_changed"


@pytest.fixture
def sheet(tenant: Any, settle: Callable[[], None]) -> dict[str, Any]:
    """A file that a restricted source holds: analysts see the rows of Bonn, and no amount."""
    found = upload(tenant.api(), settle)
    with tenant.acting():
        source = data_sources.create(name=f"sheets {uuid7()}", kind="files", config={"file_ids": [found["id"]]})
        draft = PolicyDraft(name="p", roles=["analyst"], table=found["table_name"], row_filter="city = 'Bonn'", hidden_columns=["amount"])
        data_sources.create_policy(data_source_id=source.id, policy=draft)
    return {**found, "source_id": str(source.id)}


def test_a_file_is_seen_under_the_policies_of_the_sources_that_hold_it(tenant: Any, sheet: dict[str, Any]) -> None:
    analyst, admin = tenant.api("analyst"), tenant.api("admin")
    for path in ("/execute/file", "/execute/sql"):
        body = (
            {"file_id": sheet["id"]}
            if path.endswith("file")
            else {"data_source_id": sheet["source_id"], "sql": f"SELECT * FROM {sheet['table_name']}"}
        )
        assert analyst.post(path, body).json()["rows"] == [["Bonn"], ["Bonn"]]
        assert len(admin.post(path, body).json()["rows"]) == 3
    shown = analyst.get(f"/files/{sheet['id']}/preview").json()
    assert (shown["rows"], shown["row_count"], shown["restricted"]) == ([["Bonn"], ["Bonn"]], None, True)
    assert [column["name"] for column in shown["columns"]] == ["city"]
    assert admin.get(f"/files/{sheet['id']}/preview").json()["row_count"] == 3


def test_a_restricted_file_is_not_downloaded(tenant: Any, sheet: dict[str, Any]) -> None:
    refused = tenant.api("analyst").get(f"/files/{sheet['id']}/download")
    assert (refused.status_code, refused.json()["code"]) == (403, "file_restricted")
    assert tenant.api("admin").get(f"/files/{sheet['id']}/download").status_code == 200


def test_a_file_in_a_closed_source_is_closed(tenant: Any, settle: Callable[[], None]) -> None:
    found = upload(tenant.api(), settle)
    with tenant.acting():
        data_sources.create(name="open", kind="files", config={"file_ids": [found["id"]]})
        data_sources.create(name="closed", kind="files", config={"file_ids": [found["id"]]}, default_access="deny")
    owner = tenant.api()
    assert owner.post("/execute/file", {"file_id": found["id"]}).json()["code"] == "hidden_by_policy"
    assert owner.get(f"/files/{found['id']}/preview").json()["code"] == "hidden_by_policy"
    assert owner.get(f"/files/{found['id']}/download").json()["code"] == "file_restricted"


def test_a_queued_run_takes_the_rights_of_when_it_runs(tenant: Any, shop: DataSource, settle: Callable[[], None]) -> None:
    api = tenant.api("owner")
    queued = run(api, shop, mode="async").json()
    with tenant.acting():
        policy(shop, row_filter="id = 4")
    settle()
    found = wait_for(lambda: (page := api.get(f"/execute/results/{queued['execution_id']}").json())["status"] == "completed" and page)
    assert found["rows"] == [[4, "fine"]]

"""The REST door of access policies, over real connections."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import duckdb
import pytest
from django.conf import settings

from analytics_platform.kernel.stamps import stamp
from apps.datasources.contract import data_sources
from apps.datasources.tests.factories import orders_body, policy_body, postgresql_body, sqlite_body


@pytest.fixture
def path(api: Any) -> str:
    """The policies of a source with a table of orders."""
    return f"/data-sources/{api.post('/data-sources', orders_body()).json()['id']}/policies"


def made(api: Any, path: str, **changes: Any) -> dict[str, Any]:
    """A policy that is there."""
    answer = api.post(path, policy_body(**changes))
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def faults(answer: Any) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]


def id_of(path: str) -> UUID:
    """The source's id."""
    return UUID(path.split("/")[2])


def test_makes_shows_and_deletes_a_policy(api: Any, path: str) -> None:
    body = policy_body(user_ids=[str(uuid4())])
    answer = api.post(path, body)
    assert answer.status_code == 201, answer.content
    policy = answer.json()
    assert answer.headers["Location"] == f"/api/v1{path}/{policy['id']}"
    assert {name: policy[name] for name in body} == body
    assert policy["variables"] == ["attributes.region", "user_id"]
    assert (policy["status"], policy["fault"], policy["version"]) == ("ok", None, 1)
    assert (policy["data_source_id"], policy["created_by"]) == (str(id_of(path)), str(api.principal.user_id))
    assert api.get(f"{path}/{policy['id']}").json() == policy
    assert api.delete(f"{path}/{policy['id']}").status_code == 204
    gone = api.get(f"{path}/{policy['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "policy_not_found")
    assert api.delete(f"{path}/{policy['id']}").status_code == 404


def test_lists_by_name_in_pages(api: Any, path: str) -> None:
    for name in ("b", "a", "c"):
        made(api, path, name=name)
    page = api.get(f"{path}?page_size=2").json()
    assert (page["count"], [policy["name"] for policy in page["results"]], page["previous"]) == (3, ["a", "b"], None)
    assert [policy["name"] for policy in api.get(page["next"]).json()["results"]] == ["c"]


def test_a_put_says_everything_anew(api: Any, path: str) -> None:
    policy = made(api, path)
    replaced = api.put(f"{path}/{policy['id']}", {"name": "all", "table": "ORDERS", "row_filter": "region = :role", "version": 1}).json()
    assert (replaced["roles"], replaced["hidden_columns"], replaced["masked_columns"]) == ([], [], [])
    assert (replaced["name"], replaced["table"], replaced["variables"], replaced["version"]) == ("all", "ORDERS", ["role"], 2)


def test_a_patch_changes_what_it_names(api: Any, path: str) -> None:
    policy = made(api, path)
    changed = api.patch(f"{path}/{policy['id']}", {"roles": ["analyst"], "hidden_columns": []}).json()
    expected = {**policy, "roles": ["analyst"], "hidden_columns": [], "version": 2, "updated_at": changed["updated_at"]}
    assert changed == expected


def test_null_in_a_patch_takes_the_filter_away_and_empties_a_list(api: Any, path: str) -> None:
    policy = made(api, path)
    changed = api.patch(f"{path}/{policy['id']}", {"row_filter": None, "roles": None, "name": None, "table": None}).json()
    assert (changed["row_filter"], changed["variables"], changed["roles"]) == (None, [], [])
    assert (changed["name"], changed["table"], changed["hidden_columns"]) == (policy["name"], "orders", ["email"])


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_stale_version_is_refused(api: Any, path: str, method: str) -> None:
    policy = made(api, path)
    api.patch(f"{path}/{policy['id']}", {"roles": []})
    answer = getattr(api, method)(f"{path}/{policy['id']}", policy_body(version=1))
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    assert api.get(f"{path}/{policy['id']}").json()["name"] == policy["name"]


def test_a_change_that_changes_nothing_makes_no_version(api: Any, path: str) -> None:
    policy = made(api, path)
    assert api.patch(f"{path}/{policy['id']}", {"roles": policy["roles"]}).json() == policy


def test_a_name_is_taken_once_in_a_source(api: Any, path: str) -> None:
    made(api, path, name="taken")
    other = made(api, path)
    answers = [api.post(path, policy_body(name=" taken ")), api.patch(f"{path}/{other['id']}", {"name": "taken"})]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(409, "policy_name_taken")] * 2
    elsewhere = api.post("/data-sources", orders_body()).json()["id"]
    assert api.post(f"/data-sources/{elsewhere}/policies", policy_body(name="taken")).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"table": ""}, "table"),
        ({"table": "x" * 301}, "table"),
        ({"row_filter": "  "}, "row_filter"),
        ({"row_filter": "x" * 10_001}, "row_filter"),
        ({"roles": ["viewer", "viewer"]}, "roles"),
        ({"roles": [""]}, "roles.0"),
        ({"user_ids": ["nobody"]}, "user_ids.0"),
        ({"user_ids": ["01890000-0000-7000-8000-000000000001"] * 2}, "user_ids"),
        ({"hidden_columns": ["email", "email"]}, "hidden_columns"),
        ({"hidden_columns": [" "]}, "hidden_columns.0"),
        ({"masked_columns": [{"column": "email", "mask": "hash"}, {"column": "email", "mask": "null"}]}, "masked_columns"),
        ({"masked_columns": [{"column": "email", "mask": "rot13"}]}, "masked_columns.0.mask"),
        ({"masked_columns": [{"column": "email", "mask": "hash", "salt": "x"}]}, "masked_columns.0.salt"),
        ({"rowfilter": "true"}, "rowfilter"),
    ],
)
def test_what_makes_no_policy_is_refused_with_its_field(api: Any, path: str, changes: dict[str, Any], field: str) -> None:
    policy = made(api, path)
    answers = [api.post(path, policy_body(**changes)), api.patch(f"{path}/{policy['id']}", changes)]
    assert [(a.status_code, [name for name, _ in faults(a)]) for a in answers] == [(400, [field])] * 2


def test_a_name_and_a_table_are_needed(api: Any, path: str) -> None:
    answer = api.post(path, {})
    assert (answer.status_code, {field for field, _ in faults(answer)}) == (400, {"name", "table"})


def test_one_that_takes_nothing_away_is_taken(api: Any, path: str) -> None:
    policy = api.post(path, {"name": "everybody may see orders", "table": "orders"}).json()
    assert (policy["row_filter"], policy["hidden_columns"], policy["masked_columns"]) == (None, [], [])


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"table": "invoices"}, ("table", "unknown_table")),
        ({"row_filter": "owner = "}, ("row_filter", "syntax_error")),
        ({"row_filter": "owner = :user_id; DROP TABLE orders"}, ("row_filter", "multiple_statements")),
        ({"row_filter": "load_extension('x')"}, ("row_filter", "function_not_allowed")),
        ({"row_filter": "holder = :user_id"}, ("row_filter", "unknown_column")),
        ({"row_filter": "owner = :user_name"}, ("row_filter", "bad_parameter")),
        ({"hidden_columns": ["mail"]}, ("hidden_columns.0", "unknown_column")),
        ({"masked_columns": [{"column": "amounts", "mask": "null"}]}, ("masked_columns.0.column", "unknown_column")),
        ({"masked_columns": [{"column": "email", "mask": "range"}]}, ("masked_columns.0.mask", "mask_does_not_fit")),
        ({"hidden_columns": ["id", "owner", "region", "email", "amount"]}, ("hidden_columns", "nothing_left")),
        ({"table": "*"}, ("row_filter", "needs_a_table")),
    ],
)
def test_what_does_not_resolve_is_refused_with_its_field(api: Any, path: str, changes: dict[str, Any], fault: tuple[str, str]) -> None:
    policy = made(api, path)
    for answer in (api.post(path, policy_body(**changes)), api.patch(f"{path}/{policy['id']}", changes)):
        assert (answer.status_code, answer.json()["code"], faults(answer)) == (422, "policy_invalid", [fault]), answer.content
    assert api.get(f"{path}/{policy['id']}").json() == policy


def test_every_fault_is_told_at_once(api: Any, path: str) -> None:
    answer = api.post(
        path, policy_body(row_filter="owner = ", hidden_columns=["nothing"], masked_columns=[{"column": "no", "mask": "hash"}])
    )
    assert {field.split(".")[0] for field, _ in faults(answer)} == {"row_filter", "hidden_columns", "masked_columns"}


@pytest.fixture(params=["a host that is away", "a file that is gone"])
def unreachable(request: pytest.FixtureRequest, api: Any) -> str:
    """The policies of a source that cannot be asked."""
    if request.param == "a host that is away":
        return f"/data-sources/{api.post('/data-sources', postgresql_body()).json()['id']}/policies"
    source = api.post("/data-sources", orders_body()).json()
    (Path(settings.SOURCE_DIRS[0]) / source["config"]["path"]).unlink()
    return f"/data-sources/{source['id']}/policies"


def test_a_source_that_is_away_keeps_nobody_from_tightening_it(api: Any, unreachable: str) -> None:
    answer = api.post(unreachable, policy_body(table="whatever"))
    assert (answer.status_code, answer.json()["status"]) == (201, "ok"), answer.content
    assert answer.json()["variables"] == ["attributes.region", "user_id"]
    refused = [api.post(unreachable, policy_body(**changes)) for changes in ({"row_filter": "owner = "}, {"table": "*"})]
    assert [(a.status_code, faults(a)) for a in refused] == [
        (422, [("row_filter", "syntax_error")]),
        (422, [("row_filter", "needs_a_table")]),
    ]


def test_a_table_of_several_schemas_is_named_with_its_own(api: Any) -> None:
    file = Path(settings.SOURCE_DIRS[0]) / f"{uuid4().hex}.duckdb"
    with duckdb.connect(str(file)) as database:
        database.execute(
            "CREATE SCHEMA north; CREATE SCHEMA south; CREATE TABLE north.stock (a INTEGER); CREATE TABLE south.stock (a INTEGER)"
        )
    source = api.post("/data-sources", {"name": "two", "kind": "duckdb", "config": {"path": file.name}}).json()
    path, body = f"/data-sources/{source['id']}/policies", {"name": "p", "row_filter": "a > 1"}
    refused = api.post(path, {**body, "table": "stock"})
    assert (refused.status_code, faults(refused)) == (422, [("table", "ambiguous_name")])
    assert api.post(path, {**body, "table": "south.stock"}).status_code == 201


@pytest.mark.parametrize(("role", "may"), [("viewer", False), ("analyst", False), ("admin", True), ("owner", True)])
def test_only_who_manages_sources_sees_and_changes_policies(api: Any, tenant: Any, path: str, role: str, may: bool) -> None:
    policy, member = made(api, path), tenant.api(role)
    answers = [
        member.get(path),
        member.get(f"{path}/{policy['id']}"),
        member.post(path, policy_body()),
        member.put(f"{path}/{policy['id']}", policy_body()),
        member.patch(f"{path}/{policy['id']}", {"roles": []}),
        member.delete(f"{path}/{policy['id']}"),
    ]
    allowed = [200, 200, 201, 200, 200, 204]
    assert [a.status_code for a in answers] == {True: allowed, False: [403] * 6}[may]


def test_a_source_says_nothing_of_its_policies_to_whom_they_bind(api: Any, tenant: Any, path: str) -> None:
    made(api, path, name="planted-name", row_filter="region = 'planted-region'")
    member = tenant.api("viewer")
    answers = [member.get("/data-sources"), member.get(f"/data-sources/{id_of(path)}"), member.get("/data-sources/kinds"), member.get(path)]
    assert [a.status_code for a in answers] == [200, 200, 200, 403]
    assert all("planted" not in a.content.decode() for a in answers)


def test_a_policy_is_found_under_its_own_source_alone(api: Any, path: str) -> None:
    policy = made(api, path)
    other = f"/data-sources/{api.post('/data-sources', orders_body()).json()['id']}/policies/{policy['id']}"
    answers = [api.get(other), api.put(other, policy_body()), api.patch(other, {"roles": []}), api.delete(other)]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(404, "policy_not_found")] * 4


def test_policies_stay_when_the_source_changes_and_go_with_it(api: Any, path: str) -> None:
    policy, source = made(api, path), f"/data-sources/{id_of(path)}"
    assert api.patch(source, {"config": sqlite_body()["config"], "default_access": "deny"}).status_code == 200
    assert api.get(f"{path}/{policy['id']}").json() == policy
    assert api.delete(source).status_code == 204
    assert api.get(path).json()["code"] == "data_source_not_found"


def test_every_change_renews_the_sources_stamp(api: Any, tenant: Any, path: str) -> None:
    def seen() -> bytes | None:
        with tenant.acting():
            return stamp("data_source", id_of(path))

    stamps = [seen()]
    policy = made(api, path)
    stamps.append(seen())
    api.patch(f"{path}/{policy['id']}", {"roles": []})
    stamps.append(seen())
    api.patch(f"/data-sources/{id_of(path)}", {"default_access": "deny"})
    stamps.append(seen())
    api.delete(f"{path}/{policy['id']}")
    stamps.append(seen())
    assert len(set(stamps)) == 5
    assert None not in stamps


def test_a_connection_carries_what_its_policies_say(api: Any, tenant: Any, path: str) -> None:
    policy = made(api, path, masked_columns=[{"column": "amount", "mask": "hash"}])
    api.patch(f"/data-sources/{id_of(path)}", {"default_access": "deny"})
    with tenant.acting():
        connection = data_sources.connection(data_source_id=id_of(path))
        viewer = connection.rights_of(tenant.principal("viewer", attributes={"region": "north"}))
        analyst = connection.rights_of(tenant.principal("analyst"))
    assert [one.model_dump(mode="json") for one in connection.policies] == [policy]
    assert [(rule.table, rule.masks, rule.hidden_columns) for rule in viewer.rules] == [("orders", (("amount", "hash"),), ("email",))]
    assert 'attributes.region="north"' in viewer.fingerprint
    assert (analyst.rules, analyst.is_closed, analyst.is_unrestricted) == ((), True, False)

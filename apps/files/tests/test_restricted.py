"""What was found in a file, as colleagues see it while data sources restrict it and while none does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from analytics_platform.kernel.ids import uuid7
from apps.files.tests.test_api import CSV, ready

pytestmark = pytest.mark.layouts
Settle = Callable[[], None]
COLUMNS = ["order_no", "zip", "amount"]
POLICY = {"name": "no amounts", "roles": ["viewer"], "table": "*", "hidden_columns": ["amount"]}


@pytest.fixture
def file(api: Any, settle: Settle) -> dict[str, Any]:
    """A file with a row that did not fit; `api` has uploaded it."""
    return ready(api, settle, content=CSV + b"3,x\n")


def hold(api: Any, *files: dict[str, Any], **said: Any) -> str:
    """The path of a new source that holds the files."""
    body = {"name": f"sheets {uuid7()}", "kind": "files", "config": {"file_ids": [file["id"] for file in files]}, **said}
    made = api.post("/data-sources", body)
    assert made.status_code == 201, made.content
    return f"/data-sources/{made.json()['id']}"


def restrict(api: Any, source: str) -> str:
    """The path of a new policy of the source."""
    made = api.post(f"{source}/policies", POLICY)
    assert made.status_code == 201, made.content
    return f"{source}/policies/{made.json()['id']}"


def seen(api: Any, file: dict[str, Any]) -> list[str]:
    """The columns that are told, by both endpoints."""
    one = api.get(f"/files/{file['id']}").json()
    [same] = [other for other in api.get("/files").json()["results"] if other["id"] == file["id"]]
    assert same == one
    return [column["name"] for column in one["columns"]]


@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_a_colleague_sees_what_was_found_in_a_file_that_no_source_restricts(
    tenant: Any, api: Any, settle: Settle, file: dict[str, Any], role: str
) -> None:
    hold(api, file)
    settle()
    assert tenant.api(role).get(f"/files/{file['id']}").json() == file
    assert (seen(tenant.api(role), file), file["row_count"], file["restricted"]) == (COLUMNS, 2, False)


@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_nothing_that_was_found_in_a_restricted_file_is_told(
    tenant: Any, api: Any, settle: Settle, file: dict[str, Any], role: str
) -> None:
    restrict(api, hold(api, file))
    settle()
    colleague = tenant.api(role)
    shown = colleague.get(f"/files/{file['id']}").json()
    assert (seen(colleague, file), shown["row_count"], shown["bad_row_count"], shown["bad_rows"]) == ([], None, 0, [])
    assert (shown["restricted"], shown["name"], shown["size"], shown["status"]) == (True, file["name"], file["size"], "ready")


@pytest.mark.parametrize("role", ["viewer", "analyst", "admin"])
def test_whoever_uploaded_a_restricted_file_or_manages_sources_sees_it_whole(
    tenant: Any, api: Any, settle: Settle, file: dict[str, Any], role: str
) -> None:
    restrict(api, hold(api, file))
    settle()
    assert seen(tenant.api("admin"), file) == COLUMNS
    assert seen(tenant.api(role, user_id=UUID(file["created_by"])), file) == COLUMNS


def test_the_job_that_read_a_file_does_not_tell_what_was_found(tenant: Any, api: Any, settle: Settle, file: dict[str, Any]) -> None:
    restrict(api, hold(api, file))
    settle()
    job = tenant.api("viewer").get(f"/jobs/{file['job_id']}").json()
    assert (job["state"], job["result"]) == ("succeeded", None)


def test_a_file_is_seen_again_when_the_last_policy_is_removed(tenant: Any, api: Any, settle: Settle, file: dict[str, Any]) -> None:
    source = hold(api, file)
    policies = [f"{source}/policies/{api.post(f'{source}/policies', {**POLICY, 'name': name}).json()['id']}" for name in ("one", "two")]
    found = []
    for policy in policies:
        assert api.delete(policy).status_code == 204
        settle()
        found.append(seen(tenant.api("viewer"), file))
    assert found == [[], COLUMNS]


def test_a_file_is_seen_again_when_its_source_is_deleted(tenant: Any, api: Any, settle: Settle, file: dict[str, Any]) -> None:
    source = hold(api, file)
    restrict(api, source)
    settle()
    assert seen(tenant.api("viewer"), file) == []
    assert api.delete(source).status_code == 204
    settle()
    assert seen(tenant.api("viewer"), file) == COLUMNS


def test_a_file_in_two_sources_is_restricted_by_either(tenant: Any, api: Any, settle: Settle, file: dict[str, Any]) -> None:
    sources = [hold(api, file), hold(api, file)]
    policies = [restrict(api, source) for source in sources]
    settle()
    found = []
    for path in (policies[0], sources[1]):
        found.append(seen(tenant.api("viewer"), file))
        assert api.delete(path).status_code == 204
        settle()
    assert [*found, seen(tenant.api("viewer"), file)] == [[], [], COLUMNS]


def test_a_closed_source_restricts_its_files_until_it_is_opened(tenant: Any, api: Any, settle: Settle, file: dict[str, Any]) -> None:
    source = hold(api, file, default_access="deny")
    found = []
    for access in ("allow", "deny", "allow"):
        settle()
        found.append(seen(tenant.api("viewer"), file))
        assert api.patch(source, {"default_access": access}).status_code == 200
    settle()
    assert [*found, seen(tenant.api("viewer"), file)] == [[], COLUMNS, [], COLUMNS]


def test_a_file_that_joins_a_restricted_source_is_restricted_and_one_that_leaves_it_is_not(
    tenant: Any, api: Any, settle: Settle, file: dict[str, Any]
) -> None:
    other = ready(api, settle, name="other.csv")
    source = hold(api, file)
    restrict(api, source)
    assert api.patch(source, {"config": {"file_ids": [other["id"]]}}).status_code == 200
    settle()
    assert (seen(tenant.api("viewer"), file), seen(tenant.api("viewer"), other)) == (COLUMNS, [])


def test_another_parse_of_a_restricted_file_leaves_it_restricted(tenant: Any, api: Any, settle: Settle, file: dict[str, Any]) -> None:
    restrict(api, hold(api, file))
    settle()
    assert api.post(f"/files/{file['id']}/process", {}).status_code == 202
    settle()
    assert (seen(tenant.api("viewer"), file), api.get(f"/files/{file['id']}").json()["version"]) == ([], 2)

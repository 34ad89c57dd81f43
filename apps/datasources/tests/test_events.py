"""What data sources tell, what they follow, and the checks that go on by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone

from analytics_platform.kernel.context import tenant_in_force
from analytics_platform.kernel.databases import alias_of, transaction_for
from analytics_platform.kernel.events import publish
from analytics_platform.kernel.jobs.models import JobRow
from analytics_platform.kernel.stamps import stamp
from apps.datasources.subscribers import PoliciesChecked
from apps.datasources.tests.factories import SECRET, orders_body, policy_body, postgresql_body, sqlite_body, upload

pytestmark = [pytest.mark.layouts, pytest.mark.django_db(transaction=True)]


def told(source_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Every event of a source, in order: those that wait in the outbox and those in the log."""
    with connections[alias_of("datasources")].cursor() as cursor:
        cursor.execute(
            """SELECT name, payload FROM (
                 SELECT id, name, payload, key FROM public.events_outbox UNION ALL SELECT id, name, payload, key FROM public.events_log
               ) e WHERE key = %s ORDER BY id""",
            [source_id],
        )
        return [(name, payload if isinstance(payload, dict) else json.loads(payload)) for name, payload in cursor.fetchall()]


def test_tells_what_happened_to_a_source(api: Any) -> None:
    source = api.post("/data-sources", sqlite_body()).json()
    path = f"/data-sources/{source['id']}"
    api.patch(path, {"name": "Renamed", "private": False})
    api.post(f"{path}/health-check")
    api.post(f"{path}/health-check")
    api.delete(path)
    events = told(source["id"])
    assert [name for name, _ in events] == [
        "datasources.DataSourceCreated",
        "datasources.DataSourceUpdated",
        "datasources.DataSourceHealthChanged",
        "datasources.DataSourceDeleted",
    ]
    assert (events[1][1]["changed"], events[1][1]["data_source_version"]) == (["name"], 2)
    assert (events[2][1]["previous_status"], events[2][1]["status"]) == ("unknown", "healthy")


def test_a_refused_change_tells_nothing(api: Any) -> None:
    source = api.post("/data-sources", sqlite_body(name="one")).json()
    api.post("/data-sources", sqlite_body(name="two"))
    assert api.patch(f"/data-sources/{source['id']}", {"name": "two"}).status_code == 409
    assert [name for name, _ in told(source["id"])] == ["datasources.DataSourceCreated"]


def test_no_event_carries_a_secret(api: Any) -> None:
    source = api.post("/data-sources", postgresql_body()).json()
    api.patch(f"/data-sources/{source['id']}", {"config": {"password": SECRET + "-2"}})
    api.post(f"/data-sources/{source['id']}/health-check")
    assert len(told(source["id"])) == 3
    assert SECRET not in json.dumps(told(source["id"]))


def test_a_new_source_is_checked_by_itself_and_again_later(api: Any, tenant: Any, settle: Callable[[], None]) -> None:
    source = api.post("/data-sources", sqlite_body()).json()
    settle()
    assert api.get(f"/data-sources/{source['id']}").json()["status"] == "healthy"
    waiting = JobRow.objects.using(alias_of("datasources")).filter(dedupe_key=source["id"], state="queued")
    assert [row.due_at > timezone.now() for row in waiting] == [True]
    api.delete(f"/data-sources/{source['id']}")
    assert not waiting.all().exists()


def test_a_check_of_a_source_that_is_gone_ends_its_schedule(api: Any, tenant: Any, settle: Callable[[], None]) -> None:
    source = api.post("/data-sources", sqlite_body()).json()
    with tenant_in_force(tenant.id), tenant.acting():
        from apps.datasources.models import Source

        Source.objects.filter(id=source["id"]).delete()
    settle()
    assert not JobRow.objects.using(alias_of("datasources")).filter(dedupe_key=source["id"], state="queued").exists()


def test_files_become_a_source_that_is_healthy_when_they_are_ready(api: Any, settle: Callable[[], None]) -> None:
    file = upload(api, "cities.csv", "city,size\nBonn,3\nUlm,1\n")
    source = api.post("/data-sources", {"name": "files", "kind": "files", "config": {"file_ids": [file["id"]]}}).json()
    settle()
    assert api.post(f"/data-sources/{source['id']}/health-check").json()["status"] == "healthy"


def test_a_deleted_file_leaves_its_sources_and_the_last_one_makes_them_unhealthy(api: Any, settle: Callable[[], None]) -> None:
    ids = [upload(api, f"{name}.csv", "a\n1\n")["id"] for name in ("one", "two")]
    source = api.post("/data-sources", {"name": "files", "kind": "files", "config": {"file_ids": ids}}).json()
    settle()
    path = f"/data-sources/{source['id']}"
    assert api.delete(f"/files/{ids[0]}").status_code == 204
    settle()
    left = api.get(path).json()
    assert (left["config"]["file_ids"], left["version"]) == ([ids[1]], 2)
    api.delete(f"/files/{ids[1]}")
    settle()
    empty = api.get(path).json()
    assert (empty["config"]["file_ids"], empty["status"]) == ([], "unhealthy")
    assert api.get(f"{path}/health").json()["results"][0]["error"]["code"] == "files_gone"
    again = upload(api, "three.csv", "a\n1\n")["id"]
    settle()
    assert api.patch(f"{path}?test=true", {"config": {"file_ids": [again]}}).json()["status"] == "healthy"


def test_tells_which_files_a_source_restricts_where_that_may_differ(api: Any, settle: Callable[[], None]) -> None:
    one, two = [upload(api, f"{name}.csv", "a,b\n1,2\n")["id"] for name in ("one", "two")]
    source = api.post("/data-sources", {"name": "files", "kind": "files", "config": {"file_ids": [one]}}).json()
    settle()
    path, body = f"/data-sources/{source['id']}", {"name": "p", "table": "*", "hidden_columns": ["b"]}
    policy = api.post(f"{path}/policies", body).json()
    api.patch(f"{path}/policies/{policy['id']}", {"roles": ["viewer"]})
    api.patch(path, {"name": "sheets"})
    api.patch(path, {"config": {"file_ids": [one, two]}})
    api.delete(f"/files/{one}")
    settle()
    api.delete(f"{path}/policies/{policy['id']}")
    api.patch(path, {"default_access": "deny"})
    events = [payload["file_ids"] for name, payload in told(source["id"]) if name == "datasources.RestrictedFilesChanged"]
    assert events == [[one], [one, two], [two], [], [two]]


def test_only_sources_of_files_restrict_files(api: Any) -> None:
    source = api.post("/data-sources", orders_body(default_access="deny")).json()
    api.post(f"/data-sources/{source['id']}/policies", policy_body())
    assert {name for name, _ in told(source["id"])} == {"datasources.DataSourceCreated", "datasources.PolicyChanged"}


def test_a_source_made_before_its_file_was_ready_becomes_healthy_with_it(api: Any, settle: Callable[[], None]) -> None:
    file = upload(api, "sales.csv", "day,amount\n2024-01-01,10\n")
    source = api.post("/data-sources", {"name": "sales", "kind": "files", "config": {"file_ids": [file["id"]]}}).json()
    assert api.post(f"/data-sources/{source['id']}/health-check").json()["status"] != "healthy"
    settle()
    assert api.get(f"/data-sources/{source['id']}").json()["status"] == "healthy"


def checked(tenant: Any, policy: dict[str, Any], *, fault: str = "", version: int = 1) -> None:
    """What the schema app tells once it has held a policy against the source's structure."""
    broken = [{"policy_id": policy["id"], "policy_version": version, "fault": fault}] * bool(fault)
    said = {"data_source_id": policy["data_source_id"], "schema_version": 2, "checked": [policy["id"]], "broken": broken}
    with tenant.acting(), transaction_for("schema"):
        publish(PoliciesChecked.model_validate(said))


def broken_told(policy: dict[str, Any]) -> list[dict[str, Any]]:
    return [payload for name, payload in told(policy["data_source_id"]) if name == "datasources.PolicyBroken"]


@pytest.fixture
def policy(api: Any, settle: Callable[[], None]) -> dict[str, Any]:
    """A policy that resolves, with everything that follows from it done."""
    source = api.post("/data-sources", orders_body()).json()
    made = api.post(f"/data-sources/{source['id']}/policies", policy_body(name="own orders")).json()
    settle()
    return dict(made)


def shown(api: Any, policy: dict[str, Any]) -> dict[str, Any]:
    return dict(api.get(f"/data-sources/{policy['data_source_id']}/policies/{policy['id']}").json())


def test_tells_what_happened_to_a_policy(api: Any, policy: dict[str, Any]) -> None:
    path = f"/data-sources/{policy['data_source_id']}/policies"
    api.patch(f"{path}/{policy['id']}", {"roles": []})
    api.patch(f"{path}/{policy['id']}", {"roles": []})
    api.post(path, policy_body(name="own orders"))
    api.patch(f"{path}/{policy['id']}", {"row_filter": "owner ="})
    api.delete(f"{path}/{policy['id']}")
    events = [payload for name, payload in told(policy["data_source_id"]) if name == "datasources.PolicyChanged"]
    assert [event["change"] for event in events] == ["created", "updated", "deleted"]
    assert {(event["policy_id"], event["name"]) for event in events} == {(policy["id"], "own orders")}


def test_a_policy_that_no_longer_resolves_says_so_once(api: Any, tenant: Any, settle: Callable[[], None], policy: dict[str, Any]) -> None:
    for fault in ("There is no column owner.", "There is no column owner.", "There is no table orders."):
        checked(tenant, policy, fault=fault)
        settle()
    found = shown(api, policy)
    assert (found["status"], found["fault"], found["version"]) == ("broken", "There is no table orders.", 1)
    expected = {"data_source_id": policy["data_source_id"], "policy_id": policy["id"], "name": "own orders"}
    assert broken_told(policy) == [{**expected, "created_by": str(api.principal.user_id)}]


def test_a_policy_that_resolves_again_says_so(api: Any, tenant: Any, settle: Callable[[], None], policy: dict[str, Any]) -> None:
    for fault in ("There is no column owner.", "", "There is no column owner."):
        checked(tenant, policy, fault=fault)
    settle()
    assert (shown(api, policy)["status"], len(broken_told(policy))) == ("broken", 2)
    checked(tenant, policy)
    settle()
    assert shown(api, policy) == policy


def test_a_verdict_on_an_older_version_is_none(api: Any, tenant: Any, settle: Callable[[], None], policy: dict[str, Any]) -> None:
    api.patch(f"/data-sources/{policy['data_source_id']}/policies/{policy['id']}", {"roles": []})
    settle()
    checked(tenant, policy, fault="There is no column owner.", version=1)
    settle()
    assert (shown(api, policy)["status"], broken_told(policy)) == ("ok", [])


def test_a_verdict_on_a_policy_that_is_gone_changes_nothing(
    api: Any, tenant: Any, settle: Callable[[], None], policy: dict[str, Any]
) -> None:
    path = f"/data-sources/{policy['data_source_id']}/policies"
    api.delete(f"{path}/{policy['id']}")
    checked(tenant, policy, fault="There is no column owner.")
    settle()
    assert (api.get(path).json()["count"], broken_told(policy)) == (0, [])


def test_a_changed_policy_is_no_longer_broken(api: Any, tenant: Any, settle: Callable[[], None], policy: dict[str, Any]) -> None:
    checked(tenant, policy, fault="There is no column owner.")
    settle()
    changed = api.put(f"/data-sources/{policy['data_source_id']}/policies/{policy['id']}", policy_body(name="own orders")).json()
    assert (changed["status"], changed["fault"], changed["version"]) == ("ok", None, 2)


def test_a_verdict_that_differs_renews_the_sources_stamp(tenant: Any, settle: Callable[[], None], policy: dict[str, Any]) -> None:
    stamps = []
    for fault in ("", "There is no column owner.", "There is no column owner.", ""):
        checked(tenant, policy, fault=fault)
        settle()
        with tenant.acting():
            stamps.append(stamp("data_source", UUID(policy["data_source_id"])))
    assert [before == after for before, after in pairwise(stamps)] == [False, True, False]

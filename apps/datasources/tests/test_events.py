"""What data sources tell, what they follow, and the checks that go on by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.client import MULTIPART_CONTENT
from django.utils import timezone

from analytics_platform.kernel.context import tenant_in_force
from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.jobs.models import JobRow
from apps.datasources.tests.factories import SECRET, postgresql_body, sqlite_body

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


def upload(api: Any, name: str, text: str) -> dict[str, Any]:
    answer = api.post("/files/upload", {"file": SimpleUploadedFile(name, text.encode(), "text/csv")}, MULTIPART_CONTENT)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


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


def test_a_source_made_before_its_file_was_ready_becomes_healthy_with_it(api: Any, settle: Callable[[], None]) -> None:
    file = upload(api, "sales.csv", "day,amount\n2024-01-01,10\n")
    source = api.post("/data-sources", {"name": "sales", "kind": "files", "config": {"file_ids": [file["id"]]}}).json()
    assert api.post(f"/data-sources/{source['id']}/health-check").json()["status"] != "healthy"
    settle()
    assert api.get(f"/data-sources/{source['id']}").json()["status"] == "healthy"

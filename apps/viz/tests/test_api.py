"""The endpoints under /visualizations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.viz.models import Visualization
from apps.viz.tests.factories import BY_TYPE, as_json

BAR = {
    "columns": [{"name": "country", "type": "string"}, {"name": "sales", "type": "decimal"}],
    "rows": [["France", "10.5"], ["Spain", "7"]],
}
SLOTS = [{"name": "trend", "types": ["line"], "x": 0, "y": 0, "w": 12, "h": 5}]


def made(api: Any, **changes: Any) -> dict[str, Any]:
    answer = api.post("/visualizations/generate-config", {**BAR, **changes})
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_lists_every_type_with_what_it_needs(api: Any) -> None:
    body = api.get("/visualizations/types").json()

    assert {t["type"] for t in body["results"]} == set(BY_TYPE)
    assert body["count"] == len(BY_TYPE)
    assert {t["type"]: t["needs"]["measures_min"] for t in body["results"]}["bubble"] == 3


def test_selects_a_type(api: Any) -> None:
    question, given = BY_TYPE["pie"]

    body = api.post("/visualizations/select-type", {**as_json(given), "question": question}).json()

    assert body["type"] == "pie"
    assert body["reason"]
    assert {"type": "bar", "score": 0.9} in body["alternatives"]


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
def test_makes_gets_and_renders_every_type(api: Any, type_: str) -> None:
    _, given = BY_TYPE[type_]

    chart = api.post("/visualizations/generate-config", {**as_json(given), "type": type_, "title": "Mine"}).json()
    again = api.get(f"/visualizations/{chart['id']}").json()
    picture = api.get(f"/visualizations/{chart['id']}/render?format=svg&width=500")

    assert (chart["type"], chart["title"]) == (type_, "Mine")
    assert again["spec"] == chart["spec"]
    assert again["spec"]["datasets"]["rows"]
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")


@pytest.mark.parametrize(
    ("format_", "content_type", "magic"),
    [("svg", "image/svg+xml", b"<svg"), ("png", "image/png", b"\x89PNG"), ("pdf", "application/pdf", b"%PDF")],
)
def test_renders_in_each_format(api: Any, format_: str, content_type: str, magic: bytes) -> None:
    answer = api.get(f"/visualizations/{made(api)['id']}/render?format={format_}&theme=dark", headers={"accept": content_type})

    assert answer["Content-Type"] == content_type
    assert answer.content.startswith(magic)
    assert "private" in answer["Cache-Control"]


def test_stores_no_row(api: Any, tenant: Any) -> None:
    chart = made(api)

    with tenant.acting():
        stored = Visualization.objects.get(pk=chart["id"])

    kept = str([stored.spec, stored.columns, stored.options, stored.notes, stored.title])
    assert "France" not in kept
    assert "France" in str(chart["spec"]["datasets"])


def test_rows_that_came_with_a_request_open_for_their_sender_alone(tenant: Any) -> None:
    sender, colleague = tenant.api("analyst"), tenant.api("analyst")
    chart = made(sender)

    seen = colleague.get(f"/visualizations/{chart['id']}")
    picture = colleague.get(f"/visualizations/{chart['id']}/render")

    assert "France" in str(sender.get(f"/visualizations/{chart['id']}").json()["spec"])
    assert seen.status_code == 200
    assert "France" not in seen.content.decode()
    assert (picture.status_code, picture.json()["code"]) == (409, "chart_data_gone")


def test_rows_that_came_with_a_request_are_forgotten_after_a_day(api: Any, settle: Any, tenant: Any) -> None:
    from django.utils import timezone

    from analytics_platform.kernel.databases import alias_of
    from analytics_platform.kernel.jobs.models import JobRow

    chart = made(api)
    jobs = JobRow.objects.using(alias_of("viz")).filter(kind="viz.forget_rows", tenant_id=tenant.id, state="queued")
    due = [row.due_at - timezone.now() for row in jobs]
    jobs.update(due_at=timezone.now())
    settle()

    assert all(timedelta(hours=23) < wait <= timedelta(days=1) for wait in due)
    assert api.get(f"/visualizations/{chart['id']}/render").json()["code"] == "chart_data_gone"
    assert "datasets" not in api.get(f"/visualizations/{chart['id']}").json()["spec"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "chart_data_required"),
        ({"columns": BAR["columns"]}, 400, "chart_data_required"),
        ({"columns": BAR["columns"], "rows": [["only one"]]}, 400, "chart_data_required"),
        ({**BAR, "execution_id": str(uuid4())}, 400, "chart_data_required"),
        ({**BAR, "type": "hologram"}, 400, "invalid"),
        ({**BAR, "type": "map_points"}, 422, "chart_does_not_fit"),
        ({**BAR, "options": {"x": "nothing"}}, 422, "chart_does_not_fit"),
        ({**BAR, "options": {"limit": 0}}, 400, "invalid"),
        ({"columns": [], "rows": []}, 400, "invalid"),
        ({**BAR, "title": "a\0b"}, 400, "invalid"),
    ],
)
def test_refuses_with_a_stable_code(api: Any, body: dict[str, Any], status: int, code: str) -> None:
    answer = api.post("/visualizations/generate-config", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("query", ["format=gif", "width=1", "width=99999", "theme=neon"])
def test_refuses_pictures_that_cannot_be(api: Any, query: str) -> None:
    assert api.get(f"/visualizations/{uuid4()}/render?{query}").status_code == 400
    assert api.get(f"/visualizations/{uuid4()}/render").json()["code"] == "visualization_not_found"


def test_draws_no_rows_as_an_empty_table(api: Any) -> None:
    chart = made(api, rows=[])

    assert (chart["type"], chart["notes"]) == ("table", ["There are no rows."])
    assert api.get(f"/visualizations/{chart['id']}/render?format=png").status_code == 200


def test_the_same_request_under_one_key_makes_one_chart(api: Any) -> None:
    answers = [api.post("/visualizations/generate-config", BAR, headers={"idempotency-key": "one"}).json()["id"] for _ in range(2)]

    assert answers[0] == answers[1]


def test_keeps_changes_and_removes_templates(api: Any) -> None:
    created = api.post("/visualizations/templates", {"name": "Mine", "slots": SLOTS})
    path = f"/visualizations/templates/{created.json()['id']}"
    changed = api.patch(path, {"description": "Better", "version": 1}).json()
    replaced = api.put(path, {"name": "Ours", "slots": SLOTS}).json()

    assert created.status_code == 201
    assert (changed["description"], changed["version"], replaced["name"], replaced["description"]) == ("Better", 2, "Ours", "")
    assert api.patch(path, {"name": "x", "version": 1}).json()["code"] == "stale_version"
    assert api.post("/visualizations/templates", {"name": "Ours", "slots": SLOTS}).json()["code"] == "dashboard_template_name_taken"
    assert api.get("/visualizations/templates?search=our").json()["results"][-1]["name"] == "Ours"
    assert [api.delete(path).status_code, api.get(path).status_code] == [204, 404]


def test_offers_built_in_templates_that_nobody_changes(api: Any) -> None:
    first = api.get("/visualizations/templates").json()["results"][0]
    path = f"/visualizations/templates/{first['id']}"

    assert first["built_in"]
    assert api.get(path).json() == first
    assert [api.patch(path, {"name": "x"}).status_code, api.delete(path).status_code] == [409, 409]
    assert api.post("/visualizations/templates", {"name": first["name"], "slots": SLOTS}).status_code == 409


@pytest.mark.parametrize("slot", [{"x": 8, "w": 6}, {"x": 12}, {"w": 0}, {"kind": "hologram"}, {"types": ["hologram"]}])
def test_refuses_slots_off_the_grid(api: Any, slot: dict[str, Any]) -> None:
    assert api.post("/visualizations/templates", {"name": "Bad", "slots": [{**SLOTS[0], **slot}]}).status_code == 400


def test_viewers_chart_but_keep_no_templates(tenant: Any) -> None:
    viewer = tenant.api("viewer")

    assert made(viewer)["type"] == "bar"
    assert viewer.post("/visualizations/templates", {"name": "x", "slots": SLOTS}).status_code == 403


def test_built_in_templates_lie_on_the_grid_without_overlap() -> None:
    from apps.viz.layouts import BUILT_IN

    for template in BUILT_IN:
        cells = [(x, y) for s in template.slots for x in range(s.x, s.x + s.w) for y in range(s.y, s.y + s.h)]
        assert len(cells) == len(set(cells))
        assert max(x for x, _ in cells) < 12

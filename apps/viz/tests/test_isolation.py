"""Two tenants: neither sees the other's charts and templates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from apps.viz.contract import visualizations
from apps.viz.tests.test_api import BAR, SLOTS, made

pytestmark = pytest.mark.layouts


def test_another_tenants_charts_and_templates_are_not_there(tenant: Any, other_tenant: Any) -> None:
    chart = made(tenant.api())
    template = tenant.api().post("/visualizations/templates", {"name": "Mine", "slots": SLOTS}).json()
    stranger = other_tenant.api()
    answers = [
        stranger.get(f"/visualizations/{chart['id']}"),
        stranger.get(f"/visualizations/{chart['id']}/render"),
        stranger.get(f"/visualizations/templates/{template['id']}"),
        stranger.patch(f"/visualizations/templates/{template['id']}", {"name": "x"}),
        stranger.put(f"/visualizations/templates/{template['id']}", {"name": "x", "slots": SLOTS}),
        stranger.delete(f"/visualizations/templates/{template['id']}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert "Mine" not in stranger.get("/visualizations/templates").content.decode()
    with other_tenant.acting():
        assert visualizations.get_many(visualization_ids=[UUID(chart["id"])]) == []


def test_both_may_use_one_template_name(tenant: Any, other_tenant: Any) -> None:
    for one in (tenant, other_tenant):
        assert one.api().post("/visualizations/templates", {"name": "Mine", "slots": SLOTS}).status_code == 201


def test_nobody_charts_without_signing_in(anonymous: Any) -> None:
    assert anonymous.post("/visualizations/generate-config", BAR).status_code == 401

"""What viz tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connections

from analytics_platform.kernel.databases import alias_of
from apps.viz.tests.test_api import made

pytestmark = pytest.mark.layouts


def test_tells_of_a_chart_without_its_rows(tenant: Any, settle: Any) -> None:
    chart = made(tenant.api(), title="Sales")
    settle()

    with connections[alias_of("viz")].cursor() as cursor:
        cursor.execute(
            "SELECT payload FROM (SELECT name, tenant_id, payload FROM public.events_log UNION ALL"
            " SELECT name, tenant_id, payload FROM public.events_outbox) AS e WHERE name = 'viz.VisualizationGenerated' AND tenant_id = %s",
            [tenant.id],
        )
        (payload,) = cursor.fetchone()
    event = json.loads(payload)
    assert (event["visualization_id"], event["chart_type"], event["title"]) == (chart["id"], "bar", "Sales")
    assert "France" not in payload

"""What other apps call: the same in process and over HTTP."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

import pytest

from analytics_platform.kernel.contracts.remote import Remote
from apps.viz.contract import ChartData, ChartDoesNotFit, ChartOptions, VisualizationNotFound, Visualizations, visualizations
from apps.viz.tests.factories import BY_TYPE

pytestmark = [pytest.mark.layouts, pytest.mark.xdist_group("live_server"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["in process", "over HTTP"])
def client(request: pytest.FixtureRequest, settings: Any) -> Visualizations:
    """The contract, answered here or by another process's door."""
    if request.param == "in process":
        return visualizations
    settings.SERVE_INTERNAL = True
    return cast("Visualizations", Remote(Visualizations, request.getfixturevalue("live_server").url))


def test_selects_makes_and_gets(tenant: Any, client: Visualizations) -> None:
    question, (columns, rows) = BY_TYPE["line"]
    with tenant.acting():
        choice = client.select_type(columns=columns, rows=rows, question=question)
        chart = client.generate_config(columns=columns, rows=rows, question=question, options=ChartOptions(y_title="Euro"))
        found = client.get_many(visualization_ids=[uuid4(), chart.id])

    assert choice.type == chart.type == "line"
    assert chart.spec["encoding"]["y"]["title"] == "Euro"
    assert len(chart.spec["datasets"]["rows"]) == len(rows)
    assert [one.id for one in found] == [chart.id]
    assert "datasets" not in found[0].spec


def test_raises_its_own_errors(tenant: Any, client: Visualizations) -> None:
    columns, rows = BY_TYPE["bar"][1]
    with tenant.acting():
        with pytest.raises(VisualizationNotFound):
            client.get(visualization_id=uuid4())
        with pytest.raises(ChartData):
            client.select_type()
        with pytest.raises(ChartDoesNotFit):
            client.generate_config(columns=columns, rows=rows, type="map_points")

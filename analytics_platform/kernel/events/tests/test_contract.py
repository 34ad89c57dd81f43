"""The logs answer the same in process and behind the internal door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest
from django.utils import timezone

from analytics_platform.kernel.contracts.remote import Remote
from analytics_platform.kernel.contracts.wire import ServiceTokenInvalid
from analytics_platform.kernel.events.contract import EventLogs
from analytics_platform.kernel.events.sources import EventLogsService
from analytics_platform.kernel.events.tests.conftest import PUBLISHER, count
from analytics_platform.kernel.problems import NotFound
from analytics_platform.kernel.resilience import breaker

pytestmark = [pytest.mark.xdist_group("live_server"), pytest.mark.django_db(transaction=True)]
NAMES = [f"{PUBLISHER}.Counted"]


@pytest.fixture(params=["in process", "over HTTP"])
def logs(request: pytest.FixtureRequest, settings: Any) -> EventLogs:
    if request.param == "in process":
        return EventLogsService()
    breaker.cache_clear()
    settings.SERVE_INTERNAL = True
    return cast("EventLogs", Remote(EventLogs, request.getfixturevalue("live_server").url, circuit="events:test"))


def test_reads_what_was_committed(logs: EventLogs, tenant: Any) -> None:
    with tenant.acting():
        count(1, 2)
    found = logs.heads(apps=[PUBLISHER])[PUBLISHER]
    page = logs.read(app=PUBLISHER, after=0, names=NAMES, limit=10)
    assert [event.payload["number"] for event in page.events] == [1, 2]
    assert {event.tenant_id for event in page.events} == {tenant.id}
    assert page.head == found.position == page.events[-1].position


def test_names_the_apps_that_run_there(logs: EventLogs, db: None) -> None:
    assert set(logs.heads(apps=[PUBLISHER, "elsewhere"])) == {PUBLISHER}


def test_an_app_that_does_not_run_there_is_not_found(logs: EventLogs, db: None) -> None:
    with pytest.raises(NotFound):
        logs.read(app="elsewhere", after=0, names=NAMES, limit=10)


def test_knows_the_position_at_a_moment(logs: EventLogs, tenant: Any) -> None:
    with tenant.acting():
        count(1)
    head = logs.heads(apps=[PUBLISHER])[PUBLISHER]
    assert logs.position_before(app=PUBLISHER, moment=timezone.now() + timedelta(minutes=1)) == head.position
    assert logs.position_before(app=PUBLISHER, moment=timezone.now() - timedelta(days=1)) == 0


def test_the_door_is_shut_to_a_stranger(live_server: Any, settings: Any) -> None:
    import httpx

    settings.SERVE_INTERNAL = True
    answer = httpx.post(f"{live_server.url}/internal/v1/events/heads", json={"apps": [PUBLISHER]}, trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (401, ServiceTokenInvalid.code)

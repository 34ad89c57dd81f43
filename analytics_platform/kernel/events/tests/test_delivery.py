"""Delivery: each event once, in the order of its key, in its tenant; a failure parks its own key and nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from analytics_platform.kernel.context import principal_or_none, request_id, request_scope, tenant_in_force, tenant_or_none
from analytics_platform.kernel.databases import alias_of, transaction_for
from analytics_platform.kernel.declare import CLIENTS, Client, Service
from analytics_platform.kernel.events import Envelope, publish, subscriber
from analytics_platform.kernel.events.delivery import deliver, replay
from analytics_platform.kernel.events.handling import delay_after
from analytics_platform.kernel.events.log import head
from analytics_platform.kernel.events.models import ParkedEvent
from analytics_platform.kernel.events.parking import retry_now
from analytics_platform.kernel.events.subscriptions import SubscriptionRefused
from analytics_platform.kernel.events.sweeping import sweep
from analytics_platform.kernel.events.tests.conftest import (
    OTHER_SUBSCRIBER,
    PUBLISHER,
    SUBSCRIBER,
    Announced,
    Counted,
    Heard,
    count,
    listen,
    rows,
)
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.testing import NotSettled

pytestmark = [pytest.mark.layouts]


class Everything(Service):
    """A contract that consumes all events."""

    app = "viz"
    consumes = ("*",)


def test_events_are_handled_once_and_in_order(tenant: Any, heard: Heard, settle: Any) -> None:
    with tenant.acting():
        count(1, 2, 3)
    settle()
    settle()
    assert heard.numbers == [1, 2, 3]


def test_a_handler_runs_in_the_events_tenant_and_request_with_nobody_asking(tenant: Any, settle: Any) -> None:
    seen: list[tuple[UUID | None, str, object]] = []

    def note(*, event: Counted, envelope: Envelope) -> None:
        seen.append((tenant_or_none(), request_id(), principal_or_none()))

    listen(note)
    with tenant.acting(), request_scope(id="r-9"):
        count(1)
    settle()
    assert seen == [(tenant.id, "r-9", None)]
    assert tenant_or_none() is None


def test_a_batch_holds_one_tenants_events(tenant: Any, other_tenant: Any, settle: Any) -> None:
    batches: list[tuple[UUID | None, list[int]]] = []

    def take(*, envelopes: list[Envelope]) -> None:
        batches.append((tenant_or_none(), [envelope.payload["number"] for envelope in envelopes]))

    listen(take, "*", batch=True)
    for each, number in ((tenant, 1), (other_tenant, 2), (tenant, 3)):
        with each.acting():
            count(number)
    settle()
    assert batches == [(tenant.id, [1, 3]), (other_tenant.id, [2])]


def test_an_event_of_the_whole_platform_is_handled_with_no_tenant(db: None, settle: Any) -> None:
    seen: list[UUID | None] = []

    def note(*, event: Announced, envelope: Envelope) -> None:
        seen.append(tenant_or_none())

    listen(note, f"{PUBLISHER}.Announced")
    with transaction_for(PUBLISHER):
        publish(Announced(what="maintenance"))
    settle()
    assert seen == [None]


def test_a_failing_handler_parks_its_key_and_holds_up_nothing_else(tenant: Any, heard: Heard, settle: Any) -> None:
    heard.failing = lambda event: event.number == 2
    with tenant.acting():
        count(1, 2, 3, line="a")
        count(4, 5, line="b")
    settle(may_fail=True)
    assert sorted(heard.numbers) == [1, 4, 5]
    parked = ParkedEvent.objects.using(alias_of(SUBSCRIBER)).values_list("payload__number", "attempts")
    assert list(parked) == [(2, 1), (3, 0)]


def test_what_follows_under_a_parked_key_waits_too(tenant: Any, heard: Heard, settle: Any) -> None:
    heard.failing = lambda event: event.number == 1
    with tenant.acting():
        count(1)
        settle(may_fail=True)
        count(2)
        settle(may_fail=True)
    assert heard.numbers == []


def test_another_tenants_events_of_the_same_key_go_on(tenant: Any, other_tenant: Any, heard: Heard, settle: Any) -> None:
    heard.failing = lambda event: event.number == 1
    with tenant.acting():
        count(1)
    with other_tenant.acting():
        count(2)
    settle(may_fail=True)
    assert heard.numbers == [2]


def test_parked_events_are_tried_again_in_order(tenant: Any, heard: Heard, settle: Any) -> None:
    heard.failing = lambda event: event.number == 1
    with tenant.acting():
        count(1, 2, 3)
    settle(may_fail=True)
    heard.failing = lambda event: False
    assert retry_now(SUBSCRIBER) == 3
    assert heard.numbers == [1, 2, 3]
    assert not ParkedEvent.objects.using(alias_of(SUBSCRIBER)).exists()


def test_the_delay_of_a_parked_event_grows(tenant: Any, heard: Heard, settle: Any) -> None:
    heard.failing = lambda event: True
    with tenant.acting():
        count(1, 2)
    settle(may_fail=True)
    retry_now(SUBSCRIBER)
    first, second = ParkedEvent.objects.using(alias_of(SUBSCRIBER)).order_by("position")
    assert (first.attempts, second.attempts) == (2, 0)
    assert first.retry_at == second.retry_at > timezone.now() + delay_after(2) - delay_after(1)
    assert "cannot take 1" in first.reason


def test_the_sweep_finds_a_parked_event_that_is_due(tenant: Any, heard: Heard, settle: Any) -> None:
    heard.failing = lambda event: True
    with tenant.acting():
        count(1)
    settle(may_fail=True)
    assert sweep() == set()
    ParkedEvent.objects.using(alias_of(SUBSCRIBER)).update(retry_at=timezone.now())
    assert sweep() == {SUBSCRIBER}


def test_the_sweep_finds_what_nobody_was_told_of(tenant: Any, heard: Heard, settle: Any) -> None:
    with tenant.acting():
        count(1)
    assert sweep() == {SUBSCRIBER}
    settle()
    assert sweep() == set()


def test_a_failure_in_one_tenant_leaves_the_next_one_in_its_own_schema(tenant: Any, other_tenant: Any, settle: Any) -> None:
    seen: list[str] = []

    def fail_in_sql(*, event: Counted, envelope: Envelope) -> None:
        seen.append(rows(alias_of(SUBSCRIBER), "SELECT current_schema()")[0][0])
        if event.number == 1:
            rows(alias_of(SUBSCRIBER), "SELECT * FROM there_is_no_such_table")

    listen(fail_in_sql)
    with tenant.acting():
        count(1)
    with other_tenant.acting():
        count(2)
    settle(may_fail=True)
    assert seen[-1] == f"t_{other_tenant.id.hex}"


def test_an_app_that_subscribes_later_reads_the_log_from_its_start(tenant: Any, heard: Heard, settle: Any) -> None:
    later: list[int] = []

    def take(*, event: Counted, envelope: Envelope) -> None:
        later.append(event.number)

    with tenant.acting():
        count(1)
        settle()
        CLIENTS.setdefault("viz", []).append(Client(Everything))
        listen(take, "*", app="viz")
        count(2)
    settle()
    CLIENTS["viz"].pop()
    assert (heard.numbers, later) == ([1, 2], [1, 2])


def test_an_event_of_a_removed_tenant_is_passed_over(tenant: Any, settle: Any) -> None:
    def read_its_table(*, event: Counted, envelope: Envelope) -> None:
        rows(alias_of(SUBSCRIBER), "SELECT * FROM there_is_no_such_table")

    listen(read_its_table)
    with tenant_in_force(uuid7()):
        count(1)
    settle(may_fail=True)
    assert not ParkedEvent.objects.using(alias_of(SUBSCRIBER)).exists()


def test_a_replay_handles_again_what_follows_the_position(tenant: Any, heard: Heard, settle: Any) -> None:
    alias = alias_of(PUBLISHER)
    with tenant.acting():
        count(1)
        settle()
        after_first = head(alias)
        count(2, 3)
    settle()
    replay(SUBSCRIBER, log_id=after_first.log_id, position=after_first.position)
    settle()
    assert heard.numbers == [1, 2, 3, 2, 3]


def test_more_than_a_batch_is_handled_in_one_turn(tenant: Any, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics_platform.kernel.events.delivery.READ_AT_ONCE", 3)
    with tenant.acting():
        count(*range(8))
    assert deliver(SUBSCRIBER).events == 8
    assert heard.numbers == list(range(8))


def test_settle_says_what_could_not_be_handled(tenant: Any, heard: Heard, settle: Any) -> None:
    heard.failing = lambda event: True
    with tenant.acting():
        count(1)
    with pytest.raises(NotSettled, match="cannot take 1"):
        settle()


def test_refuses_a_handler_that_the_contract_does_not_announce() -> None:
    def take(*, event: Counted, envelope: Envelope) -> None: ...

    with pytest.raises(SubscriptionRefused, match="not in `consumes`"):
        subscriber(f"{PUBLISHER}.Counted", app=OTHER_SUBSCRIBER)(take)


def test_refuses_a_handler_for_an_event_that_nobody_publishes() -> None:
    def take(*, event: Counted, envelope: Envelope) -> None: ...

    with pytest.raises(SubscriptionRefused, match="no contract publishes"):
        subscriber("files.NeverHeardOf", app=SUBSCRIBER)(take)


def test_refuses_a_handler_with_other_arguments() -> None:
    def take(event: Counted) -> None: ...

    with pytest.raises(SubscriptionRefused, match="a handler takes"):
        subscriber(f"{PUBLISHER}.Counted", app=SUBSCRIBER)(take)

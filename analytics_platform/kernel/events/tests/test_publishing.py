"""Publishing: an event commits or vanishes with its change, and carries what travelled beside it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from analytics_platform.kernel.context import acting_as, request_scope
from analytics_platform.kernel.databases import alias_of, transaction_for
from analytics_platform.kernel.declare import Event
from analytics_platform.kernel.events import publish, publish_all
from analytics_platform.kernel.events.envelope import UnknownEvent
from analytics_platform.kernel.events.log import head, read
from analytics_platform.kernel.events.publishing import PublishedOutsideTransaction, PublishedWithoutTenant
from analytics_platform.kernel.events.tests.conftest import PUBLISHER, SUBSCRIBER, Announced, Counted, Heard, count
from analytics_platform.kernel.redis import redis_client

NAMES = [f"{PUBLISHER}.Counted", f"{PUBLISHER}.Announced"]


def logged() -> list[Any]:
    """Every test event in the publisher's log."""
    alias = alias_of(PUBLISHER)
    head(alias)
    return read(alias, after=0, names=NAMES, limit=1000).events


@pytest.mark.layouts
def test_a_rollback_leaves_nothing(tenant: Any) -> None:
    with tenant.acting(), pytest.raises(ZeroDivisionError), transaction_for(PUBLISHER):
        publish(Counted(line="a", number=1))
        raise ZeroDivisionError
    assert logged() == []


@pytest.mark.layouts
def test_refuses_to_publish_outside_a_transaction(tenant: Any) -> None:
    with tenant.acting(), pytest.raises(PublishedOutsideTransaction):
        publish(Counted(line="a", number=1))


def test_refuses_an_event_without_a_tenant(db: None) -> None:
    with pytest.raises(PublishedWithoutTenant), transaction_for(PUBLISHER):
        publish(Counted(line="a", number=1))


def test_an_event_of_the_whole_platform_needs_no_tenant(db: None) -> None:
    with transaction_for(PUBLISHER):
        publish(Announced(what="maintenance"))
    assert [envelope.tenant_id for envelope in logged()] == [None]


def test_refuses_an_event_that_no_contract_publishes(tenant: Any) -> None:
    class Undeclared(Event):
        key_field = "key"
        key: str

    with tenant.acting(), pytest.raises(UnknownEvent), transaction_for(PUBLISHER):
        publish(Undeclared(key="a"))


@pytest.mark.layouts
def test_the_envelope_says_who_when_and_under_which_key(tenant: Any) -> None:
    principal = tenant.principal()
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with acting_as(principal), request_scope(id="r-1", trace=trace), transaction_for(PUBLISHER):
        publish(Counted(line="a", number=7))
    (envelope,) = logged()
    assert (envelope.name, envelope.version, envelope.key) == (f"{PUBLISHER}.Counted", 1, "a")
    assert (envelope.tenant_id, envelope.actor_id) == (tenant.id, principal.user_id)
    assert (envelope.request_id, envelope.trace) == ("r-1", trace)
    assert envelope.event == Counted(line="a", number=7)


@pytest.mark.layouts
def test_many_are_published_in_one_statement(tenant: Any, django_assert_num_queries: Any) -> None:
    with tenant.acting(), transaction_for(PUBLISHER), django_assert_num_queries(1, using=alias_of(PUBLISHER)):
        publish_all(Counted(line="a", number=number) for number in range(50))
    assert [envelope.payload["number"] for envelope in logged()] == list(range(50))


@pytest.mark.django_db(transaction=True)
def test_a_transaction_sends_one_kick(tenant: Any, heard: Heard) -> None:
    with tenant.acting(), transaction_for(PUBLISHER):
        for number in range(3):
            publish(Counted(line="a", number=number))
    assert redis_client().llen(SUBSCRIBER) == 1


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_savepoint_does_not_take_the_kick_with_it(tenant: Any, heard: Heard) -> None:
    alias = alias_of(PUBLISHER)
    with tenant.acting(), transaction_for(PUBLISHER):
        with pytest.raises(ZeroDivisionError), transaction.atomic(using=alias):
            publish(Counted(line="a", number=1))
            raise ZeroDivisionError
        publish(Counted(line="a", number=2))
    assert redis_client().llen(SUBSCRIBER) == 1


@pytest.mark.django_db(transaction=True)
def test_a_redis_that_is_down_fails_nothing(tenant: Any, heard: Heard, settings: Any, settle: Any) -> None:
    reachable = settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis_client.cache_clear()
    with tenant.acting():
        count(1)
    settings.REDIS_URL = reachable
    redis_client.cache_clear()
    settle()
    assert heard.numbers == [1]

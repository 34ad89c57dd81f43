"""A change and its event in one message: they commit or vanish together, in the order of the commits, under the tenant in force."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connections

from analytics_platform.kernel.context import acting_as, request_scope, tenant_of
from analytics_platform.kernel.databases import alias_of, transaction_for
from analytics_platform.kernel.events import Change, change_and_publish, publish
from analytics_platform.kernel.events.log import head, read
from analytics_platform.kernel.events.publishing import PublishedWithoutTenant
from analytics_platform.kernel.events.tests.conftest import PUBLISHER, SUBSCRIBER, Counted, Heard, rows
from analytics_platform.kernel.redis import redis_client


@pytest.fixture
def written(tenant: Any) -> Iterator[Any]:
    """A table in the publisher's database, and what is in it."""
    alias = alias_of(PUBLISHER)
    with connections[alias].cursor() as cursor:
        cursor.execute("CREATE TABLE public.written (id integer PRIMARY KEY, text text)")
    yield lambda: rows(alias, "SELECT id, text FROM public.written ORDER BY id")
    with connections[alias].cursor() as cursor:
        cursor.execute("DROP TABLE public.written")


def insert(id: int, text: str = "'new'") -> Change:
    return Change(sql=f"INSERT INTO public.written VALUES (%s, {text}) RETURNING 1", values=[id])


def update(id: int) -> Change:
    return Change(sql="UPDATE public.written SET text = 'changed' WHERE id = %s RETURNING 1", values=[id])


def logged() -> list[Any]:
    """Every test event in the publisher's log."""
    alias = alias_of(PUBLISHER)
    head(alias)
    return read(alias, after=0, names=[f"{PUBLISHER}.Counted"], limit=1000).events


@pytest.mark.layouts
def test_both_are_one_statement_and_the_envelope_says_whose(tenant: Any, written: Any, django_assert_num_queries: Any) -> None:
    principal = tenant.principal()
    with acting_as(principal), request_scope(id="r-1"), django_assert_num_queries(1, using=alias_of(PUBLISHER)):
        assert change_and_publish(insert(1), Counted(line="a", number=7))
    (envelope,) = logged()
    assert written() == [(1, "new")]
    assert (envelope.event, envelope.key) == (Counted(line="a", number=7), "a")
    assert (envelope.tenant_id, envelope.actor_id, envelope.request_id) == (tenant.id, principal.user_id, "r-1")


def test_what_changed_nothing_is_not_told(tenant: Any, written: Any) -> None:
    with tenant.acting():
        assert not change_and_publish(update(1), Counted(line="a", number=1))
    assert (written(), logged()) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_takes_its_event_with_it(tenant: Any, written: Any) -> None:
    with tenant.acting():
        change_and_publish(insert(1), Counted(line="a", number=1))
        with pytest.raises(IntegrityError):
            change_and_publish(insert(1), Counted(line="a", number=2))
    assert [envelope.event.number for envelope in logged()] == [1]


@pytest.mark.django_db(transaction=True)
def test_an_event_that_cannot_be_written_takes_its_change_with_it(tenant: Any, written: Any) -> None:
    with tenant.acting(), pytest.raises(DataError):
        change_and_publish(insert(1), Counted(line="far too long" * 50, number=1))
    assert (written(), logged()) == ([], [])


def test_refuses_to_share_the_fate_of_a_transaction(tenant: Any, written: Any) -> None:
    with tenant.acting(), transaction_for(PUBLISHER), pytest.raises(RuntimeError, match="transaction open"):
        change_and_publish(insert(1), Counted(line="a", number=1))
    assert (written(), logged()) == ([], [])


def test_refuses_an_event_without_a_tenant_before_anything_is_written(written: Any) -> None:
    with pytest.raises(PublishedWithoutTenant):
        change_and_publish(insert(1), Counted(line="a", number=1))
    assert written() == []


@pytest.mark.django_db(transaction=True)
def test_sends_a_kick(tenant: Any, heard: Heard, written: Any) -> None:
    with tenant.acting():
        change_and_publish(insert(1), Counted(line="a", number=1))
        change_and_publish(insert(2), Counted(line="a", number=2))
    assert redis_client().llen(SUBSCRIBER) == 1


@pytest.mark.django_db(transaction=True)
def test_works_in_the_schema_of_each_tenant_and_so_does_what_follows(tenant: Any, other_tenant: Any, written: Any) -> None:
    for number, one in enumerate((tenant, other_tenant)):
        with one.acting():
            change_and_publish(insert(number, "current_schema()"), Counted(line="a", number=number))
            assert rows(alias_of(PUBLISHER), "SELECT current_schema()") == [(tenant_of(one.id).schema,)]
    assert [schema for _, schema in written()] == [tenant_of(tenant.id).schema, tenant_of(other_tenant.id).schema]
    assert [envelope.tenant_id for envelope in logged()] == [tenant.id, other_tenant.id]


@pytest.mark.django_db(transaction=True)
def test_the_schema_is_right_after_a_failure_too(tenant: Any, other_tenant: Any, written: Any) -> None:
    with tenant.acting():
        change_and_publish(insert(1), Counted(line="a", number=1))
    with other_tenant.acting():
        with pytest.raises(IntegrityError):
            change_and_publish(insert(1), Counted(line="a", number=2))
        assert rows(alias_of(PUBLISHER), "SELECT current_schema()") == [(tenant_of(other_tenant.id).schema,)]


@pytest.mark.django_db(transaction=True)
def test_what_is_not_dear_does_not_wait_for_the_disk_and_what_follows_does(tenant: Any, written: Any) -> None:
    setting = "current_setting('synchronous_commit')"
    rows(alias_of(PUBLISHER), "SELECT set_config('synchronous_commit', 'local', false)")
    with tenant.acting():
        change_and_publish(insert(1, setting), Counted(line="a", number=1), is_dear=False)
        change_and_publish(insert(2, setting), Counted(line="a", number=2))
    with connections[alias_of(PUBLISHER)].cursor() as cursor:
        cursor.execute("RESET synchronous_commit")
    assert written() == [(1, "off"), (2, "local")]


@pytest.mark.django_db(transaction=True)
def test_an_event_that_waited_for_its_row_comes_after_the_one_it_waited_for(tenant: Any, written: Any) -> None:
    alias = alias_of(PUBLISHER)

    def second() -> None:
        with tenant.acting():
            change_and_publish(update(1), Counted(line="a", number=2))
        connections.close_all()

    waiting = threading.Thread(target=second)
    rows(alias, "INSERT INTO public.written VALUES (1, 'new') RETURNING id")
    with tenant.acting(), transaction_for(PUBLISHER):
        rows(alias, "UPDATE public.written SET text = 'first' WHERE id = 1 RETURNING id")
        waiting.start()
        while not rows(alias, "SELECT 1 FROM pg_locks WHERE NOT granted"):
            pass
        publish(Counted(line="a", number=1))
    waiting.join()
    found = logged()
    assert [envelope.event.number for envelope in found] == [1, 2]
    assert found[0].occurred_at < found[1].occurred_at

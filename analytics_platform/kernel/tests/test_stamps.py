"""Stamps: a record's is not asked for again while the tenant's, which came with the request's admission, is the one it was read under."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from analytics_platform.kernel import stamps
from analytics_platform.kernel.context import tenant_in_force
from analytics_platform.kernel.contracts.remote import Remote
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.problems import ServiceUnavailable
from analytics_platform.kernel.redis import redis_client
from analytics_platform.kernel.stamps import admitted, name_of_tenant, stamp, touch
from analytics_platform.kernel.tests.probe import Probe

pytestmark = pytest.mark.django_db(transaction=True)
RECORD = uuid4()


@pytest.fixture
def tenant_id() -> Iterator[UUID]:
    """Nobody's tenant, in force."""
    id = uuid4()
    with tenant_in_force(id):
        yield id


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which names Redis was asked for."""
    names: list[str] = []
    whole = stamps.command

    def counted(*parts: Any) -> Any:
        names.append(str(parts[1]))
        return whole(*parts)

    monkeypatch.setattr(stamps, "command", counted)
    return names


def admit(tenant_id: UUID) -> None:
    """A request comes in."""
    admitted(tenant_id, redis_client().get(name_of_tenant(tenant_id)))  # type: ignore[arg-type]


def changed(id: UUID) -> None:
    """By a transaction of another request."""
    with transaction_for("datasources"):
        touch("thing", id, app="datasources")


def test_the_second_request_asks_for_no_record(tenant_id: UUID, asked: list[str]) -> None:
    admit(tenant_id)  # makes the tenant's
    admit(tenant_id)
    first = stamp("thing", RECORD)
    asked.clear()
    admit(tenant_id)
    assert (stamp("thing", RECORD), asked) == (first, [])
    stamp("thing", uuid4())
    assert asked


def test_a_change_is_seen_by_the_next_request_and_by_the_one_that_made_it(tenant_id: UUID) -> None:
    admit(tenant_id)
    admit(tenant_id)
    first = stamp("thing", RECORD)
    changed(RECORD)
    own = stamp("thing", RECORD)
    admit(tenant_id)
    assert first != own == stamp("thing", RECORD)


def test_a_change_of_one_record_leaves_the_stamp_of_another(tenant_id: UUID, asked: list[str]) -> None:
    admit(tenant_id)
    admit(tenant_id)
    first = stamp("thing", RECORD)
    changed(uuid4())
    admit(tenant_id)
    asked.clear()
    assert stamp("thing", RECORD) == first
    assert asked


def test_a_request_that_takes_long_asks_again(tenant_id: UUID, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    admit(tenant_id)
    admit(tenant_id)
    stamp("thing", RECORD)
    asked.clear()
    monkeypatch.setattr(stamps, "ADMITTED_S", 0.0)
    stamp("thing", RECORD)
    assert asked


def test_a_request_that_had_something_changed_by_another_process_asks_again(tenant_id: UUID, asked: list[str]) -> None:
    admit(tenant_id)
    admit(tenant_id)
    stamp("thing", RECORD)
    asked.clear()
    with pytest.raises(ServiceUnavailable):
        Remote(Probe, "http://127.0.0.1:9", circuit="test_stamps").make(tags=[])
    stamp("thing", RECORD)
    assert asked


def test_a_tenants_stamp_says_nothing_of_another_tenants_records(tenant_id: UUID, asked: list[str]) -> None:
    admit(tenant_id)
    admit(tenant_id)
    stamp("thing", RECORD)
    asked.clear()
    with tenant_in_force(uuid4()):
        stamp("thing", RECORD)
    assert asked


def test_the_tenants_stamp_is_made_where_redis_has_forgotten_it(tenant_id: UUID) -> None:
    admitted(tenant_id, None)
    assert redis_client().get(name_of_tenant(tenant_id))

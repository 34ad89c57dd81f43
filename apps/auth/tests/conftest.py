"""Companies that really signed up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from analytics_platform.kernel.http import authentication
from analytics_platform.kernel.tenancy.schemas import drop_tenant, known_tenants
from apps.auth.tests.factories import Person, founder


@pytest.fixture(autouse=True)
def _no_key_is_remembered() -> None:
    authentication._api_keys.clear()


@pytest.fixture
def owner(db: None) -> Person:
    return founder("Acme")


@pytest.fixture
def stranger(db: None) -> Person:
    """The owner of another company."""
    return founder("Globex")


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """For tests that commit: what companies they make is removed again."""
    before = set(known_tenants("default"))
    yield
    for tenant_id in set(known_tenants("default")) - before:
        drop_tenant(tenant_id=tenant_id)

"""Fixtures of what crosses apps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from analytics_platform.sql.dialects import DIALECTS
from tests.firewall.shops import SHOPS, Shop


@pytest.fixture(scope="module", params=DIALECTS)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """The shop at each engine."""
    with SHOPS[request.param]() as made:
        yield made


@pytest.fixture
def internal(settings: Any) -> None:
    """This process serves calls between services."""
    settings.SERVE_INTERNAL = True

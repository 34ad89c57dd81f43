"""The four shops, each opened once for a module's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.shops.servers import Opened, ServerMissing, opened_breit, opened_cents, opened_codes, opened_folder
from tests.shops.truth import opened_truth

Truth = Callable[[str], list[tuple[Any, ...]]]


def _opened(shop: AbstractContextManager[Opened]) -> Iterator[Opened]:
    try:
        opened = shop.__enter__()
    except ServerMissing as missing:
        pytest.skip(str(missing))
    yield opened
    shop.__exit__(None, None, None)


@pytest.fixture(scope="session")
def cents() -> Iterator[Opened]:
    yield from _opened(opened_cents())


@pytest.fixture(scope="session")
def breit() -> Iterator[Opened]:
    yield from _opened(opened_breit())


@pytest.fixture(scope="session")
def codes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    yield from _opened(opened_codes(tmp_path_factory.mktemp("codes")))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    yield from _opened(opened_folder(tmp_path_factory.mktemp("folder")))


@pytest.fixture(params=["cents", "breit", "codes", "folder"])
def shop(request: pytest.FixtureRequest) -> Opened:
    """Each of the four in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def truth() -> Iterator[Truth]:
    """Canonical SQL run by PostgreSQL over canonical tables."""
    opening = opened_truth()
    try:
        run = opening.__enter__()
    except ServerMissing as missing:
        pytest.skip(str(missing))
    yield run
    opening.__exit__(None, None, None)

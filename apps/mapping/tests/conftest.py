"""What the tests of mapping share: a shop in SQLite, connected and mapped by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from apps.datasources.contract import data_sources
from apps.mapping.tests.shops import opened_folder
from tests.shops.codes import CODES
from tests.shops.servers import opened_codes


@dataclass(frozen=True)
class CodesShop:
    """A data source of a tenant, the file behind it, and the hand-made mapping as a body."""

    id: UUID
    path: Path
    run: Callable[..., list[tuple[Any, ...]]]

    @property
    def body(self) -> dict[str, Any]:
        """What POST /mappings/{id} takes."""
        return CODES.mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def change(self, script: str) -> None:
        """Alter the file."""
        connection = sqlite3.connect(self.path)
        connection.executescript(script)
        connection.close()


@pytest.fixture
def shop(tenant: Any) -> Iterator[CodesShop]:
    """The shop, read but not mapped."""
    folder = opened_folder()
    with opened_codes(folder) as opened:
        with tenant.acting():
            source = data_sources.create(name="shop", kind="sqlite", config={"path": str(folder / "codes.sqlite")})
        yield CodesShop(source.id, folder / "codes.sqlite", opened.run)


@pytest.fixture
def mapped(shop: CodesShop, tenant: Any) -> CodesShop:
    """The shop, mapped."""
    answer = tenant.api().post(f"/mappings/{shop.id}", shop.body)
    assert answer.status_code == 201, answer.content
    return shop

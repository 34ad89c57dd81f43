"""Canonical SQL asked of a shop the way the platform does: translated, then checked and rendered by the pipeline, then run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from analytics_platform.sql.canonical.model import CanonicalSchema
from analytics_platform.sql.canonical.translating import Translation, translate
from analytics_platform.sql.pipeline import prepare
from tests.shops.rows import comparable, types_of
from tests.shops.servers import Opened
from tests.shops.tables import commerce


@cache
def schema() -> CanonicalSchema:
    return commerce()


def translated(sql: str, shop: Opened) -> Translation:
    return translate(
        sql, schema=schema(), mapping=shop.shop.mapping, rules=shop.shop.rules, dialect=shop.shop.dialect, catalog=shop.catalog
    )


def answer(sql: str, shop: Opened, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows, each value as its canonical type."""
    translation = translated(sql, shop)
    prepared = prepare(translation.sql, dialect=shop.shop.dialect, catalog=shop.catalog, max_rows=10_000, parameters=parameters)
    return comparable(shop.run(prepared.sql, prepared.parameters), types_of(translation.columns))

"""PostgreSQL plans a translated statement as it plans one that was written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from analytics_platform.sql.canonical.tests.answers import translated
from analytics_platform.sql.pipeline import prepare
from tests.shops.servers import Opened

PAIRS = (
    ("SELECT ordered_at FROM order WHERE id = '77'", "SELECT placed_at FROM shop.orders WHERE order_id = 77"),
    ("SELECT id FROM order WHERE status = 'open'", "SELECT order_id::text FROM shop.orders WHERE state = 'O'"),
    ("SELECT id FROM order WHERE status IN ('open', 'refunded')", "SELECT order_id::text FROM shop.orders WHERE state IN ('O', 'R')"),
    (
        "SELECT id FROM order WHERE ordered_at >= '2024-12-01' AND ordered_at < '2024-12-08'",
        "SELECT order_id::text FROM shop.orders WHERE placed_at >= '2024-12-01' AND placed_at < '2024-12-08'",
    ),
    (
        "SELECT c.name, o.ordered_at FROM customer c JOIN order o ON o.customer_id = c.id WHERE o.id = '77'",
        "SELECT c.first_name || ' ' || c.last_name, o.placed_at FROM shop.customers c JOIN shop.orders o ON o.customer_id = c.customer_id WHERE o.order_id = 77",
    ),
    (
        "SELECT l.quantity FROM order o JOIN order_line l ON l.order_id = o.id WHERE o.customer_id = '7' AND o.status = 'paid'",
        "SELECT l.qty FROM shop.orders o JOIN shop.order_lines l ON l.order_id = o.order_id WHERE o.customer_id = 7 AND o.state = 'P'",
    ),
    (
        "WITH mine AS (SELECT * FROM order) SELECT l.product_id, SUM(l.quantity) FROM mine JOIN order_line l ON l.order_id = mine.id WHERE mine.id = '9' GROUP BY 1",
        "WITH mine AS (SELECT * FROM shop.orders) SELECT l.product_id::text, SUM(l.qty) FROM mine JOIN shop.order_lines l ON l.order_id = mine.order_id WHERE mine.order_id = 9 GROUP BY 1",
    ),
    (
        "SELECT c.id FROM customer c WHERE EXISTS (SELECT 1 FROM order o WHERE o.customer_id = c.id AND o.status = 'open')",
        "SELECT c.customer_id::text FROM shop.customers c WHERE EXISTS (SELECT 1 FROM shop.orders o WHERE o.customer_id = c.customer_id AND o.state = 'O')",
    ),
    ("SELECT id FROM product WHERE list_price > 95.5", "SELECT product_id::text FROM shop.products WHERE price_cents > 9550"),
    ("SELECT name FROM customer WHERE id = '5'", "SELECT first_name || ' ' || last_name FROM shop.customers WHERE customer_id = 5"),
)


def shape(plan: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The nodes of a plan with what they read by, from the root down."""
    yield plan["Node Type"], plan.get("Relation Name", ""), plan.get("Index Name", "")
    for part in plan.get("Plans", ()):
        yield from shape(part)


def plan_of(sql: str, shop: Opened) -> list[tuple[str, str, str]]:
    return list(shape(shop.run(f"EXPLAIN (FORMAT JSON) {sql}")[0][0][0]["Plan"]))


@pytest.mark.parametrize(("canonical", "by_hand"), PAIRS)
def test_has_the_plan_of_hand_written_sql(canonical: str, by_hand: str, cents: Opened) -> None:
    prepared = prepare(translated(canonical, cents).sql, dialect="postgres", catalog=cents.catalog, max_rows=1_000)
    assert plan_of(prepared.sql, cents) == plan_of(f"{by_hand} LIMIT 1001", cents)


@pytest.mark.parametrize("canonical", [pair[0] for pair in PAIRS[:7] if " IN (" not in pair[0]])
def test_reads_by_an_index(canonical: str, cents: Opened) -> None:
    assert any("Index" in node for node, _, _ in plan_of(translated(canonical, cents).sql, cents))

"""A canonical query of forty lines on its way to a source: parse → guard → map → policies → render, in this process, without a source."""

from __future__ import annotations

import itertools
from uuid import UUID

import sqlglot

from analytics_platform.kernel.garbage import collect_seldom
from analytics_platform.sql.canonical.translating import translate
from analytics_platform.sql.pipeline import prepare
from analytics_platform.sql.rights import Access, Rule, Viewer, rights_of
from bench.report import Figure, median_ms
from bench.stage import Stage
from tests.shops.cents import CENTS
from tests.shops.tables import commerce

QUERY = """
WITH sold AS (
    SELECT
        DATE_TRUNC('month', o.ordered_at) AS month,
        c.country,
        p.category,
        net_revenue AS revenue,
        COUNT(DISTINCT o.id) AS orders
    FROM order_line l
    JOIN order o ON o.id = l.order_id
    JOIN customer c ON c.id = o.customer_id
    LEFT JOIN product p ON p.id = l.product_id
    WHERE o.ordered_at >= '2024-01-01'
      AND o.status IN ('paid', 'shipped')
      AND l.unit_price > 2.5
    GROUP BY 1, 2, 3
),
ranked AS (
    SELECT
        sold.*,
        RANK() OVER (PARTITION BY month, country ORDER BY revenue DESC) AS place,
        SUM(revenue) OVER (PARTITION BY country ORDER BY month) AS so_far
    FROM sold
)
SELECT
    r.month,
    r.country,
    r.category,
    r.revenue,
    r.orders,
    r.so_far,
    CASE
        WHEN r.orders > 10 THEN 'busy'
        WHEN r.orders > 3 THEN 'steady'
        ELSE 'quiet'
    END AS pace
FROM ranked r
WHERE r.place <= 3
  AND r.revenue > {0}
ORDER BY
    r.month,
    r.revenue DESC
"""


def measure(stage: Stage) -> list[Figure]:
    """Each time another text, then the same text again, with the garbage collector set as in a web process."""
    collect_seldom()
    texts = (QUERY.format(n) for n in itertools.count())
    whole = median_ms(lambda: through_the_pipeline(next(texts)), times=60, warm_up=10)
    same = QUERY.format("0.5")
    cached = median_ms(lambda: through_the_pipeline(same), times=500)
    floor_texts = (QUERY.format(n) for n in itertools.count(1_000_000))
    floor = median_ms(lambda: sqlglot.parse_one(next(floor_texts), dialect="postgres").sql("postgres"), times=60, warm_up=10)
    return [
        Figure("40 canonical lines, checked and rendered", whole, "ms", "≤ 15 ms p50", floor, "sqlglot reads and writes it", whole <= 15),
        Figure("the same, from its cache", cached, "ms", "≤ 0.2 ms", None, "", cached <= 0.2),
    ]


def through_the_pipeline(sql: str) -> str:
    """What execution does before it opens a source."""
    translation = translate(sql, schema=_SCHEMA, mapping=CENTS.mapping, rules=CENTS.rules, dialect=CENTS.dialect, catalog=_CATALOG)
    return prepare(translation.sql, dialect=CENTS.dialect, catalog=_CATALOG, max_rows=1_000, access=_ACCESS).sql


_SCHEMA = commerce()
_CATALOG = CENTS.catalog()
_VIEWER = Viewer(user_id=UUID(int=1), role="analyst", attributes={"country": 1})
_RULES = (
    Rule(
        policy_id=UUID(int=2),
        version=1,
        table="customers",
        row_filter="country_id = :attributes.country",
        variables=("attributes.country",),
        masks=(("mail", "hash"),),
    ),
    Rule(policy_id=UUID(int=3), version=1, table="orders", row_filter="state <> 'X'", hidden_columns=("shipping_cents",)),
)
_ACCESS = Access(viewer=_VIEWER, rights=(rights_of(_RULES, viewer=_VIEWER, is_closed=False),), hash_key="k")

"""SQLite: short names, numbers for everything and one table that says what they mean; dates as text, `J` and `N` for yes and no."""

from __future__ import annotations

from tests.shops.facts import COUNTRIES, FACTS
from tests.shops.tables import Shop, Table, entity, mapping_of

_KINDS = {
    "status": ["open", "paid", "shipped", "cancelled", "refunded"],
    "channel": ["web", "store", "phone"],
    "segment": ["consumer", "business", "public"],
    "country": list(COUNTRIES),
    "category": sorted({product.category for product in FACTS.products if product.category}),
}


def _code(kind: str, label: str | None) -> int | None:
    return _KINDS[kind].index(label) + 10 if label is not None else None


TABLES = (
    Table(
        name="codes",
        columns=[("kind", "TEXT", "string"), ("code", "INTEGER", "integer"), ("label", "TEXT", "string")],
        rows=[(kind, _code(kind, label), label) for kind, labels in _KINDS.items() for label in labels],
        unique_keys=(("kind", "code"),),
    ),
    Table(
        name="cust",
        columns=[
            ("id", "INTEGER", "integer"), ("nm", "TEXT", "string"), ("mail", "TEXT", "string"), ("city", "TEXT", "string"), ("ctry", "INTEGER", "integer"),
            ("seg", "INTEGER", "integer"), ("reg", "TEXT", "string"), ("act", "TEXT", "string"),
        ],
        rows=[
            (c.id, c.name, c.email, c.city, _code("country", c.country), _code("segment", c.segment), c.registered_on, "J" if c.is_active else "N")
            for c in FACTS.customers
        ],
        unique_keys=(("id",),),
    ),
    Table(
        name="prod",
        columns=[("id", "INTEGER", "integer"), ("nm", "TEXT", "string"), ("cat", "INTEGER", "integer"), ("price", "NUMERIC", "decimal")],
        rows=[(p.id, p.name, _code("category", p.category), p.list_price) for p in FACTS.products],
        unique_keys=(("id",),),
    ),
    Table(
        name="ord",
        columns=[
            ("id", "INTEGER", "integer"), ("cust", "INTEGER", "integer"), ("dt", "TEXT", "string"), ("st", "INTEGER", "integer"), ("ch", "INTEGER", "integer"),
            ("ship", "NUMERIC", "decimal"), ("shipdt", "TEXT", "string"),
        ],
        rows=[
            (o.id, o.customer_id, o.ordered_at.isoformat(), _code("status", o.status), _code("channel", o.channel), o.shipping_fee, o.shipped_on)
            for o in FACTS.orders
        ],
        unique_keys=(("id",),),
        indexes=["cust", "st"],
    ),
    Table(
        name="ordl",
        columns=[
            ("id", "INTEGER", "integer"), ("ord", "INTEGER", "integer"), ("prod", "INTEGER", "integer"), ("qty", "INTEGER", "integer"), ("price", "NUMERIC", "decimal"),
            ("disc", "NUMERIC", "decimal"),
        ],
        rows=[(x.id, x.order_id, x.product_id, x.quantity, x.unit_price, x.discount) for x in FACTS.lines],
        unique_keys=(("id",),),
        indexes=["ord", "prod"],
    ),
)  # fmt: skip


def _looked_up(table: str, **kinds: str) -> str:
    """Rows of a table with what its codes mean beside them."""
    labels = "".join(f", {kind}.label AS {kind}" for kind in kinds)
    joins = "".join(f" LEFT JOIN codes AS {kind} ON {kind}.kind = '{kind}' AND {kind}.code = t.{column}" for kind, column in kinds.items())
    return f"SELECT t.*{labels} FROM {table} AS t{joins}"


MAPPING = mapping_of(
    entity(
        "customer",
        {
            "id": "id", "name": "nm", "email": "mail", "city": "city", "country": "country", "segment": "segment", "registered_on": "reg",
            "is_active": {"expression": "act", "values": {"J": True, "N": False}},
        },
        sql=_looked_up("cust", country="ctry", segment="seg"),
    ),
    entity("product", {"id": "id", "name": "nm", "category": "category", "list_price": "price"}, sql=_looked_up("prod", category="cat")),
    entity(
        "order",
        {
            "id": "id", "customer_id": "cust", "ordered_at": "dt", "status": "status",
            "channel": {"expression": "ch", "values": {str(_code("channel", channel)): channel for channel in _KINDS["channel"]}},
            "shipping_fee": "ship", "shipped_on": "shipdt",
        },
        sql=_looked_up("ord", status="st"),
    ),
    entity("order_line", {"id": "id", "order_id": "ord", "product_id": "prod", "quantity": "qty", "unit_price": "price", "discount": "disc"}, source="ordl"),
)  # fmt: skip

CODES = Shop(name="codes", dialect="sqlite", tables=TABLES, mapping=MAPPING, rules={}, schema="main")

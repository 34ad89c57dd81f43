"""PostgreSQL: normalised, amounts as whole cents or pence beside their currency, enums as one letter."""

from __future__ import annotations

from analytics_platform.sql.canonical.model import TransformationRule
from tests.shops.facts import COUNTRIES, FACTS, POUND, Order, OrderLine
from tests.shops.tables import Shop, Table, entity, mapping_of

_STATES = {"open": "O", "paid": "P", "shipped": "S", "cancelled": "C", "refunded": "R"}
_CHANNELS = {"web": 1, "store": 2, "phone": 3}
_SEGMENTS = {"consumer": "C", "business": "B", "public": "P"}
_ORDERS = {order.id: order for order in FACTS.orders}
_CATEGORIES = sorted({product.category for product in FACTS.products if product.category})
_ISO = list(COUNTRIES)


def _cents(amount: object, order: Order) -> int | None:
    if amount is None:
        return None
    return int(amount * 100 / (POUND if order.currency == "GBP" else 1))  # type: ignore[operator]


def _line(line: OrderLine) -> tuple[object, ...]:
    order = _ORDERS[line.order_id]
    price, discount = _cents(line.unit_price, order), _cents(line.discount, order)
    return (line.id, line.order_id, line.product_id, line.quantity, price, discount, order.currency)


TABLES = (
    Table(
        name="countries",
        columns=[("country_id", "integer", "integer"), ("iso2", "varchar(2)", "string"), ("label", "text", "string")],
        rows=[(i, iso, COUNTRIES[iso]) for i, iso in enumerate(_ISO, 1)],
        unique_keys=(("country_id",), ("iso2",)),
    ),
    Table(
        name="categories",
        columns=[("category_id", "integer", "integer"), ("label", "text", "string")],
        rows=list(enumerate(_CATEGORIES, 1)),
        unique_keys=(("category_id",),),
    ),
    Table(
        name="customers",
        columns=[
            ("customer_id", "integer", "integer"), ("first_name", "text", "string"), ("last_name", "text", "string"), ("mail", "text", "string"),
            ("town", "text", "string"), ("country_id", "integer", "integer"), ("segment", "char(1)", "string"), ("created_at", "timestamp", "datetime"),
            ("disabled", "boolean", "boolean"),
        ],
        rows=[
            (c.id, *c.name.split(" ", 1), c.email, c.city, _ISO.index(c.country) + 1, _SEGMENTS[c.segment], f"{c.registered_on} 13:45:00", not c.is_active)
            for c in FACTS.customers
        ],
        unique_keys=(("customer_id",),),
    ),
    Table(
        name="products",
        columns=[("product_id", "integer", "integer"), ("title", "text", "string"), ("category_id", "integer", "integer"), ("price_cents", "integer", "integer")],
        rows=[(p.id, p.name, _CATEGORIES.index(p.category) + 1 if p.category else None, int(p.list_price * 100)) for p in FACTS.products],
        unique_keys=(("product_id",),),
    ),
    Table(
        name="orders",
        columns=[
            ("order_id", "integer", "integer"), ("customer_id", "integer", "integer"), ("placed_at", "timestamp", "datetime"), ("state", "char(1)", "string"),
            ("channel_code", "smallint", "integer"), ("shipping_cents", "integer", "integer"), ("shipped", "date", "date"), ("currency", "char(3)", "string"),
        ],
        rows=[
            (o.id, o.customer_id, o.ordered_at, _STATES[o.status], _CHANNELS[o.channel], _cents(o.shipping_fee, o), o.shipped_on, o.currency)
            for o in FACTS.orders
        ],
        unique_keys=(("order_id",),),
        indexes=["customer_id", "placed_at", "state"],
    ),
    Table(
        name="order_lines",
        columns=[
            ("line_id", "integer", "integer"), ("order_id", "integer", "integer"), ("product_id", "integer", "integer"), ("qty", "integer", "integer"),
            ("price_cents", "integer", "integer"), ("discount_cents", "integer", "integer"), ("currency", "char(3)", "string"),
        ],
        rows=[_line(line) for line in FACTS.lines],
        unique_keys=(("line_id",),),
        indexes=["order_id", "product_id"],
    ),
)  # fmt: skip

RULES = {
    "cents": TransformationRule(name="cents", expression="input / 100.0", description="Cents to euros."),
    "cents_in_euros": TransformationRule(
        name="cents_in_euros", expression="input * rate / 100", rates={"EUR": 1, "GBP": 1.25}, description="Cents or pence to euros."
    ),
}


def _money(column: str) -> dict[str, str]:
    return {"expression": column, "rule": "cents_in_euros", "currency": "currency"}


MAPPING = mapping_of(
    entity(
        "customer",
        {
            "id": "customer_id", "name": "first_name || ' ' || last_name", "email": "mail", "city": "town", "country": "iso2",
            "segment": {"expression": "segment", "values": {"C": "consumer", "B": "business", "P": "public"}},
            "registered_on": "created_at", "is_active": "NOT disabled",
        },
        sql="SELECT c.*, k.iso2 FROM customers AS c LEFT JOIN countries AS k ON k.country_id = c.country_id",
    ),
    entity(
        "product",
        {"id": "product_id", "name": "title", "category": "category", "list_price": {"expression": "price_cents", "rule": "cents"}},
        sql="SELECT p.product_id, p.title, p.price_cents, g.label AS category FROM products AS p LEFT JOIN categories AS g ON g.category_id = p.category_id",
    ),
    entity(
        "order",
        {
            "id": "order_id", "customer_id": "customer_id", "ordered_at": "placed_at",
            "status": {"expression": "state", "values": {code: status for status, code in _STATES.items()}},
            "channel": {"expression": "channel_code", "values": {str(code): channel for channel, code in _CHANNELS.items()}},
            "shipping_fee": _money("shipping_cents"), "shipped_on": "shipped",
        },
        source="orders",
    ),
    entity(
        "order_line",
        {
            "id": "line_id", "order_id": "order_id", "product_id": "product_id", "quantity": "qty", "unit_price": _money("price_cents"),
            "discount": _money("discount_cents"),
        },
        source="order_lines",
    ),
)  # fmt: skip

CENTS = Shop(name="cents", dialect="postgres", tables=TABLES, mapping=MAPPING, rules=RULES, schema="shop")

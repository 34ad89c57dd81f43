"""What happened in the shop: the same each time, whatever Python. Amounts are in euros and multiples of five cents."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

_FIRST = (
    "Ada Bea Cleo Dan Eve Finn Gil Hanna Ivo Jörg Käthe Lea Max Nora Otto Pia Quirin Rosa Sven Tilda Uwe Vera Wim Xenia Yara Zoë".split()
)
_LAST = "Abel Brandt Çelik de Vries Engel Fischer Gómez Huber Ibsen Jansen Köhler Lang Müller Nowak O'Neill Peters".split()
_CITIES = {"DE": "Berlin", "FR": "Lyon", "GB": "Leeds", "AT": "Graz", "NL": "Utrecht", "SE": "Malmö"}
COUNTRIES = {"DE": "Deutschland", "FR": "Frankreich", "GB": "Großbritannien", "AT": "Österreich", "NL": "Niederlande", "SE": "Schweden"}
_PRODUCTS = {
    "Lighting": ["Desk Lamp", "Floor Lamp", "Bulb", "LED Strip", "Lantern"],
    "Office": ["Pen", "Notebook", "Stapler", "Folder 100%", "Desk Pad"],
    "Kitchen": ["Kettle", "Mug", "Pan", "Knife_Set", "Cutting Board"],
    "Garden": ["Spade", "Hose", "Planter", "Seeds", "Gloves"],
    "Textiles": ["Towel", "Blanket", "Cushion", "Curtain", "Rug"],
}
POUND = Decimal("1.25")  # euros for a pound, always


@dataclass(frozen=True)
class Customer:
    id: int
    name: str
    email: str | None
    city: str | None
    country: str
    segment: str
    registered_on: date
    is_active: bool


@dataclass(frozen=True)
class Product:
    id: int
    name: str
    category: str | None
    list_price: Decimal


@dataclass(frozen=True)
class Order:
    id: int
    customer_id: int
    ordered_at: datetime
    status: str
    channel: str
    shipping_fee: Decimal | None
    shipped_on: date | None
    currency: str


@dataclass(frozen=True)
class OrderLine:
    id: int
    order_id: int
    product_id: int
    quantity: int
    unit_price: Decimal
    discount: Decimal | None


@dataclass(frozen=True)
class Facts:
    customers: tuple[Customer, ...]
    products: tuple[Product, ...]
    orders: tuple[Order, ...]
    lines: tuple[OrderLine, ...]


def _amount(draw: random.Random, least: int, most: int) -> Decimal:
    """A multiple of five cents, so that it is a whole number of pence in pounds too."""
    return Decimal(draw.randrange(least, most)) * Decimal("0.05")


def _customers(draw: random.Random) -> tuple[Customer, ...]:
    found = []
    for i in range(1, 61):
        name = f"{_FIRST[(i * 7) % len(_FIRST)]} {_LAST[(i * 5) % len(_LAST)]}"
        country = draw.choices(list(COUNTRIES), weights=[30, 12, 12, 8, 6, 4])[0]
        found.append(
            Customer(
                id=i,
                name=name if i % 9 else name.lower(),
                email=f"c{i}@example.com" if i % 6 else None,
                city=_CITIES[country] if i % 5 else None,
                country=country,
                segment=draw.choices(["consumer", "business", "public"], weights=[6, 3, 1])[0],
                registered_on=date(2022, 1, 31) + timedelta(days=draw.randrange(700)),
                is_active=draw.random() < 0.8,
            )
        )
    return tuple(found)


def _products(draw: random.Random) -> tuple[Product, ...]:
    pairs = [(category, name) for category, names in _PRODUCTS.items() for name in names]
    return tuple(
        Product(id=i, name=name, category=category if i % 12 else None, list_price=_amount(draw, 20, 2_000))
        for i, (category, name) in enumerate(pairs, 1)
    )


def _orders(draw: random.Random, customers: tuple[Customer, ...]) -> tuple[Order, ...]:
    buyers = customers[:54]  # six never bought
    found = []
    for i in range(1, 601):
        customer = draw.choice(buyers)
        ordered_at = datetime(2023, 7, 1) + timedelta(seconds=draw.randrange(549 * 86_400))
        status = draw.choices(["open", "paid", "shipped", "cancelled", "refunded"], weights=[5, 30, 45, 12, 8])[0]
        was_shipped = status in ("shipped", "refunded")
        found.append(
            Order(
                id=i,
                customer_id=customer.id,
                ordered_at=ordered_at,
                status=status,
                channel=draw.choices(["web", "store", "phone"], weights=[7, 2, 1])[0],
                shipping_fee=_amount(draw, 60, 200) if draw.random() < 0.7 else None,
                shipped_on=ordered_at.date() + timedelta(days=draw.randrange(1, 40)) if was_shipped else None,
                currency="GBP" if customer.country == "GB" else "EUR",
            )
        )
    return tuple(found)


def _lines(draw: random.Random, orders: tuple[Order, ...], products: tuple[Product, ...]) -> tuple[OrderLine, ...]:
    found: list[OrderLine] = []
    for order in orders:
        for product in draw.sample(products, draw.choice([1, 2, 2, 3, 4])):
            quantity = draw.choices([1, 2, 3, 5, 12], weights=[50, 20, 10, 5, 2])[0]
            unit_price = product.list_price if draw.random() < 0.8 else max(product.list_price - Decimal("0.50"), Decimal("0.05"))
            discount = draw.choice([None, None, Decimal("0.00"), _amount(draw, 1, 20)])
            found.append(OrderLine(len(found) + 1, order.id, product.id, quantity, unit_price, discount))
    return tuple(found)


def _facts() -> Facts:
    draw = random.Random("a shop")
    customers, products = _customers(draw), _products(draw)
    orders = _orders(draw, customers)
    return Facts(customers, products, orders, _lines(draw, orders, products))


FACTS = _facts()

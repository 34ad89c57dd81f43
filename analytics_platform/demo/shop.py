"""The demo shop's data: 50,000 orders of two years, the same on every machine and every Python (pure, no database)."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

ORDERS = 50_000
CUSTOMERS = 5_000
FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2025, 12, 31)
SEED = 20_240_101


@dataclass(frozen=True)
class Column:
    """A column with its SQL type (PostgreSQL's) and what it means."""

    name: str
    type: str
    comment: str
    references: str | None = None


@dataclass(frozen=True)
class Table:
    """A table with its rows; the first column is the primary key."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]


COUNTRIES = (
    ("US", "United States", "North America", 26), ("GB", "United Kingdom", "Europe", 12), ("DE", "Germany", "Europe", 11),
    ("FR", "France", "Europe", 9), ("CA", "Canada", "North America", 7), ("NL", "Netherlands", "Europe", 5),
    ("ES", "Spain", "Europe", 5), ("IT", "Italy", "Europe", 5), ("SE", "Sweden", "Europe", 3), ("CH", "Switzerland", "Europe", 3),
    ("AT", "Austria", "Europe", 2), ("PL", "Poland", "Europe", 2), ("DK", "Denmark", "Europe", 2), ("IE", "Ireland", "Europe", 1),
    ("PT", "Portugal", "Europe", 1), ("MX", "Mexico", "North America", 2), ("BR", "Brazil", "South America", 3),
    ("AR", "Argentina", "South America", 1), ("JP", "Japan", "Asia", 4), ("KR", "South Korea", "Asia", 2), ("IN", "India", "Asia", 2),
    ("SG", "Singapore", "Asia", 1), ("AU", "Australia", "Oceania", 3), ("NZ", "New Zealand", "Oceania", 1),
)  # fmt: skip
CATEGORIES = {
    "Coffee": (
        ("Espresso", "Filter", "Decaf", "House", "Single Origin"),
        (("Beans 250 g", 9), ("Beans 1 kg", 29), ("Ground 500 g", 16), ("Capsules", 7)),
    ),
    "Tea": (("Green", "Black", "Herbal", "Oolong"), (("Loose Leaf", 9), ("Bags", 6), ("Gift Tin", 18))),
    "Machines": (("Piccolo", "Classico", "Studio"), (("Espresso Machine", 390), ("Grinder", 140), ("Kettle", 70))),
    "Accessories": (("Steel", "Glass", "Ceramic"), (("Dripper", 22), ("Carafe", 28), ("Scale", 45), ("Tamper", 19))),
    "Mugs": (("Blue", "White", "Forest", "Terracotta"), (("Mug", 12), ("Travel Mug", 24))),
}
FIRST_NAMES = (
    "Ada", "Alan", "Amara", "Anna", "Ben", "Carla", "Chen", "Clara", "David", "Elena", "Emil", "Fatima", "Felix", "Grace", "Hana", "Hugo",
    "Ines", "Ivan", "Jonas", "Julia", "Kenji", "Lara", "Leo", "Lina", "Luca", "Maria", "Mateo", "Mina", "Nadia", "Noah", "Olga", "Omar",
    "Paula", "Priya", "Rosa", "Sam", "Sofia", "Tara", "Tom", "Yara",
)  # fmt: skip
LAST_NAMES = (
    "Abe", "Almeida", "Bauer", "Bianchi", "Brown", "Castro", "Costa", "Diaz", "Dubois", "Evans", "Fischer", "Garcia", "Hansen", "Haddad",
    "Ito", "Jansen", "Jones", "Kaur", "Keller", "Kim", "Kowalski", "Larsen", "Lopez", "Martin", "Meyer", "Moreau", "Nguyen", "Novak",
    "Okafor", "Patel", "Rossi", "Sato", "Schmidt", "Silva", "Singh", "Smith", "Tanaka", "Taylor", "Weber", "Young",
)  # fmt: skip
SEGMENTS = (("Consumer", 70), ("Small business", 22), ("Enterprise", 8))
CHANNELS = (("web", 55), ("app", 30), ("store", 15))
STATUSES = (("completed", 90), ("returned", 6), ("cancelled", 4))
MONTH_WEIGHTS = (8, 8, 9, 9, 9, 8, 7, 7, 9, 10, 13, 16)


def shop() -> tuple[Table, ...]:
    """The five tables, those that others refer to first."""
    draw = random.Random(SEED)  # noqa: S311 - data, not secrets; only `random()` is used, which every Python draws alike
    countries, products = _countries(), _products(draw)
    customers = _customers(draw)
    orders, items = _orders(draw, customers.rows, products.rows)
    return countries, customers, products, orders, items


def _countries() -> Table:
    columns = (
        Column("code", "char(2)", "ISO 3166 code"),
        Column("name", "text", "Name of the country"),
        Column("region", "text", "Part of the world"),
    )
    return Table("countries", "Countries that the shop delivers to", columns, [row[:3] for row in COUNTRIES])


def _products(draw: random.Random) -> Table:
    rows: list[tuple[Any, ...]] = []
    for category, (styles, forms) in CATEGORIES.items():
        for style in styles:
            for form, base in forms:
                price = Decimal(round(base * (0.85 + 0.4 * draw.random()) * 20) * 5 - 1) / 100
                cost = (price * Decimal(round(35 + 25 * draw.random())) / 100).quantize(Decimal("0.01"))
                rows.append((len(rows) + 1, f"{style} {form}", category, price, cost))
    columns = (
        Column("id", "integer", "Number of the product"),
        Column("name", "text", "Name of the product"),
        Column("category", "text", "Coffee, Tea, Machines, Accessories or Mugs"),
        Column("price", "numeric(10,2)", "List price in euro"),
        Column("cost", "numeric(10,2)", "What one piece costs the shop, in euro"),
    )
    return Table("products", "What the shop sells", columns, rows)


def _customers(draw: random.Random) -> Table:
    country = _chooser([(row[0], row[3]) for row in COUNTRIES])
    segment = _chooser(SEGMENTS)
    days_before, days_in_all = 400, (LAST_DAY - FIRST_DAY).days + 400
    signup_days = sorted(int(days_in_all * draw.random() ** 1.4) for _ in range(CUSTOMERS))
    rows = []
    for number, day in enumerate(signup_days, start=1):
        first, last = (names[int(len(names) * draw.random())] for names in (FIRST_NAMES, LAST_NAMES))
        email = f"{first}.{last}.{number}@example.com".lower()
        signup = FIRST_DAY + timedelta(days=day - days_before)
        rows.append((number, f"{first} {last}", email, country(draw.random()), segment(draw.random()), signup))
    columns = (
        Column("id", "integer", "Number of the customer"),
        Column("name", "text", "Full name"),
        Column("email", "text", "Address for mail"),
        Column("country_code", "char(2)", "Where the customer lives", references="countries"),
        Column("segment", "text", "Consumer, Small business or Enterprise"),
        Column("signup_date", "date", "Day of signing up"),
    )
    return Table("customers", "People and companies that have an account", columns, rows)


def _orders(draw: random.Random, customers: Sequence[tuple[Any, ...]], products: Sequence[tuple[Any, ...]]) -> tuple[Table, Table]:
    product = _chooser([(row, float(row[3]) ** -0.6) for row in products])
    channel, status, pieces = _chooser(CHANNELS), _chooser(STATUSES), _chooser(((1, 35), (2, 30), (3, 20), (4, 15)))
    signup_dates = [row[5] for row in customers]
    orders: list[tuple[Any, ...]] = []
    items: list[tuple[Any, ...]] = []
    for number, day in enumerate(_order_days(draw), start=1):
        known = bisect(signup_dates, day)
        customer = customers[int(known * draw.random() ** 1.6)]
        total = Decimal(0)
        for _ in range(pieces(draw.random())):
            chosen, quantity = product(draw.random()), 1 + int(3 * draw.random() ** 3)
            items.append((len(items) + 1, number, chosen[0], quantity, chosen[3]))
            total += quantity * chosen[3]
        orders.append((number, customer[0], day, status(draw.random()), channel(draw.random()), total))
    order_columns = (
        Column("id", "integer", "Number of the order"),
        Column("customer_id", "integer", "Who ordered", references="customers"),
        Column("order_date", "date", "Day of the order"),
        Column("status", "text", "completed, returned or cancelled"),
        Column("channel", "text", "web, app or store"),
        Column("total", "numeric(12,2)", "Sales amount of the order in euro: the sum of its items"),
    )
    item_columns = (
        Column("id", "integer", "Number of the item"),
        Column("order_id", "integer", "The order it belongs to", references="orders"),
        Column("product_id", "integer", "What was bought", references="products"),
        Column("quantity", "integer", "How many pieces"),
        Column("unit_price", "numeric(10,2)", "Price of one piece in euro"),
    )
    return (
        Table("orders", "Orders of customers, one row each", order_columns, orders),
        Table("order_items", "The products of each order", item_columns, items),
    )


def _order_days(draw: random.Random) -> list[date]:
    """The day of each order, in order: the second year is stronger, and so are the months before the holidays."""
    days = [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    weights = [MONTH_WEIGHTS[day.month - 1] * (1.3 if day.year == LAST_DAY.year else 1.0) for day in days]
    chosen = _chooser(list(zip(days, weights, strict=True)))
    return sorted(chosen(draw.random()) for _ in range(ORDERS))


def _chooser(weighted: Sequence[tuple[Any, float]]) -> Callable[[float], Any]:
    """A function from a number in [0, 1) to one of the values, each as often as its weight says."""
    values = [value for value, _ in weighted]
    ends = list(accumulate(weight for _, weight in weighted))
    return lambda number: values[min(bisect(ends, number * ends[-1]), len(values) - 1)]

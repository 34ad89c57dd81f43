"""Twenty questions in canonical SQL, each with its answer computed from the facts in plain Python, without any database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.shops.facts import FACTS, Customer, Order, OrderLine, Product

Rows = list[tuple[Any, ...]]
_ORDERS = {order.id: order for order in FACTS.orders}
_CUSTOMERS = {customer.id: customer for customer in FACTS.customers}
_PRODUCTS = {product.id: product for product in FACTS.products}
_GONE = ("cancelled", "refunded")


@dataclass(frozen=True)
class Question:
    """One question. `types` are the canonical types of its columns; `answer` gives its rows in their order."""

    name: str
    words: str
    sql: str
    types: tuple[str, ...]
    answer: Callable[[], Rows]
    parameters: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def _order(line: OrderLine) -> Order:
    return _ORDERS[line.order_id]


def _customer(line: OrderLine) -> Customer:
    return _CUSTOMERS[_order(line).customer_id]


def _product(line: OrderLine) -> Product:
    return _PRODUCTS[line.product_id]


def _gross(lines: Iterable[OrderLine]) -> Decimal:
    return sum((line.quantity * line.unit_price for line in lines), Decimal(0))


def _net(lines: Iterable[OrderLine]) -> Decimal:
    lines = list(lines)
    return _gross(lines) - sum((line.discount or Decimal(0) for line in lines), Decimal(0))


def _counted() -> list[OrderLine]:
    return [line for line in FACTS.lines if _order(line).status not in _GONE]


def _grouped(lines: Iterable[OrderLine], key: Callable[[OrderLine], Any]) -> dict[Any, list[OrderLine]]:
    found: dict[Any, list[OrderLine]] = defaultdict(list)
    for line in lines:
        found[key(line)].append(line)
    return found


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _month(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, 1)


def _orders_by_status() -> Rows:
    return sorted(Counter(order.status for order in FACTS.orders).items())


def _net_revenue_by_country() -> Rows:
    totals = {country: _net(lines) for country, lines in _grouped(_counted(), lambda line: _customer(line).country).items()}
    return sorted(totals.items(), key=lambda row: (-row[1], row[0]))


def _revenue_by_month() -> Rows:
    by_month = _grouped(_counted(), lambda line: _month(_order(line).ordered_at))
    return [(month, _net(lines), len({line.order_id for line in lines})) for month, lines in sorted(by_month.items())]


def _best_products() -> Rows:
    totals = [
        (_PRODUCTS[i].name, sum(line.quantity for line in lines))
        for i, lines in _grouped(FACTS.lines, lambda line: line.product_id).items()
    ]
    return sorted(totals, key=lambda row: (-row[1], row[0]))[:5]


def _customers_without_orders() -> Rows:
    buyers = {order.customer_id for order in FACTS.orders}
    return [(customer.name, customer.country) for customer in FACTS.customers if customer.id not in buyers]


def _gross_discount_net() -> Rows:
    return [(_gross(FACTS.lines), _gross(FACTS.lines) - _net(FACTS.lines), _net(FACTS.lines))]


def _order_value() -> Rows:
    found = []
    for channel, lines in sorted(_grouped(_counted(), lambda line: _order(line).channel).items()):
        found.append((channel, _cents(_net(lines) / len({line.order_id for line in lines}))))
    return found


def _customers_by_segment() -> Rows:
    counted = Counter(customer.segment for customer in FACTS.customers)
    active = Counter(customer.segment for customer in FACTS.customers if customer.is_active)
    return [(segment, counted[segment], active[segment]) for segment in sorted(counted)]


def _big_orders() -> Rows:
    totals = {order_id: _net(lines) for order_id, lines in _grouped(FACTS.lines, lambda line: line.order_id).items()}
    found = [(str(order_id), total) for order_id, total in totals.items() if total > 700]
    return sorted(found, key=lambda row: (-row[1], row[0]))


def _cancelled_share() -> Rows:
    found = []
    for channel in sorted({order.channel for order in FACTS.orders}):
        orders = [order for order in FACTS.orders if order.channel == channel]
        cancelled = sum(order.status == "cancelled" for order in orders)
        found.append((channel, cancelled, (100 * Decimal(cancelled) / len(orders)).quantize(Decimal("0.1"), ROUND_HALF_UP)))
    return found


def _best_of_category() -> Rows:
    totals = {key: _net(lines) for key, lines in _grouped(FACTS.lines, lambda line: (_product(line).category, line.product_id)).items()}
    best = []
    for category in {category for category, _ in totals}:
        products = sorted(
            ((total, i) for (c, i), total in totals.items() if c == category), key=lambda pair: (-pair[0], _PRODUCTS[pair[1]].name)
        )
        best.append((category, _PRODUCTS[products[0][1]].name, products[0][0]))
    return sorted(best, key=lambda row: (row[0] is None, row[0] or ""))


def _running_revenue() -> Rows:
    by_month = _grouped((line for line in _counted() if _order(line).ordered_at.year == 2024), lambda line: _order(line).ordered_at.month)
    running = Decimal(0)
    found = []
    for month, lines in sorted(by_month.items()):
        running += _net(lines)
        found.append((month, _net(lines), running))
    return found


def _countries_without_mail() -> Rows:
    counted = Counter(customer.country for customer in FACTS.customers if customer.email is None)
    return sorted(counted.items(), key=lambda row: (-row[1], row[0]))


def _shipping() -> Rows:
    fees = [order.shipping_fee for order in FACTS.orders if order.shipping_fee is not None]
    missing = sum(order.shipping_fee is None for order in FACTS.orders)
    return [(len(fees), missing, _cents(sum(fees, Decimal(0)) / len(fees)), min(fees), max(fees))]


def _slow_shipments() -> Rows:
    late = [order for order in FACTS.orders if order.shipped_on and order.shipped_on > order.ordered_at.date() + timedelta(days=30)]
    return sorted(Counter(order.ordered_at.year for order in late).items())


def _customers_of_both() -> Rows:
    web = {order.customer_id for order in FACTS.orders if order.channel == "web"}
    store = {order.customer_id for order in FACTS.orders if order.channel == "store"}
    return sorted((_CUSTOMERS[i].name, str(i)) for i in web & store)


def _orders_between() -> Rows:
    found = [
        order
        for order in FACTS.orders
        if date(2024, 2, 1) <= order.ordered_at.date() < date(2024, 2, 11) and order.status in ("paid", "shipped")
    ]
    return sorted(((str(order.id), order.ordered_at, order.status) for order in found), key=lambda row: row[1])


def _repeat_buyers() -> Rows:
    counted = Counter(order.customer_id for order in FACTS.orders)
    return sorted((Counter(min(count // 5, 3) for count in counted.values())).items())


def _names_with() -> Rows:
    found = [customer.name for customer in FACTS.customers if "de V" in customer.name or customer.name.startswith("J")]
    return [(name,) for name in sorted(found)]


def _weeks() -> Rows:
    counted: Counter[datetime] = Counter()
    for order in FACTS.orders:
        day = order.ordered_at.date()
        if date(2024, 4, 1) <= day < date(2024, 6, 1):
            monday = day - timedelta(days=day.weekday())
            counted[datetime(monday.year, monday.month, monday.day)] += 1
    return sorted(counted.items())


_FROM_LINES = """FROM order_line AS l
JOIN order AS o ON o.id = l.order_id
JOIN customer AS c ON c.id = o.customer_id
JOIN product AS p ON p.id = l.product_id"""

QUESTIONS: tuple[Question, ...] = (
    Question("orders_by_status", "How many orders are in each status?", "SELECT status, order_count FROM order GROUP BY status ORDER BY status", ("string", "integer"), _orders_by_status),
    Question(
        "net_revenue_by_country", "Net revenue by country, without cancelled and refunded orders, the best first",
        f"SELECT c.country, net_revenue {_FROM_LINES} WHERE o.status NOT IN ('cancelled', 'refunded') GROUP BY c.country ORDER BY net_revenue DESC, c.country",
        ("string", "decimal"), _net_revenue_by_country,
    ),
    Question(
        "revenue_by_month", "Net revenue and number of orders by month, without cancelled and refunded orders",
        """SELECT DATE_TRUNC('month', o.ordered_at) AS month, net_revenue, COUNT(DISTINCT o.id) AS orders
        FROM order_line JOIN order o ON o.id = order_line.order_id WHERE o.status <> 'cancelled' AND o.status <> 'refunded' GROUP BY 1 ORDER BY 1""",
        ("datetime", "decimal", "integer"), _revenue_by_month,
    ),
    Question(
        "best_products", "Which five products sold the most units?",
        "SELECT p.name, SUM(l.quantity) AS units FROM order_line l JOIN product p ON p.id = l.product_id GROUP BY p.id ORDER BY units DESC, p.name LIMIT 5",
        ("string", "integer"), _best_products,
    ),
    Question(
        "customers_without_orders", "Who never ordered?",
        "SELECT name, country FROM customer c WHERE NOT EXISTS (SELECT 1 FROM order o WHERE o.customer_id = c.id) ORDER BY CAST(id AS INTEGER)",
        ("string", "string"), _customers_without_orders,
    ),
    Question("gross_discount_net", "Gross revenue, discounts and net revenue of everything", "SELECT gross_revenue, discount_total, net_revenue FROM order_line", ("decimal", "decimal", "decimal"), _gross_discount_net),
    Question(
        "order_value", "Average order value by channel, to the cent",
        "SELECT channel, ROUND(average_order_value, 2) AS value FROM order JOIN order_line l ON l.order_id = order.id WHERE status IN ('open', 'paid', 'shipped') GROUP BY channel ORDER BY channel",
        ("string", "decimal"), _order_value,
    ),
    Question(
        "customers_by_segment", "How many customers has each segment, and how many of them are active?",
        "SELECT segment, COUNT(*) AS customers, COUNT(*) FILTER (WHERE is_active) AS active FROM customer GROUP BY segment ORDER BY segment",
        ("string", "integer", "integer"), _customers_by_segment,
    ),
    Question(
        "big_orders", "Orders above 700 in net revenue",
        "SELECT order_id, net_revenue FROM order_line GROUP BY order_id HAVING net_revenue > :least ORDER BY net_revenue DESC, order_id",
        ("string", "decimal"), _big_orders, {"least": 700},
    ),
    Question(
        "cancelled_share", "How many orders of each channel were cancelled, and how many percent is that?",
        """SELECT channel, SUM(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END) AS cancelled,
        ROUND(100.0 * SUM(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END) / COUNT(*), 1) AS percent FROM order GROUP BY channel ORDER BY channel""",
        ("string", "integer", "decimal"), _cancelled_share,
    ),
    Question(
        "best_of_category", "The product with the highest net revenue in each category",
        """WITH totals AS (SELECT p.category, p.name, net_revenue AS revenue FROM order_line l JOIN product p ON p.id = l.product_id GROUP BY p.category, p.name, p.id),
        ranked AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY category ORDER BY revenue DESC, name) AS place FROM totals)
        SELECT category, name, revenue FROM ranked WHERE place = 1 ORDER BY category""",
        ("string", "string", "decimal"), _best_of_category,
    ),
    Question(
        "running_revenue", "Net revenue by month of 2024, and how it adds up",
        """SELECT month, revenue, SUM(revenue) OVER (ORDER BY month) AS so_far FROM (
            SELECT EXTRACT(MONTH FROM o.ordered_at) AS month, net_revenue AS revenue FROM order o JOIN order_line l ON l.order_id = o.id
            WHERE EXTRACT(YEAR FROM o.ordered_at) = 2024 AND o.status NOT IN ('cancelled', 'refunded') GROUP BY 1
        ) AS months ORDER BY month""",
        ("integer", "decimal", "decimal"), _running_revenue,
    ),
    Question(
        "countries_without_mail", "In which countries are customers without a mail address?",
        "SELECT country, customer_count FROM customer WHERE email IS NULL GROUP BY country ORDER BY customer_count DESC, country",
        ("string", "integer"), _countries_without_mail,
    ),
    Question(
        "shipping", "Shipping fees: how many are known and unknown, average, lowest, highest",
        "SELECT COUNT(shipping_fee) AS known, COUNT(*) - COUNT(shipping_fee) AS unknown, ROUND(AVG(shipping_fee), 2) AS average, MIN(shipping_fee) AS lowest, MAX(shipping_fee) AS highest FROM order",
        ("integer", "integer", "decimal", "decimal", "decimal"), _shipping,
    ),
    Question(
        "slow_shipments", "How many orders a year left more than thirty days after they came?",
        "SELECT EXTRACT(YEAR FROM ordered_at) AS year, COUNT(*) AS late FROM order WHERE shipped_on > CAST(ordered_at AS DATE) + INTERVAL '30 days' GROUP BY 1 ORDER BY 1",
        ("integer", "integer"), _slow_shipments,
    ),
    Question(
        "customers_of_both", "Who bought on the web and in a store?",
        """SELECT c.name, c.id FROM customer c JOIN (SELECT customer_id FROM order WHERE channel = 'web' INTERSECT SELECT customer_id FROM order WHERE channel = 'store') AS both
        ON both.customer_id = c.id ORDER BY c.name, c.id""",
        ("string", "string"), _customers_of_both,
    ),
    Question(
        "orders_between", "Paid and shipped orders of the first ten days of February 2024",
        "SELECT id, ordered_at, status FROM order WHERE ordered_at >= :since AND ordered_at < '2024-02-11' AND status IN ('paid', 'shipped') ORDER BY ordered_at",
        ("string", "datetime", "string"), _orders_between, {"since": "2024-02-01"},
    ),
    Question(
        "repeat_buyers", "How many customers ordered less than five times, five to nine times, ten to fourteen, and more?",
        "SELECT LEAST(orders / 5, 3) AS fives, COUNT(*) AS customers FROM (SELECT customer_id, order_count AS orders FROM order GROUP BY customer_id) AS counted GROUP BY 1 ORDER BY 1",
        ("integer", "integer"), _repeat_buyers,
    ),
    Question(
        "names_with", "Which customers have `de V` in their name, or start with a capital J?",
        "SELECT name FROM customer WHERE name LIKE '%de V%' OR name LIKE 'J%' ORDER BY name",
        ("string",), _names_with,
    ),
    Question(
        "weeks", "Orders by week in April and May 2024",
        "SELECT DATE_TRUNC('week', ordered_at) AS week, COUNT(*) AS orders FROM order WHERE ordered_at BETWEEN '2024-04-01' AND '2024-05-31 23:59:59' GROUP BY 1 ORDER BY 1",
        ("datetime", "integer"), _weeks,
    ),
)  # fmt: skip

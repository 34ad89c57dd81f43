"""Files: customers and products as Excel, orders and their lines as CSV, the way an office keeps them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from tests.shops.facts import FACTS
from tests.shops.tables import Shop, Table, entity, mapping_of

_HEADERS: dict[str, list[str]] = {
    "customers": ["Customer No", "Full Name", "E-Mail", "City", "Country", "Type", "Customer since", "Active"],
    "price_list": ["Item", "Description", "Group", "Price"],
    "orders": ["Order No", "Customer No", "Date", "State", "Sold via", "Delivery", "Sent on"],
    "order_details": ["Line", "Order No", "Item", "Pieces", "Price each", "Reduction"],
}
SPREADSHEETS = ("customers", "price_list")
_STATES = {"open": "Open", "paid": "Paid", "shipped": "Sent", "cancelled": "Cancelled", "refunded": "Money back"}

TABLES = (
    Table(
        name="customers",
        columns=[
            ("customer_no", "BIGINT", "integer"), ("full_name", "VARCHAR", "string"), ("e_mail", "VARCHAR", "string"), ("city", "VARCHAR", "string"),
            ("country", "VARCHAR", "string"), ("type", "VARCHAR", "string"), ("customer_since", "DATE", "date"), ("active", "VARCHAR", "string"),
        ],
        rows=[(c.id, c.name, c.email, c.city, c.country.lower(), c.segment.title(), c.registered_on, "yes" if c.is_active else "no") for c in FACTS.customers],
    ),
    Table(
        name="price_list",
        columns=[("item", "BIGINT", "integer"), ("description", "VARCHAR", "string"), ("group_", "VARCHAR", "string"), ("price", "DOUBLE", "number")],
        rows=[(p.id, p.name, p.category, p.list_price) for p in FACTS.products],
    ),
    Table(
        name="orders",
        columns=[
            ("order_no", "BIGINT", "integer"), ("customer_no", "BIGINT", "integer"), ("date", "TIMESTAMP", "datetime"), ("state", "VARCHAR", "string"),
            ("sold_via", "VARCHAR", "string"), ("delivery", "DECIMAL(18,2)", "decimal"), ("sent_on", "DATE", "date"),
        ],
        rows=[
            (o.id, o.customer_id, o.ordered_at, _STATES[o.status], o.channel.upper(), o.shipping_fee, o.shipped_on) for o in FACTS.orders
        ],
    ),
    Table(
        name="order_details",
        columns=[
            ("line", "BIGINT", "integer"), ("order_no", "BIGINT", "integer"), ("item", "BIGINT", "integer"), ("pieces", "BIGINT", "integer"),
            ("price_each", "DECIMAL(18,2)", "decimal"), ("reduction", "DECIMAL(18,2)", "decimal"),
        ],
        rows=[(x.id, x.order_id, x.product_id, x.quantity, x.unit_price, x.discount) for x in FACTS.lines],
    ),
)  # fmt: skip

MAPPING = mapping_of(
    entity(
        "customer",
        {
            "id": "customer_no", "name": "full_name", "email": "e_mail", "city": "city", "country": "upper(country)", "segment": "lower(type)",
            "registered_on": "customer_since", "is_active": {"expression": "active", "values": {"yes": True, "no": False}},
        },
        source="customers",
    ),
    entity("product", {"id": "item", "name": "description", "category": "group_", "list_price": "price"}, source="price_list"),
    entity(
        "order",
        {
            "id": "order_no", "customer_id": "customer_no", "ordered_at": '"date"',
            "status": {"expression": "state", "values": {word: status for status, word in _STATES.items()}},
            "channel": "lower(sold_via)", "shipping_fee": "delivery", "shipped_on": "sent_on",
        },
        source="orders",
    ),
    entity("order_line", {"id": "line", "order_id": "order_no", "product_id": "item", "quantity": "pieces", "unit_price": "price_each", "discount": "reduction"}, source="order_details"),
)  # fmt: skip

FOLDER = Shop(name="folder", dialect="duckdb", tables=TABLES, mapping=MAPPING, rules={}, schema="main")


def write_files(folder: Path) -> list[Path]:
    """Two workbooks and two CSV files; the platform makes a table of each, by these names."""
    return [_workbook(table, folder) if table.name in SPREADSHEETS else _csv(table, folder) for table in TABLES]


def _csv(table: Table, folder: Path) -> Path:
    path = folder / f"{table.name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADERS[table.name])
        writer.writerows([["" if value is None else str(value) for value in row] for row in table.rows])
    return path


def _workbook(table: Table, folder: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(_HEADERS[table.name])
    for row in table.rows:
        sheet.append([_cell(value) for value in row])
    path = folder / f"{table.name}.xlsx"
    book.save(path)
    return path


def _cell(value: Any) -> Any:
    return float(value) if type(value).__name__ == "Decimal" else value

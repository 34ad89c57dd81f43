"""The facts as canonical tables in a real PostgreSQL: what canonical SQL means, by the engine whose dialect it is."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlglot import exp, parse_one

from tests.shops.facts import FACTS
from tests.shops.servers import POSTGRES, ServerMissing
from tests.shops.tables import Shop, Table, mapping_of

Rows = list[tuple[Any, ...]]
_TEXT, _DECIMAL = ("text", "string"), ("numeric", "decimal")

TABLES = (
    Table(
        name="customer",
        columns=[
            ("id", *_TEXT), ("name", *_TEXT), ("email", *_TEXT), ("city", *_TEXT), ("country", *_TEXT), ("segment", *_TEXT), ("registered_on", "date", "date"),
            ("is_active", "boolean", "boolean"),
        ],
        rows=[(str(c.id), c.name, c.email, c.city, c.country, c.segment, c.registered_on, c.is_active) for c in FACTS.customers],
        unique_keys=(("id",),),
    ),
    Table(
        name="product",
        columns=[("id", *_TEXT), ("name", *_TEXT), ("category", *_TEXT), ("list_price", *_DECIMAL)],
        rows=[(str(p.id), p.name, p.category, p.list_price) for p in FACTS.products],
        unique_keys=(("id",),),
    ),
    Table(
        name="order",
        columns=[
            ("id", *_TEXT), ("customer_id", *_TEXT), ("ordered_at", "timestamp", "datetime"), ("status", *_TEXT), ("channel", *_TEXT), ("shipping_fee", *_DECIMAL),
            ("shipped_on", "date", "date"),
        ],
        rows=[(str(o.id), str(o.customer_id), o.ordered_at, o.status, o.channel, o.shipping_fee, o.shipped_on) for o in FACTS.orders],
        unique_keys=(("id",),),
    ),
    Table(
        name="order_line",
        columns=[
            ("id", *_TEXT), ("order_id", *_TEXT), ("product_id", *_TEXT), ("quantity", "integer", "integer"), ("unit_price", *_DECIMAL), ("discount", *_DECIMAL),
        ],
        rows=[(str(x.id), str(x.order_id), str(x.product_id), x.quantity, x.unit_price, x.discount) for x in FACTS.lines],
        unique_keys=(("id",),),
    ),
)  # fmt: skip
CANONICAL = Shop(name="canonical", dialect="postgres", tables=TABLES, mapping=mapping_of(), rules={}, schema="public")


@contextmanager
def opened_truth() -> Iterator[Callable[[str], Rows]]:
    """Runs canonical SQL without metrics as it is written. Raises ServerMissing."""
    try:
        server = psycopg.connect(**POSTGRES, autocommit=True)
    except psycopg.OperationalError:
        raise ServerMissing("there is no PostgreSQL on 127.0.0.1:5432") from None
    name = f"truth_{uuid.uuid4().hex[:12]}"
    with server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")  # type: ignore[arg-type]
        try:
            with psycopg.connect(**POSTGRES, dbname=name, autocommit=True) as connection:
                connection.execute("SET timezone = 'UTC'")
                for statement in (*CANONICAL.statements(), "ANALYZE"):
                    connection.execute(statement)  # type: ignore[arg-type]
                yield lambda sql: connection.execute(quoted(sql)).fetchall()  # type: ignore[arg-type]
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def quoted(sql: str) -> str:
    """`order` is a word of PostgreSQL's, so there it is written in quotes."""
    tree = parse_one(sql, read="postgres")
    for identifier in tree.find_all(exp.Identifier):
        if identifier.name == "order":
            identifier.set("quoted", True)
    return tree.sql("postgres")

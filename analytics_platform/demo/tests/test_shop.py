"""The demo shop: the same data everywhere, consistent in itself, readable and nothing more."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import psycopg
import pytest

from analytics_platform.demo.database import DATABASE, READER, make_shop_database
from analytics_platform.demo.files import as_csv, shop_files
from analytics_platform.demo.shop import Table, shop
from analytics_platform.embedded import start_postgres, stop_postgres


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    return {table.name: table for table in shop()}


def test_has_fifty_thousand_orders_of_two_years(tables: dict[str, Table]) -> None:
    days = [row[2] for row in tables["orders"].rows]
    assert len(days) == 50_000
    assert (min(days).isoformat(), max(days).isoformat()) == ("2024-01-01", "2025-12-31")


def test_is_the_same_in_another_process(tables: dict[str, Table]) -> None:
    code = "import hashlib; from analytics_platform.demo.shop import shop; print(hashlib.sha256(repr([t.rows for t in shop()]).encode()).hexdigest())"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment).stdout.strip()
    assert other == hashlib.sha256(repr([table.rows for table in tables.values()]).encode()).hexdigest()


def test_every_reference_leads_to_a_row(tables: dict[str, Table]) -> None:
    for table in tables.values():
        for position, column in enumerate(table.columns):
            if column.references:
                known = {row[0] for row in tables[column.references].rows}
                assert {row[position] for row in table.rows} <= known


def test_an_orders_total_is_the_sum_of_its_items(tables: dict[str, Table]) -> None:
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    for _, order, _, quantity, unit_price in tables["order_items"].rows:
        sums[order] += quantity * unit_price
    assert {row[0]: row[5] for row in tables["orders"].rows} == sums


def test_nobody_orders_before_signing_up(tables: dict[str, Table]) -> None:
    signed_up = {row[0]: row[5] for row in tables["customers"].rows}
    assert all(day >= signed_up[customer] for _, customer, day, *_ in tables["orders"].rows)


def test_the_files_hold_the_same_rows(tables: dict[str, Table]) -> None:
    import pandas as pd

    found = {file.name: file for file in shop_files()}
    assert set(found) == {"countries.csv", "customers.csv", "products.xlsx", "orders.csv", "order_items.parquet"}
    assert found["orders.csv"].content == as_csv(tables["orders"])
    products = pd.read_excel(io.BytesIO(found["products.xlsx"].content), engine="calamine")
    assert list(products["name"]) == [row[1] for row in tables["products"].rows]
    items = pd.read_parquet(io.BytesIO(found["order_items.parquet"].content))
    assert list(items["unit_price"]) == [row[4] for row in tables["order_items"].rows]


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("demo")
    yield start_postgres(folder, durable=False).url
    stop_postgres(folder)


@pytest.fixture(scope="module")
def reader(server_url: str) -> str:
    make_shop_database(server_url, reader_password="open sesame 123")
    make_shop_database(server_url, reader_password="open sesame 456")
    return psycopg.conninfo.make_conninfo(server_url, dbname=DATABASE, user=READER, password="open sesame 456")


def test_the_database_holds_the_shop_once(reader: str, tables: dict[str, Table]) -> None:
    with psycopg.connect(reader) as connection:
        counted = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in tables}
        total = connection.execute("SELECT sum(total) FROM orders").fetchone()
    assert counted == {name: (len(table.rows),) for name, table in tables.items()}
    assert total == (sum(row[5] for row in tables["orders"].rows),)


def test_an_interrupted_database_is_filled_again(server_url: str, reader: str) -> None:
    with psycopg.connect(server_url, dbname=DATABASE) as connection:
        connection.execute("DROP TABLE orders, order_items, customers, countries, products")
    make_shop_database(server_url, reader_password="open sesame 456")
    with psycopg.connect(reader) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (50_000,)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM orders",
        "UPDATE orders SET total = 0",
        "CREATE TABLE mine (x int)",
        "CREATE TEMP TABLE mine (x int)",
        "CREATE ROLE friend",
    ],
)
def test_the_reader_can_change_nothing(reader: str, statement: str) -> None:
    refusals = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)
    with psycopg.connect(reader) as connection:
        with pytest.raises(refusals):
            connection.execute(statement)
        connection.rollback()
        connection.execute("SET TRANSACTION READ WRITE")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_the_reader_cannot_enter_the_platforms_database(reader: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(psycopg.conninfo.make_conninfo(reader, dbname="platform"))


def test_tables_and_columns_say_what_they_mean(reader: str) -> None:
    with psycopg.connect(reader) as connection:
        described = connection.execute(
            "SELECT obj_description('orders'::regclass), col_description('orders'::regclass, 6), "
            "(SELECT count(*) FROM pg_constraint WHERE contype = 'f')"
        ).fetchone()
    assert described == ("Orders of customers, one row each", "Sales amount of the order in euro: the sum of its items", 4)

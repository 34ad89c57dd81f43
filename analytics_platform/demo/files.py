"""The demo shop as files, in three formats: CSV, XLSX and Parquet (pure, no database)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from analytics_platform.demo.shop import Table, shop

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class DemoFile:
    """A file as a person would upload it."""

    name: str
    content_type: str
    content: bytes


def shop_files() -> Iterator[DemoFile]:
    """One file for each table of the shop."""
    countries, customers, products, orders, items = shop()
    yield DemoFile("countries.csv", "text/csv", as_csv(countries))
    yield DemoFile("customers.csv", "text/csv", as_csv(customers))
    yield DemoFile("products.xlsx", EXCEL, as_xlsx(products))
    yield DemoFile("orders.csv", "text/csv", as_csv(orders))
    yield DemoFile("order_items.parquet", "application/vnd.apache.parquet", as_parquet(items))


def as_csv(table: Table) -> bytes:
    """UTF-8 with a header."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.name for column in table.columns])
    writer.writerows(table.rows)
    return out.getvalue().encode()


def as_xlsx(table: Table) -> bytes:
    """One sheet, named after the table, with a header."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(table.name)
        sheet.write_row(0, 0, [column.name for column in table.columns])
        for number, row in enumerate(table.rows, start=1):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def as_parquet(table: Table) -> bytes:
    """With the types of the rows: whole numbers, decimals, dates, text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = zip(*table.rows, strict=True)
    arrow = pa.table({column.name: list(values) for column, values in zip(table.columns, columns, strict=True)})
    out = io.BytesIO()
    pq.write_table(arrow, out)
    return out.getvalue()

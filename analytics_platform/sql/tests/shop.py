"""A small shop in each dialect: its catalog, and the statements that make it."""

from __future__ import annotations

from analytics_platform.sql.catalog import Catalog, CatalogColumn, CatalogTable
from analytics_platform.sql.dialects import Dialect

SCHEMA: dict[Dialect, str] = {"postgres": "public", "mysql": "shop", "sqlite": "main", "duckdb": "main"}

_COLUMNS = {
    "countries": ("id integer primary key", "code varchar(2)", "name varchar(50)"),
    "customers": (
        "id integer primary key",
        "name varchar(50)",
        "email varchar(80)",
        "country_id integer",
        "created_at timestamp",
        "active boolean",
        "meta json",
    ),
    "orders": (
        "id integer primary key",
        "customer_id integer",
        "ordered_at timestamp",
        "status varchar(20)",
        "total decimal(10, 2)",
        "note varchar(80)",
    ),
    "order_items": (
        "id integer primary key",
        "order_id integer",
        "product_id integer",
        "quantity integer",
        "unit_price double precision",
    ),
    "products": ("id integer primary key", "name varchar(50)", "category varchar(20)", "price double precision"),
    "employees": (
        "id integer primary key",
        "name varchar(50)",
        "manager_id integer",
        "salary double precision",
        "hired_on date",
    ),
}

_TYPES = {
    "integer": "integer",
    "varchar": "string",
    "timestamp": "datetime",
    "boolean": "boolean",
    "json": "json",
    "decimal": "decimal",
    "double": "number",
    "date": "date",
}

_ROWS = {
    "countries": [(1, "DE", "Germany"), (2, "FR", "France"), (3, "XX", "Nowhere")],
    "customers": [
        (1, "Ada", "ada@example.com", 1, "2023-01-05 10:00:00", True, '{"tier": "gold", "tags": ["a", "b"]}'),
        (2, "bea", "bea@example.org", 2, "2023-02-06 11:30:00", False, '{"tier": "silver", "tags": []}'),
        (3, "Cleo", "cleo@example.com", 1, "2023-03-07 12:45:00", True, '{"tier": "gold", "tags": ["c"]}'),
        (4, "Dan", "dan@example.net", 3, "2023-04-08 13:15:00", True, '{"tags": ["a"]}'),
    ],
    "orders": [
        (1, 1, "2024-01-03 09:00:00", "paid", 120.5, None),
        (2, 1, "2024-01-09 10:00:00", "open", 15.25, "gift"),
        (3, 2, "2024-02-11 11:00:00", "paid", 60.0, "it''s late"),
        (4, 3, "2024-03-12 12:00:00", "lost", 9.75, None),
        (5, 3, "2024-03-13 13:00:00", "paid", 33.3, "fragile"),
        (6, 1, "2025-01-14 14:00:00", "back", 77.0, None),
    ],
    "order_items": [(1, 1, 1, 2, 50.0), (2, 1, 2, 1, 20.5), (3, 2, 2, 1, 15.25), (4, 3, 3, 4, 15.0), (5, 5, 1, 1, 33.3)],
    "products": [(1, "Lamp", "home", 50.0), (2, "Pen", "office", 5.5), (3, "Desk", "office", 15.0)],
    "employees": [
        (1, "Eve", None, 9000.0, "2020-01-01"),
        (2, "Finn", 1, 5000.0, "2021-01-01"),
        (3, "Gil", 2, 4000.0, "2022-01-01"),
    ],
}


def shop_catalog(dialect: Dialect) -> Catalog:
    """The shop as the pipeline sees it."""
    tables = [_table(name, [_column(column) for column in columns], dialect) for name, columns in _COLUMNS.items()]
    details = [CatalogColumn("Order ID", "integer"), CatalogColumn("Unit Price", "number")]
    tables.append(_table("Order Details", details, dialect))
    return Catalog(tuple(tables), default_schema=SCHEMA[dialect])


def shop_statements(dialect: Dialect) -> list[str]:
    """What makes the shop in an empty database."""
    statements = []
    for name, columns in _COLUMNS.items():
        statements.append(f"CREATE TABLE {name} ({', '.join(_typed(column, dialect) for column in columns)})")
        statements += [f"INSERT INTO {name} VALUES ({', '.join(map(_literal, row))})" for row in _ROWS[name]]
    quote = "`" if dialect == "mysql" else '"'
    table, key, price = (f"{quote}{name}{quote}" for name in ("Order Details", "Order ID", "Unit Price"))
    statements.append(f"CREATE TABLE {table} ({key} integer, {price} double precision)")
    statements.append(f"INSERT INTO {table} VALUES (1, 2.5), (2, 3.5)")
    return statements


def _table(name: str, columns: list[CatalogColumn], dialect: Dialect) -> CatalogTable:
    keys = (("id",),) if any(column.name == "id" for column in columns) else ()
    return CatalogTable(name=name, schema=SCHEMA[dialect], columns=tuple(columns), unique_keys=keys)


def _column(written: str) -> CatalogColumn:
    name, type = written.split()[:2]
    return CatalogColumn(name, _TYPES[type.partition("(")[0]])


def _typed(column: str, dialect: Dialect) -> str:
    if dialect == "postgres":
        return column.replace(" json", " jsonb")
    if dialect == "mysql":
        return column.replace("timestamp", "datetime")
    return column


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    return str(value) if isinstance(value, int | float) else f"'{value}'"

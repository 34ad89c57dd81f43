"""Results to make charts of: one for each chart type, and odd ones."""

from __future__ import annotations

from typing import Any

from apps.viz.contract import ResultColumn

COUNTRIES = ["United States", "Germany", "France", "Japan", "Brazil", "India", "Canada", "Spain", "Italy", "Mexico", "Norway", "Poland"]
MONTHS = [f"{year}-{month:02d}-01" for year in (2023, 2024) for month in range(1, 13)]

Result = tuple[list[ResultColumn], list[list[Any]]]


def result(columns: dict[str, str], rows: list[list[Any]]) -> Result:
    """Columns by name and type, with rows."""
    return [ResultColumn(name=name, type=type_) for name, type_ in columns.items()], rows  # type: ignore[arg-type]


def as_json(given: Result) -> dict[str, Any]:
    """The result as a request body has it."""
    columns, rows = given
    return {"columns": [column.model_dump() for column in columns], "rows": rows}


BY_TYPE: dict[str, tuple[str, Result]] = {
    "table": (
        "",
        result({"id": "integer", "name": "string", "email": "string", "city": "string"}, [[i, f"n{i}", f"e{i}", "x"] for i in range(30)]),
    ),
    "number": ("how many orders are there?", result({"count": "integer"}, [[50321]])),
    "bar": (
        "sales by country",
        result({"country": "string", "sales": "decimal"}, [[c, f"{1000 - i * 50}.50"] for i, c in enumerate(COUNTRIES)]),
    ),
    "grouped_bar": (
        "orders by country and channel",
        result(
            {"country": "string", "channel": "string", "orders": "integer"},
            [[c, k, i + 5] for i, c in enumerate(COUNTRIES[:5]) for k in ("web", "shop")],
        ),
    ),
    "stacked_bar": (
        "what is the composition of sales by country, in stacked bars",
        result(
            {"country": "string", "kind": "string", "sales": "integer"},
            [[c, k, i + 5] for i, c in enumerate(COUNTRIES[:5]) for k in ("a", "b", "c")],
        ),
    ),
    "line": ("sales by month", result({"month": "date", "sales": "number"}, [[m, 100.5 + i] for i, m in enumerate(MONTHS)])),
    "multi_line": (
        "sales by month and region",
        result(
            {"month": "date", "region": "string", "sales": "number"},
            [[m, r, i * 1.5] for i, m in enumerate(MONTHS) for r in ("North", "South")],
        ),
    ),
    "area": (
        "show as an area chart: sales by month",
        result({"month": "string", "sales": "integer"}, [[m[:7], 100 + i] for i, m in enumerate(MONTHS)]),
    ),
    "pie": (
        "share of sales by segment",
        result({"segment": "string", "sales": "number"}, [["Consumer", 50.0], ["Corporate", 30.0], ["Public", 20.0]]),
    ),
    "scatter": ("price against quantity", result({"price": "number", "quantity": "integer"}, [[i * 1.5, 100 - i] for i in range(40)])),
    "bubble": (
        "",
        result({"price": "number", "rating_count": "integer", "stock": "integer"}, [[i * 1.5, 100 - i, i % 7] for i in range(40)]),
    ),
    "histogram": ("distribution of order values", result({"order_value": "number"}, [[(i * 37) % 101 + 0.5] for i in range(200)])),
    "box": (
        "spread of delivery days by carrier",
        result(
            {"carrier": "string", "delivery_days": "number"}, [[c, (i * 7) % 13 + k] for k, c in enumerate(("A", "B")) for i in range(30)]
        ),
    ),
    "heatmap": (
        "orders by weekday and hour",
        result(
            {"weekday": "string", "hour": "integer", "orders": "integer"},
            [[d, h, h + 1] for d in ("Tuesday", "Monday", "Sunday", "Friday", "Saturday", "Thursday", "Wednesday") for h in range(24)],
        ),
    ),
    "map_points": (
        "where are our shops",
        result({"shop": "string", "latitude": "number", "longitude": "number"}, [[f"s{i}", 40 + i, i * 5 - 60] for i in range(12)]),
    ),
    "funnel": (
        "conversion by stage",
        result({"stage": "string", "users": "integer"}, [["Visited", 900], ["Signed up", 400], ["Paid", 100]]),
    ),
}

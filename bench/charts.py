"""A chart to PNG by a warm server, beside the renderer alone."""

from __future__ import annotations

import statistics

from bench import load
from bench.report import Figure, median_ms
from bench.stage import Stage


def measure(stage: Stage) -> list[Figure]:
    """A bar chart of twelve months."""
    columns = [{"name": "month", "type": "string"}, {"name": "sales", "type": "number"}]
    rows = [[f"2025-{month:02d}", 1000 + 37 * month % 400] for month in range(1, 13)]
    chart = stage.call("POST", "/visualizations/generate-config", json={"columns": columns, "rows": rows, "type": "bar", "title": "Sales"})
    render = load.request_bytes("GET", f"/api/v1/visualizations/{chart['id']}/render?format=png", token=stage.token)
    load.one_by_one(stage.port, render, times=10)
    ms = statistics.median(load.one_by_one(stage.port, render, times=30))
    return [
        Figure("chart to PNG, warm", ms, "ms", "≤ 60 ms", renderer_alone_ms(chart["spec"], columns, rows), "vl-convert", ms <= 60, 60 / 39)
    ]


def renderer_alone_ms(spec: dict[str, object], columns: list[dict[str, str]], rows: list[list[object]]) -> float:
    """The same picture without the platform."""
    import vl_convert

    values = [dict(zip((column["name"] for column in columns), row, strict=True)) for row in rows]
    whole = {**spec, "data": {"values": values}}
    return median_ms(lambda: vl_convert.vegalite_to_png(whole), times=10)

"""Charts made of words: figures and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apps.viz.labels import humanize, write_number, write_time
from apps.viz.planning import Plan
from apps.viz.profiling import Column
from apps.viz.shaping import Record, Shaped
from apps.viz.specs import parts

MAX_ROWS = 20
MAX_COLUMNS = 8
_MAX_CHARACTERS = 36


def number(plan: Plan, title: str) -> tuple[dict[str, Any], Shaped]:
    """Each measure of the one row, large, with its name below."""
    import altair as alt

    records: list[Record] = []
    for position, column in enumerate(plan.y):
        value = column.values[0]
        text = write_number(value, column) if isinstance(value, float) else "–"
        records.append({"_position": position, "_text": text, "_label": humanize(column.name)})
    longest = max(len(record["_text"]) for record in records)
    size = min(64, int(1000 / max(longest * len(records), 1)))
    x = alt.X(field="_position", type="ordinal", axis=None, scale=alt.Scale(padding=0.5))
    figure = parts.chart("text", style="figure", fontSize=max(size, 14), baseline="middle", dy=-12).encode(
        x=x, text=alt.Text(field="_text", type="nominal")
    )
    caption = parts.chart(
        "text", style="caption", baseline="middle", dy=max(size, 14) * 0.62 + 6, limit=parts.WIDTH // len(records) - 10
    ).encode(x=x, text=alt.Text(field="_label", type="nominal"))
    return parts.finished(figure + caption, title=title, notes=[], height=220), Shaped(records)


def table(plan: Plan, title: str) -> tuple[dict[str, Any], Shaped]:
    """The first rows and columns as text; numbers stand right."""
    import altair as alt

    columns = list(plan.columns)[:MAX_COLUMNS]
    rows = min(plan.row_count, MAX_ROWS)
    cells = [[_write(column, row) for column in columns] for row in range(rows)]
    records = _grid(columns, cells)
    notes = []
    if plan.row_count > rows:
        notes.append(f"The first {rows} of {plan.row_count:,} rows.")
    if len(plan.columns) > len(columns):
        notes.append(f"The first {len(columns)} of {len(plan.columns)} columns.")
    notes += ["There are no rows."] if plan.row_count == 0 else []
    y = alt.Y(field="_row", type="ordinal", axis=None, scale=alt.Scale(padding=0))
    x = alt.X(field="_position", type="quantitative", axis=None, scale=alt.Scale(domain=[0, 1], nice=False, zero=False))
    text = alt.Text(field="_text", type="nominal")

    def words(kind: str, style: str, align: str) -> Any:
        chosen = alt.FieldEqualPredicate(field="_kind", equal=kind)
        return parts.chart("text", style=style, align=align, baseline="middle").transform_filter(chosen).encode(x=x, y=y, text=text)

    stripes = (
        parts.chart("bar", style="stripe")
        .transform_filter(alt.FieldEqualPredicate(field="_kind", equal="stripe"))
        .encode(y=y, x=x, x2=alt.X2(field="_end"))
    )
    drawn = alt.layer(
        stripes,
        words("head_left", "head", "left"),
        words("head_right", "head", "right"),
        words("left", "cell", "left"),
        words("right", "cell", "right"),
    )
    height = (rows + 1) * 24 + (70 if title else 40) + 16 * len(notes)
    return parts.finished(drawn, title=title, notes=notes, height=height), Shaped(records, notes=notes)


def _grid(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[Record]:
    """A record for each cell with its place, columns as wide as their text needs; every second row has a stripe behind it."""
    heads = [_cut(humanize(column.name)) for column in columns]
    widths = [max([len(heads[i]), *(len(line[i]) for line in cells)], default=1) + 3 for i in range(len(columns))]
    total = sum(widths) or 1
    stops = [sum(widths[:i]) / total for i in range(len(widths) + 1)]
    records: list[Record] = [
        {"_row": row + 1, "_kind": "stripe", "_position": 0, "_end": 1, "_text": ""} for row in range(0, len(cells), 2)
    ]
    for i, column in enumerate(columns):
        is_right = column.role in ("measure", "latitude", "longitude")
        place = stops[i + 1] - 1.5 / total if is_right else stops[i] + 1.2 / total
        side = "right" if is_right else "left"
        records.append({"_row": 0, "_kind": f"head_{side}", "_position": round(place, 4), "_text": heads[i]})
        records += [{"_row": row + 1, "_kind": side, "_position": round(place, 4), "_text": line[i]} for row, line in enumerate(cells)]
    return records


def _write(column: Column, row: int) -> str:
    value = column.values[row]
    if value is None:
        return "–"
    if isinstance(value, float):
        return _write_aligned(value, column)
    if isinstance(value, str):
        return _cut(" ".join(value.split()))
    return write_time(value, column.grain)


def _write_aligned(number: float, column: Column) -> str:
    """As many decimals as the others of its column, so that they stand in line."""
    is_money_like = any(n != int(n) for n in column.numbers) and all(n == round(n, 2) for n in column.numbers)
    return f"{number:,.2f}" if is_money_like and not column.is_fraction else write_number(number, column)


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_CHARACTERS else text[: _MAX_CHARACTERS - 1] + "…"

"""Specs: valid, without rows, safe with any name and value."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
import pytest
from altair.vegalite.v6.schema.core import load_schema
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.viz.charting import draw, draw_again, filled
from apps.viz.contract import ChartDoesNotFit, ChartOptions, ChartType, ResultColumn
from apps.viz.rendering import render
from apps.viz.tests.factories import BY_TYPE, result
from apps.viz.themes import config

AWKWARD = [
    "a.b[0]",
    'sum("x.y")',
    "it's",
    "back\\slash",
    "new\nline",
    "datum.value",
    "",
    " ",
    "a" * 300,
    "<script>",
    "größe",
    "total sales",
    "series",
]


@cache
def validator() -> Any:
    return jsonschema.Draft7Validator(load_schema())


def faults(spec: dict[str, Any]) -> list[str]:
    """What the published grammar has against a spec."""
    return [error.message[:200] for error in validator().iter_errors(spec)]


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
def test_writes_a_spec_that_the_published_schema_accepts(type_: ChartType) -> None:
    question, (columns, rows) = BY_TYPE[type_]

    chart = draw(columns, rows, type=type_, question=question)

    assert chart.spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/v6")
    assert faults(chart.spec) == []
    assert faults(filled(chart.spec, chart.records) | {"config": config("dark")}) == []


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
def test_keeps_no_value_of_a_row_in_the_spec(type_: ChartType) -> None:
    _, (columns, rows) = BY_TYPE[type_]
    marked = [[f"secret-{cell}" if isinstance(cell, str) and not cell[:1].isdigit() else cell for cell in row] for row in rows]

    chart = draw(columns, marked, type=type_)

    assert "secret-" not in json.dumps([chart.spec, chart.title, chart.notes])
    assert "datasets" not in chart.spec


@pytest.mark.parametrize("type_", sorted(set(BY_TYPE) - {"map_points", "heatmap"}))
def test_keeps_no_number_of_a_row_in_the_spec(type_: ChartType) -> None:
    _, (columns, rows) = BY_TYPE[type_]
    marked = [[cell + 0.48213 if isinstance(cell, int | float) and not isinstance(cell, bool) else cell for cell in row] for row in rows]

    chart = draw(columns, marked, type=type_)

    assert "48213" not in json.dumps([chart.spec, chart.title, chart.notes])


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
def test_draws_each_type_as_svg(type_: ChartType) -> None:
    _, (columns, rows) = BY_TYPE[type_]
    chart = draw(columns, rows, type=type_)

    svg = render(filled(chart.spec, chart.records), format="svg", width=640).decode()

    assert svg.startswith("<svg")
    assert 'width="640"' in svg
    assert "NaN" not in svg
    assert svg.count('role="graphics-symbol"') >= 1 or "<text" in svg


@pytest.mark.parametrize(("format_", "magic"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_renders_every_format_in_both_themes(format_: Any, magic: bytes, theme: Any) -> None:
    _, (columns, rows) = BY_TYPE["bar"]
    chart = draw(columns, rows)

    assert render(filled(chart.spec, chart.records), format=format_, theme=theme).startswith(magic)


@pytest.mark.parametrize("width", [200, 640, 1000, 1600])
def test_makes_a_png_exactly_as_wide_as_asked(width: int) -> None:
    _, (columns, rows) = BY_TYPE["line"]
    chart = draw(columns, rows)

    png = render(filled(chart.spec, chart.records), format="png", width=width)

    assert int.from_bytes(png[16:20], "big") == width


@pytest.mark.parametrize("name", AWKWARD)
def test_draws_columns_of_any_name_and_values_of_any_text(name: str) -> None:
    columns = [ResultColumn(name=name, type="string"), ResultColumn(name=name + "!", type="integer")]
    rows = [[f"{name} {i}", i + 1] for i in range(4)] + [[None, 3]]

    chart = draw(columns, rows, type="bar")
    svg = render(filled(chart.spec, chart.records), format="svg").decode()

    assert faults(chart.spec) == []
    assert len([record for record in chart.records if next(iter(record.values()))]) == 5
    assert svg.count('aria-roledescription="bar"') == 5
    assert "<script>" not in svg


def test_escapes_markup_in_titles_and_labels() -> None:
    columns, rows = result({"name": "string", "n": "integer"}, [["<img src=x onerror=alert(1)>", 1], ["b", 2]])
    chart = draw(columns, rows, type="bar", title="</text><script>alert(1)</script>")

    svg = render(filled(chart.spec, chart.records), format="svg").decode()

    assert "<script" not in svg
    assert "<img" not in svg


@pytest.mark.parametrize("title", ["{'signal': 'x'}", "datum.value + 1", "${1+1}", "{{7*7}}"])
def test_takes_a_title_as_text_and_nothing_else(title: str) -> None:
    columns, rows = result({"name": "string", "n": "integer"}, [["a", 1], ["b", 2]])

    chart = draw(columns, rows, title=title)

    assert chart.spec["title"]["text"] == [title]


def test_gathers_many_categories_under_other_when_they_add_up() -> None:
    columns, rows = result({"city": "string", "sales": "integer"}, [[f"city {i:03d}", 100 - i] for i in range(60)])

    chart = draw(columns, rows, type="bar", options=ChartOptions(limit=10))

    assert len(chart.records) == 11
    assert chart.records[-1]["city"] == "Other"
    assert sum(record["sales"] for record in chart.records) == sum(row[1] for row in rows)
    assert chart.notes == ["Other stands for 50 of 60 values of city."]


def test_leaves_averages_out_instead_of_adding_them_up() -> None:
    columns, rows = result({"city": "string", "avg_price": "number"}, [[f"city {i:03d}", 100.5 - i] for i in range(60)])

    chart = draw(columns, rows, type="bar", options=ChartOptions(limit=10))

    assert "Other" not in {record["city"] for record in chart.records}
    assert chart.notes == ["10 of 60 values of city are shown."]


def test_lays_bars_down_for_long_or_many_labels_and_stands_them_up_for_few() -> None:
    many = draw(*BY_TYPE["bar"][1], type="bar").spec
    few = draw(*result({"kind": "string", "n": "integer"}, [["a", 1], ["b", 2]]), type="bar").spec

    assert many["layer"][0]["encoding"]["y"]["field"] == "country"
    assert few["layer"][0]["encoding"]["x"]["field"] == "kind"


def test_keeps_weekdays_months_and_numbers_in_their_own_order() -> None:
    columns, rows = result({"weekday": "string", "n": "integer"}, [["Friday", 9], ["Monday", 1], ["Wednesday", 5]])
    numbers = result({"month": "integer", "n": "integer"}, [[10, 5], [2, 9], [1, 1]])

    assert [record["weekday"] for record in draw(columns, rows, type="bar").records] == ["Monday", "Wednesday", "Friday"]
    assert [record["month"] for record in draw(*numbers, type="bar").records] == ["1", "2", "10"]


def test_adds_up_rows_of_one_label_and_says_so() -> None:
    columns, rows = result({"city": "string", "sales": "integer"}, [["a", 1], ["b", 5], ["a", 2]])

    chart = draw(columns, rows, type="bar")

    assert {record["city"]: record["sales"] for record in chart.records} == {"a": 3, "b": 5}
    assert chart.notes == ["Rows of the same city are added up."]


def test_uses_the_columns_and_titles_that_a_person_names() -> None:
    columns, rows = result({"a": "string", "b": "string", "n": "integer", "m": "integer"}, [[c, d, 1, 7] for c in "xyz" for d in "uv"])

    chart = draw(columns, rows, type="bar", options=ChartOptions(x="b", y=["m"], y_title="Mine", orientation="horizontal"))

    encoding = chart.spec["layer"][0]["encoding"]
    assert encoding["y"]["field"] == "b"
    assert (encoding["x"]["field"], encoding["x"]["title"]) == ("m", "Mine")


@pytest.mark.parametrize(
    ("type_", "options"),
    [
        ("pie", None),
        ("map_points", None),
        ("line", None),
        ("bubble", None),
        ("bar", ChartOptions(x="nothing")),
        ("bar", ChartOptions(y=["name"])),
        ("bar", ChartOptions(x="n")),
    ],
)
def test_refuses_what_the_data_cannot_show(type_: ChartType, options: ChartOptions | None) -> None:
    columns, rows = result({"name": "string", "n": "integer"}, [["a", 1], ["b", -2]])

    with pytest.raises(ChartDoesNotFit):
        draw(columns, rows, type=type_, options=options)


def test_thins_long_series_and_keeps_their_peaks() -> None:
    rows = [[f"2024-01-{1 + i // 1440:02d}T{i // 60 % 24:02d}:{i % 60:02d}:00Z", 1.0] for i in range(9000)]
    rows[4321][1] = 99.0
    columns, rows = result({"at": "datetime", "temperature": "number"}, rows)

    chart = draw(columns, rows, type="line")

    assert len(chart.records) <= 2002
    assert max(record["temperature"] for record in chart.records) == 99


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), None, "x"])
def test_draws_around_missing_and_impossible_numbers(bad: Any) -> None:
    columns, rows = result({"name": "string", "n": "number"}, [["a", 1.5], ["b", bad if not isinstance(bad, str) else None], ["c", 2.5]])

    chart = draw(columns, rows, type="bar")

    assert "NaN" not in json.dumps(chart.records)
    assert render(filled(chart.spec, chart.records), format="svg").startswith(b"<svg")


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(),
    st.text(max_size=12),
    st.dates().map(str),
    st.datetimes().map(lambda t: t.isoformat() + "Z"),
)
TYPES = st.sampled_from(["string", "integer", "number", "decimal", "boolean", "date", "time", "datetime", "json", "binary"])
NAMES = st.one_of(st.text(max_size=10), st.sampled_from(["lat", "longitude", "year", "id", "month", "stage", "sales", "pct", *AWKWARD]))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NAMES, TYPES), min_size=1, max_size=5), st.data())
def test_any_result_becomes_a_valid_chart_or_is_refused_with_a_reason(head: list[tuple[str, Any]], data: st.DataObject) -> None:
    columns = [ResultColumn(name=name, type=type_) for name, type_ in head]
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(head), max_size=len(head)), max_size=12))
    type_ = data.draw(st.one_of(st.none(), st.sampled_from(sorted(BY_TYPE))))

    try:
        chart = draw(columns, rows, type=type_)  # type: ignore[arg-type]
    except ChartDoesNotFit:
        assert type_ is not None, "the type that is chosen must fit"
        return
    json.dumps(filled(chart.spec, chart.records), allow_nan=False)


def test_makes_a_heading_of_the_question() -> None:
    columns, rows = result({"name": "string", "n": "integer"}, [["a", 1], ["b", 2]])

    assert draw(columns, rows, question="  what is   it? ").title == "What is it"
    assert draw(columns, rows, question="what is it?", title="what is it?").title == "What is it"
    assert draw(columns, rows, question="what is it?", title="mine").title == "mine"
    assert draw(columns, rows).title == "N by name"


def test_draws_no_more_points_than_a_picture_can_show() -> None:
    columns, rows = result({"price": "number", "stock": "integer"}, [[i * 0.5, i] for i in range(9000)])

    chart = draw(columns, rows, type="scatter")

    assert len(chart.records) == 2000
    assert chart.notes == ["2,000 of 9,000 rows are shown, evenly chosen."]


def test_a_chart_that_is_drawn_again_follows_its_rows_and_its_words() -> None:
    columns = [ResultColumn(name="city", type="string"), ResultColumn(name="sales", type="number")]
    said: dict[str, Any] = {"type": "bar", "title": "Sales", "question": "", "options": ChartOptions()}
    rows: list[list[Any]] = [["Bonn", 3.5], ["Kiel", None]]
    for changed_rows, changed in (
        (rows, {}),
        ([["Bonn", 4]], {}),
        (rows, {"title": "Other"}),
        (rows, {"options": ChartOptions(y_title="EUR")}),
    ):
        told = {**said, **changed}
        assert draw_again(columns, changed_rows, **told) == draw_again(columns, changed_rows, **told)
        assert draw_again(columns, changed_rows, **told) == draw(columns, changed_rows, **told)

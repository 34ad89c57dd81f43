"""Which chart is chosen."""

from __future__ import annotations

import pytest

from apps.viz.charting import select
from apps.viz.contract import ChartType
from apps.viz.tests.factories import BY_TYPE, COUNTRIES, MONTHS, Result, result


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
def test_chooses_each_type_for_data_and_a_question_that_want_it(type_: ChartType) -> None:
    question, (columns, rows) = BY_TYPE[type_]

    assert select(columns, rows, question).type == type_


def test_offers_alternatives_with_falling_scores_and_gives_a_reason() -> None:
    question, (columns, rows) = BY_TYPE["bar"]

    choice = select(columns, rows, question)

    scores = [alternative.score for alternative in choice.alternatives]
    assert scores == sorted(scores, reverse=True)
    assert choice.score >= scores[0]
    assert choice.reason.endswith(".")
    assert choice.type not in {alternative.type for alternative in choice.alternatives}


def test_shows_no_rows_as_a_table() -> None:
    columns, _ = BY_TYPE["bar"][1]

    assert select(columns, [], "").type == "table"


@pytest.mark.parametrize(
    ("wish", "expected"),
    [("as a pie chart", "pie"), ("as a bar chart", "bar"), ("as a table", "table"), ("as a funnel", "funnel")],
)
def test_follows_a_type_that_the_question_names(wish: str, expected: ChartType) -> None:
    columns, rows = result({"segment": "string", "sales": "integer"}, [["a", 5], ["b", 9], ["c", 1]])

    assert select(columns, rows, f"sales by segment {wish}").type == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (result({"year": "integer", "orders": "integer"}, [[2019 + i, 10 + i] for i in range(6)]), "line"),
        (result({"quarter": "string", "orders": "integer"}, [[f"2024-Q{i}", i] for i in (1, 2, 3, 4)]), "line"),
        (result({"day": "string", "orders": "integer"}, [[f"2024-01-{i:02d}", i] for i in range(1, 20)]), "line"),
        (
            result({"country": "string", "revenue": "number", "cost": "number"}, [[c, 10.0 + i, 8.0] for i, c in enumerate(COUNTRIES)]),
            "grouped_bar",
        ),
        (
            result({"month": "date", "revenue": "number", "cost": "number"}, [[m, 10.0 + i, 8.0] for i, m in enumerate(MONTHS)]),
            "multi_line",
        ),
        (result({"month": "date", "revenue": "number", "orders": "integer"}, [[m, 90000.5 + i, i] for i, m in enumerate(MONTHS)]), "line"),
        (
            result({"country": "string", "revenue": "number", "orders": "integer"}, [[c, 90000.5 + i, i] for i, c in enumerate(COUNTRIES)]),
            "bar",
        ),
        (result({"customer_id": "integer", "sales": "number"}, [[i, i * 2.5] for i in range(8)]), "bar"),
        (result({"total": "decimal", "orders": "integer"}, [["12.50", 3]]), "number"),
        (result({"name": "string"}, [["a"], ["b"]]), "table"),
        (result({"country": "string", "profit": "number"}, [["a", -5.0], ["b", 3.0]]), "bar"),
    ],
)
def test_reads_what_columns_are_from_names_and_values(given: Result, expected: ChartType) -> None:
    columns, rows = given

    assert select(columns, rows, "").type == expected


def test_sums_and_decimals_sent_as_text_are_numbers() -> None:
    columns, rows = result(
        {"country": "string", "sales": "decimal", "big": "integer"}, [["a", "1.5", "9007199254740993"], ["b", "2.5", "1"]]
    )

    assert select(columns, rows, "").type != "table"

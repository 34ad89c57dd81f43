"""Follow-ups and clarifications."""

from __future__ import annotations

import pytest

from apps.querygen.conversations import read_clarification, read_follow_up


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("and by country?", "total sales by month by country"),
        ("only in Germany", "total sales by month in Germany"),
        ("what about in 2023?", "total sales by month in 2023"),
        ("by category", "total sales by month by category"),
        ("since March", "total sales by month since March"),
    ],
)
def test_a_fragment_is_read_with_the_question_before_it(fragment: str, expected: str) -> None:
    assert read_follow_up(fragment, "total sales by month").text == expected


@pytest.mark.parametrize("question", ["how many customers are there", "top 5 products by revenue", "Which country has the most orders?"])
def test_a_whole_question_stands_for_itself(question: str) -> None:
    reading = read_follow_up(question, "total sales by month")
    assert (reading.text, reading.assumption) == (question, "")


def test_a_first_question_follows_nothing() -> None:
    assert read_follow_up("by month", "").text == "by month"


def test_a_choice_settles_what_a_word_means() -> None:
    reading = read_clarification("list all names", "names=customers.name", {"old": "x.y"})
    assert (reading.text, reading.choices) == ("list all names", {"old": "x.y", "names": "customers.name"})


def test_any_other_answer_is_added_to_the_question() -> None:
    assert read_clarification("top 3 customers?", "by revenue", {}).text == "top 3 customers by revenue"

"""Which values a word may mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.schema.values import MAX_MATCHES, Entry, ValueIndex

VALUES = [
    "United States", "United Kingdom", "Germany", "New York", "Electronics", "Home office", "Consumer", "delivered", "São Paulo",
    "IN", "no", "Women's shoes", "Category 7", "South Korea",
]  # fmt: skip


@pytest.fixture(scope="module")
def index() -> ValueIndex:
    return ValueIndex(Entry("public", "t", "c", value) for value in VALUES)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ("usa", "United States"),
        ("US", "United States"),
        ("america", "United States"),
        ("united states of america", "United States"),
        ("uk", "United Kingdom"),
        ("united kingdom", "United Kingdom"),
        ("deutschland", "Germany"),
        ("Germny", "Germany"),
        ("york", "New York"),
        ("electronic", "Electronics"),
        ("electro", "Electronics"),
        ("consumers", "Consumer"),
        ("home offices", "Home office"),
        ("DELIVERED", "delivered"),
        ("deliverd", "delivered"),
        ("sao paulo", "São Paulo"),
        ("IN", "IN"),
        ("womens shoes", "Women's shoes"),
        ("korea", "South Korea"),
    ],
)
def test_finds_what_people_mean(index: ValueIndex, term: str, value: str) -> None:
    assert index.find(term)[0].entry.value == value


@pytest.mark.parametrize("term", ["in", "no", "it", "the", "of", "", "  ", "xyzzy", "sales", "us", "?!"])
def test_finds_nothing_for_words_that_are_only_words(index: ValueIndex, term: str) -> None:
    assert index.find(term) == []


def test_scores_the_value_itself_highest(index: ValueIndex) -> None:
    exact, folded, misspelt = (index.find(term)[0].score for term in ("Germany", "germany", "Germny"))

    assert exact == 1.0
    assert exact > folded > misspelt >= 0.5


def test_names_every_column_that_holds_the_value() -> None:
    index = ValueIndex([Entry("", "customers", "country", "France"), Entry("", "suppliers", "country", "France")])

    assert {match.entry.table for match in index.find("france")} == {"customers", "suppliers"}


@given(st.lists(st.text(max_size=20), max_size=30), st.text(max_size=20))
def test_any_values_and_any_term_give_a_bounded_ordered_list(values: list[str], term: str) -> None:
    found = ValueIndex(Entry("", "t", "c", value) for value in values).find(term)

    scores = [match.score for match in found]
    assert len(found) <= MAX_MATCHES
    assert scores == sorted(scores, reverse=True)
    assert all(0.5 <= score <= 1 for score in scores)
    assert all(match.entry.value in values for match in found)

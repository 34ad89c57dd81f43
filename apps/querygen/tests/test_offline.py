"""The offline engine, asked questions whose answers are known, in each of the four dialects."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from apps.querygen.catalog import Catalog
from apps.querygen.contract import Ambiguous, CannotAnswer
from apps.querygen.offline.engine import OfflineAnswer, answer
from apps.querygen.offline.linker import Value
from apps.querygen.tests.shop import SHOPS, TODAY, Rows, shop_catalog, shop_values


def plain(value: Any) -> Any:
    """Drivers differ in numbers and dates: compare what they mean."""
    if isinstance(value, Decimal | float):
        return round(float(value), 6)
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    return value


def ask(question: str, catalog: Catalog, choices: dict[str, str] | None = None) -> OfflineAnswer:
    return answer(question, catalog, shop_values(catalog, question), today=TODAY, choices=choices)


@pytest.fixture(scope="module", params=sorted(SHOPS))
def shop(request: pytest.FixtureRequest) -> Iterator[tuple[Catalog, Callable[[str], Rows]]]:
    with SHOPS[request.param]() as run:
        yield shop_catalog(request.param), run


KNOWN: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("how many customers are there", [(5,)]),
    ("How many orders were placed in 2024?", [(6,)]),
    ("how many orders since March", [(2,)]),
    ("how many orders before 2024", [(1,)]),
    ("orders between 2023-12-01 and 2024-01-31 by status", [("completed", 1), ("cancelled", 1)]),
    ("how many orders were there last month", [(2,)]),
    ("how many orders this year", [(6,)]),
    ("total sales", [(3780,)]),
    ("total sales by month", [("2023-11-01", 1000), ("2024-01-01", 720), ("2024-02-01", 1000), ("2024-05-01", 1060)]),
    ("sales per quarter", [("2023-10-01", 1000), ("2024-01-01", 1720), ("2024-04-01", 1060)]),
    ("revenue by year", [(2023, 1000), (2024, 2780)]),
    ("weekly revenue in May 2024", [("2024-04-29", 1000), ("2024-05-20", 60)]),
    ("revenue last month", [(1060,)]),
    ("top 2 products by revenue", [("Laptop", 1900), ("Phone", 1500)]),
    ("which country has the most orders", [("Germany", 4)]),
    ("revenue in Germany", [(1780,)]),
    ("revenue by category", [("Electronics", 3400), ("Home", 240), ("Books", 140)]),
    ("average price of products by category", [("Electronics", 750), ("Home", 60), ("Books", 30)]),
    ("average order value", [(540,)]),
    ("minimum and maximum price of products", [(20, 1000)]),
    ("how many different categories are there", [(3,)]),
    ("number of orders per status", [("completed", 5), ("cancelled", 1), ("pending", 1)]),
    ("products over 100", [("Laptop",), ("Phone",)]),
    ("names of products with price between 20 and 40", [("Novel",), ("Atlas",)]),
    ("how many products cost at least 500", [(2,)]),
    ("names of the products in the Books category", [("Novel",), ("Atlas",)]),
    ("most expensive product", [("Laptop", 1000)]),
    ("the 2 cheapest products", [("Novel", 20), ("Atlas", 40)]),
    ("customers without orders", [("Ed",)]),
    ("which products were never ordered", [("Atlas",)]),
    ("customers with more than 2 orders", [("Ada",)]),
    ("how many customers have more than 2 orders", [(1,)]),
    ("how many customers bought a Phone", [(2,)]),
    ("how many orders were not completed", [(2,)]),
    ("number of customers in France and Germany", [(4,)]),
    ("customer names in alphabetical order", [("Ada",), ("Bo",), ("Cy",), ("Di",), ("Ed",)]),
    ("list product names sorted by price in descending order", [("Laptop",), ("Phone",), ("Lamp",), ("Atlas",), ("Novel",)]),
    ("total quantity by product", [("Novel", 7), ("Lamp", 4), ("Phone", 3), ("Laptop", 2)]),
    ("best selling product", [("Novel", 7)]),
    ("total quantity in 2023", [(1,)]),
    ("total quantity by product in 2023", [("Laptop", 1)]),
    ("average price of products over 100", [(750,)]),
    ("top 1 customers by number of orders", [("Ada", 3)]),
    ("number of new customers per month in 2024", [("2024-01-01", 1), ("2024-02-01", 1), ("2024-03-01", 1)]),
]


@pytest.mark.parametrize(("question", "expected"), KNOWN, ids=[question for question, _ in KNOWN])
def test_answers_what_can_be_worked_out_by_hand(shop: tuple[Catalog, Callable[[str], Rows]], question: str, expected: Rows) -> None:
    catalog, run = shop
    found = [tuple(plain(value) for value in row) for row in run(ask(question, catalog).sql)]
    assert sorted(found, key=repr) == sorted([tuple(plain(value) for value in row) for row in expected], key=repr)


ORDERED = [
    "total sales by month",
    "top 2 products by revenue",
    "list product names sorted by price in descending order",
    "the 2 cheapest products",
]


@pytest.mark.parametrize("question", ORDERED)
def test_keeps_the_order_that_the_question_implies(shop: tuple[Catalog, Callable[[str], Rows]], question: str) -> None:
    catalog, run = shop
    found = [tuple(plain(value) for value in row) for row in run(ask(question, catalog).sql)]
    assert found == [tuple(plain(value) for value in row) for row in dict(KNOWN)[question]]


@pytest.mark.parametrize(
    "question",
    [
        "profit by month",
        "how many unicorns are there",
        "weather in Berlin",
        "delete all orders",
        "how many returned orders",
        "percentage of orders that were cancelled",
        "revenue growth year over year",
        "predict the revenue of next month",
        "median price of products",
        "orders that are either completed or over 100",
        "average number of orders per customer",
        "customers who complained",
        "?",
    ],
)
def test_refuses_what_it_cannot_do(question: str) -> None:
    with pytest.raises(CannotAnswer) as refusal:
        ask(question, shop_catalog("sqlite"))
    assert isinstance(refusal.value.extra["closest"], list)


def test_asks_back_when_a_ranking_has_no_measure() -> None:
    with pytest.raises(Ambiguous) as question:
        ask("top 3 customers", shop_catalog("sqlite"))
    values = [option["value"] for option in question.value.extra["clarifications"][0]["options"]]
    assert values == ["by revenue", "by number of orders"]


def test_an_option_that_was_offered_settles_the_question() -> None:
    catalog = shop_catalog("sqlite")
    assert "SUM(order_items.quantity * order_items.unit_price)" in ask("top 3 customers by revenue", catalog).sql


def test_asks_which_column_is_meant_and_takes_the_choice() -> None:
    catalog = shop_catalog("sqlite")
    with pytest.raises(Ambiguous) as question:
        ask("list all names", catalog)
    chosen = question.value.extra["clarifications"][0]["options"][0]["value"]
    word, _, meaning = chosen.partition("=")
    assert ask("list all names", catalog, {word: meaning}).columns == [meaning]


def test_says_how_revenue_is_computed_and_which_date_counts() -> None:
    told = ask("total sales by month", shop_catalog("postgres")).assumptions
    assert told == [
        "Times are by orders.ordered_at.",
        "Revenue is order_items.quantity × order_items.unit_price.",
        "Every orders.status counts.",
    ]


def test_joins_by_name_where_no_keys_are_declared_and_says_so() -> None:
    found = ask("revenue by country", shop_catalog("duckdb", with_keys=False))
    assert any("no foreign key says so" in assumption for assumption in found.assumptions)


def test_is_less_sure_of_joins_by_name() -> None:
    question = "how many customers are in Germany"
    assert ask(question, shop_catalog("duckdb", with_keys=False)).confidence < ask(question, shop_catalog("duckdb")).confidence


def test_is_unsure_where_a_word_was_left_out() -> None:
    found = ask("how many lovely orders were placed in 2024 in Germany", shop_catalog("sqlite"))
    assert found.warnings
    assert found.confidence < 0.6


def test_refuses_a_sum_that_a_join_would_repeat() -> None:
    with pytest.raises(CannotAnswer, match="repeats rows"):
        ask("total price of products by country", shop_catalog("sqlite"))


def test_a_value_with_quotes_stays_a_value() -> None:
    sql = ask('how many customers with name "O\'Hara; DROP TABLE x"', shop_catalog("postgres")).sql
    assert "'O''Hara; DROP TABLE x'" in sql


def test_gives_the_same_answer_every_time() -> None:
    catalog = shop_catalog("postgres")
    assert len({ask("top 5 products by revenue in 2024", catalog).sql for _ in range(5)}) == 1


def test_a_loose_match_of_the_value_index_does_not_swallow_other_words() -> None:
    catalog = shop_catalog("sqlite")
    country = catalog.table("countries").column("name")
    assert country is not None
    loose = [
        Value(term, country, "Germany", score) for term, score in (("category in Germany", 0.7), ("in Germany", 0.8), ("Germany", 1.0))
    ]
    sql = answer("total sales by category in Germany", catalog, loose, today=TODAY).sql
    assert "products.category" in sql
    assert "'Germany'" in sql


def test_a_code_and_a_name_of_one_row_are_one_value() -> None:
    catalog = shop_catalog("sqlite")
    found = [
        Value("german", column, value, 0.95)
        for table, name, value in (("countries", "region", "Europe"), ("countries", "name", "Germany"), ("customers", "country_id", "1"))
        if (column := catalog.table(table).column(name)) is not None
    ]
    assert "WHERE" in answer("how many german customers", catalog, found, today=TODAY).sql

"""Full-text search in the catalog."""

from __future__ import annotations

import pytest

from apps.schema.search import CatalogIndex
from apps.schema.tests.factories import table

INDEX = CatalogIndex(
    [
        table("customer_orders", "id", "orderTotal", "shipped_at", comment="What customers bought"),
        table("crm_tbl_cust", "nm", "ctry", synonyms=["clients"], description="People who buy from us"),
        table("products", "id", "unit_price"),
    ]
)


@pytest.mark.parametrize(
    ("query", "table_name", "column"),
    [
        ("products", "products", None),
        ("product", "products", None),
        ("clients", "crm_tbl_cust", None),
        ("people who buy", "crm_tbl_cust", None),
        ("order total", "customer_orders", "orderTotal"),
        ("unit_price", "products", "unit_price"),
        ("product price", "products", "unit_price"),
        ("ship", "customer_orders", "shipped_at"),
        ("prodcuts", "products", None),
    ],
)
def test_finds_by_name_synonym_description_and_likeness(query: str, table_name: str, column: str | None) -> None:
    first = INDEX.search(query)[0]

    assert (first.table, first.column) == (table_name, column)


@pytest.mark.parametrize("query", ["warehouse", "product warehouse", "%", "'; --"])
def test_finds_nothing_where_a_word_is_nowhere(query: str) -> None:
    assert INDEX.search(query) == []


def test_puts_the_exact_name_first_and_scores_fall() -> None:
    scores = [hit.score for hit in INDEX.search("id")]

    assert scores[0] == 1.0
    assert scores == sorted(scores, reverse=True)


def test_lists_everything_when_there_is_nothing_to_look_for() -> None:
    assert [(hit.table, hit.column) for hit in INDEX.search("")][:2] == [("customer_orders", None), ("customer_orders", "id")]
    assert len(INDEX.search(" ")) == 10

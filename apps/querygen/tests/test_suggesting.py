"""Suggested questions can be answered; advice on SQL is right."""

from __future__ import annotations

import pytest

from apps.querygen.offline.engine import answer
from apps.querygen.suggesting import optimizations, suggested_questions
from apps.querygen.tests.shop import TODAY, shop_catalog, sqlite_shop


def test_every_suggested_question_runs() -> None:
    catalog = shop_catalog("sqlite")
    with sqlite_shop() as run:
        counts = [len(run(answer(question, catalog, [], today=TODAY).sql)) for question in suggested_questions(catalog, today=TODAY)]
    assert len(counts) == 8
    assert 0 not in counts


def test_no_question_is_suggested_of_an_empty_source() -> None:
    catalog = shop_catalog("sqlite")
    assert suggested_questions(type(catalog)("sqlite", 1, ()), today=TODAY) == []


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT * FROM orders", "select_star"),
        ("SELECT id FROM customers WHERE name LIKE '%a'", "leading_wildcard"),
        ("SELECT id FROM customers WHERE UPPER(name) = 'ADA'", "function_on_column"),
        ("SELECT id FROM (SELECT id FROM orders ORDER BY id) AS o", "order_in_subquery"),
        ("SELECT id FROM orders UNION SELECT id FROM customers", "union_all"),
    ],
)
def test_advises(sql: str, code: str) -> None:
    assert [found.code for found in optimizations(sql, shop_catalog("sqlite"), [])] == [code]


def test_the_better_statement_gives_the_same_rows() -> None:
    with sqlite_shop() as run:
        better = [found.sql for found in optimizations("SELECT * FROM orders", shop_catalog("sqlite"), [])]
        assert run(better[0] or "") == run("SELECT * FROM orders")


def test_has_no_advice_on_a_plain_statement() -> None:
    assert optimizations("SELECT id FROM orders WHERE status = 'pending'", shop_catalog("sqlite"), []) == []

"""Canonical SQL gives the same rows in every dialect as PostgreSQL gives over canonical tables."""

from __future__ import annotations

import pytest

from analytics_platform.sql.canonical.tests.answers import answer, translated
from analytics_platform.sql.canonical.tests.conftest import Truth
from analytics_platform.sql.canonical.tests.statements import EVERYWHERE, NOT_ON
from analytics_platform.sql.problems import NotTranslatable
from tests.shops.rows import comparable, types_of
from tests.shops.servers import Opened

DIALECT_OF = {"cents": "postgres", "breit": "mysql", "codes": "sqlite", "folder": "duckdb"}
ANSWERED = [(sql, shop) for sql, without in NOT_ON for shop, dialect in DIALECT_OF.items() if dialect not in without]
REFUSED = [(sql, shop) for sql, without in NOT_ON for shop, dialect in DIALECT_OF.items() if dialect in without]


def assert_true(sql: str, shop: Opened, truth: Truth) -> None:
    types = types_of(translated(sql, shop).columns)
    assert answer(sql, shop) == comparable(truth(sql), types)


@pytest.mark.parametrize("sql", EVERYWHERE)
def test_gives_the_rows_of_canonical_tables(sql: str, shop: Opened, truth: Truth) -> None:
    assert_true(sql, shop, truth)


@pytest.mark.parametrize(("sql", "name"), ANSWERED)
def test_gives_the_rows_where_the_engine_can(sql: str, name: str, request: pytest.FixtureRequest, truth: Truth) -> None:
    assert_true(sql, request.getfixturevalue(name), truth)


@pytest.mark.parametrize(("sql", "name"), REFUSED)
def test_says_what_the_engine_cannot(sql: str, name: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotTranslatable, match="has no equal in"):
        translated(sql, request.getfixturevalue(name))

"""Placeholders are replaced token by token, never inside a text."""

from __future__ import annotations

from typing import get_args

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from analytics_platform.sources.placeholders import bind
from analytics_platform.sources.problems import QueryRefusedBySource
from analytics_platform.sql.dialects import Dialect


@pytest.mark.parametrize("dialect", get_args(Dialect))
def test_replaces_what_sqlglot_renders(dialect: Dialect) -> None:
    sql = sqlglot.parse_one("SELECT a FROM t WHERE b = :x AND c = :y AND d = :x").sql(dialect)
    assert bind(sql, {"x": 1, "y": 2}, dialect, lambda n: f"<{n}>") == "SELECT a FROM t WHERE b = <x> AND c = <y> AND d = <x>"


@pytest.mark.parametrize("text", ["':x'", "'it''s :x %(x)s $x'", '":x"', "a /* :x */", "a -- :x\n", "b :: x", "b % (x) AS s"])
def test_leaves_texts_comments_casts_and_modulo_alone(text: str) -> None:
    sql = f"SELECT {text}, :x"
    assert bind(sql, {"x": 1}, "postgres", lambda n: "<x>").replace(f"SELECT {text}, ", "") == "<x>"


def test_refuses_a_parameter_that_stands_nowhere() -> None:
    with pytest.raises(QueryRefusedBySource, match="no placeholder for y"):
        bind("SELECT :x", {"x": 1, "y": 2}, "postgres", lambda n: n)


@given(st.text(alphabet="abc'\\:x$%()s \n", max_size=30))
def test_a_literal_never_changes(text: str) -> None:
    literal = sqlglot.exp.Literal.string(text).sql("postgres")
    assert bind(f"SELECT {literal}, :x", {"x": 1}, "postgres", lambda n: "$1") == f"SELECT {literal}, $1"

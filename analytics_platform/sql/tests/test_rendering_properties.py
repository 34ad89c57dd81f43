"""Whatever is asked over the shop, what is rendered gives the rows of what was written, in the same order: SQLite and DuckDB run both."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.pipeline import prepare
from analytics_platform.sql.tests.shop import shop_catalog, shop_statements

Run = Callable[[str], list[tuple[Any, ...]]]
ENGINES: list[Dialect] = ["sqlite", "duckdb"]

NUMBERS = {"orders": ["id", "customer_id", "total"], "order_items": ["id", "order_id", "quantity"], "customers": ["id", "country_id"]}
TEXTS = {"orders": ["status", "note"], "order_items": [], "customers": ["name", "email"]}
LITERALS = st.text("aB'\"%_:;-/*\\ é€", max_size=5).map(lambda text: "'" + text.replace("'", "''") + "'")
SMALL = st.integers(-9, 9).map(str)
QUOTED = st.sampled_from(["x", "Odd name", "select", "a.b", "ä", "semi;colon", "--"]).map(lambda name: f'"{name}"')


@st.composite
def numbers(draw: st.DrawFn, table: str, depth: int = 2) -> str:
    """An expression that gives a number, over one table under the alias t."""
    simple = st.one_of(SMALL, st.sampled_from(NUMBERS[table]).map(lambda name: f"t.{name}"))
    if depth == 0:
        return draw(simple)
    inner, text, test = numbers(table, depth - 1), texts(table, depth - 1), conditions(table, depth - 1)
    forms = [
        simple,
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda x: f"- {x}"),
        inner.map(lambda x: f"abs({x})"),
        text.map(lambda x: f"length({x})"),
        st.tuples(inner, inner).map(lambda p: f"nullif({p[0]}, {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"coalesce({p[0]}, {p[1]})"),
        st.tuples(test, inner, inner).map(lambda p: f"CASE WHEN {p[0]} THEN {p[1]} ELSE {p[2]} END"),
        st.tuples(inner, SMALL, inner).map(lambda p: f"CASE {p[0]} WHEN {p[1]} THEN {p[2]} END"),
        inner.map(lambda x: f"(SELECT max(i.quantity) FROM order_items i WHERE i.order_id = {x})"),
        inner.map(lambda x: f"CAST({x} AS DOUBLE)"),
    ]
    return draw(st.one_of(forms))


@st.composite
def texts(draw: st.DrawFn, table: str, depth: int = 1) -> str:
    """An expression that gives a text."""
    simple = st.one_of(LITERALS, st.sampled_from([f"t.{name}" for name in TEXTS[table]] or ["'none'"]))
    if depth == 0:
        return draw(simple)
    inner = texts(table, depth - 1)
    forms = [
        simple,
        st.tuples(inner, inner).map(lambda p: f"{p[0]} || {p[1]}"),
        inner.map(lambda x: f"upper({x})"),
        inner.map(lambda x: f"trim({x})"),
        st.tuples(inner, st.integers(-3, 4), st.integers(0, 4)).map(lambda p: f"substr({p[0]}, {p[1]}, {p[2]})"),
        st.tuples(inner, LITERALS, LITERALS).map(lambda p: f"replace({p[0]}, {p[1]}, {p[2]})"),
        st.tuples(inner, inner).map(lambda p: f"coalesce({p[0]}, {p[1]})"),
    ]
    return draw(st.one_of(forms))


@st.composite
def conditions(draw: st.DrawFn, table: str, depth: int = 1) -> str:
    """A condition."""
    number, text = numbers(table, max(0, depth - 1)), texts(table, 0)
    forms = [
        st.tuples(number, st.sampled_from(["=", "<>", "!=", "<", ">=", "IS DISTINCT FROM"]), number).map(" ".join),
        st.tuples(text, st.sampled_from(["=", "<>", "LIKE", "NOT LIKE"]), text).map(" ".join),
        st.tuples(number, SMALL, SMALL).map(lambda p: f"{p[0]} BETWEEN {p[1]} AND {p[2]}"),
        st.tuples(number, st.lists(SMALL, min_size=1, max_size=3)).map(lambda p: f"{p[0]} NOT IN ({', '.join(p[1])})"),
        text.map(lambda x: f"{x} IS NOT NULL"),
        number.map(lambda x: f"EXISTS (SELECT 1 FROM customers c WHERE c.id = {x})"),
        number.map(lambda x: f"{x} IN (SELECT c.country_id FROM customers c)"),
    ]
    if depth > 0:
        inner = conditions(table, depth - 1)
        forms += [st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(" ".join), inner.map(lambda x: f"NOT {x}")]
    return draw(st.one_of(forms))


@st.composite
def selects(draw: st.DrawFn) -> str:
    """A SELECT of two columns, ordered by all it shows, or grouped, or over a window."""
    table = draw(st.sampled_from(sorted(NUMBERS)))
    first, second, test = draw(numbers(table)), draw(texts(table)), draw(conditions(table))
    name = draw(QUOTED)
    source = draw(st.sampled_from([f"{table} AS t", f"(SELECT * FROM {table}) AS t", f"{table} t LEFT JOIN countries n ON n.id = t.id"]))
    form = draw(st.sampled_from(["plain", "distinct", "grouped", "window"]))
    if form == "grouped":
        shown = f"{second} AS {name}, count(*), sum({first})"
        return f"SELECT {shown} FROM {source} WHERE {test} GROUP BY {second} HAVING count(*) > {draw(st.integers(0, 2))} ORDER BY 1, 2, 3"
    if form == "window":
        frame = draw(st.sampled_from(["", " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW", " ROWS UNBOUNDED PRECEDING"]))
        shown = (
            f"t.id, sum({first}) OVER (ORDER BY t.id{frame}) AS {name}, row_number() OVER (PARTITION BY {second} ORDER BY t.id) AS place"
        )
        return f"SELECT {shown} FROM {source} WHERE {test} ORDER BY 1, 2, 3"
    return f"SELECT {'DISTINCT ' if form == 'distinct' else ''}{first} AS {name}, {second} FROM {source} WHERE {test} ORDER BY 1, 2"


@st.composite
def statements(draw: st.DrawFn) -> str:
    """A SELECT as it is, in a CTE, as one side of a set operation, or with a limit."""
    inner = draw(selects())
    form = draw(
        st.sampled_from(
            ["{}", "WITH w AS ({}) SELECT * FROM w", "SELECT * FROM ({}) AS w", "SELECT count(*) FROM ({}) AS w", "{} LIMIT 3 OFFSET 1"]
        )
    )
    comment = draw(st.sampled_from(["", "/* a; b */ ", "-- it's\n"]))
    return comment + form.format(inner)


@pytest.fixture(scope="module")
def engines() -> Iterator[dict[str, Run]]:
    """The shop in both engines."""
    lite, duck = sqlite3.connect(":memory:"), duckdb.connect(":memory:")
    for statement in shop_statements("sqlite"):
        lite.execute(statement)
    for statement in shop_statements("duckdb"):
        duck.execute(statement)
    yield {"sqlite": lambda sql: lite.execute(sql).fetchall(), "duckdb": lambda sql: duck.execute(sql).fetchall()}
    lite.close()
    duck.close()


@pytest.mark.parametrize("dialect", ENGINES)
@given(data=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_rendering_keeps_the_result(engines: dict[str, Run], dialect: Dialect, data: st.DataObject) -> None:
    sql = data.draw(statements())
    written = outcome(engines[dialect], sql)
    prepared = prepare(sql, dialect=dialect, catalog=shop_catalog(dialect), max_rows=1000)
    assert outcome(engines[dialect], prepared.sql) == written


def outcome(run: Run, sql: str) -> str:
    """The rows, or the kind of error: an overflow stays an overflow."""
    try:
        return repr(run(sql))
    except (sqlite3.Error, duckdb.Error) as fault:
        return type(fault).__name__

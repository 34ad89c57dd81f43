"""What `prepare` makes of a statement: limits, parameters, names, places, warnings."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics_platform.sql import pipeline
from analytics_platform.sql.catalog import Catalog, CatalogColumn, CatalogTable
from analytics_platform.sql.dialects import DIALECTS, Dialect
from analytics_platform.sql.parsing import table_names
from analytics_platform.sql.pipeline import check, normalized, prepare
from analytics_platform.sql.problems import AmbiguousName, BadParameter, NotReadOnly, SqlSyntaxError, UnknownColumn, UnknownTable
from analytics_platform.sql.tests.shop import shop_catalog, shop_statements
from analytics_platform.sql.tests.statements import Statement, harmless


def sql_of(sql: str, dialect: Dialect = "postgres", **options: object) -> str:
    return prepare(sql, dialect=dialect, catalog=shop_catalog(dialect), max_rows=100, **options).sql  # type: ignore[arg-type]


def codes_of(sql: str) -> list[str]:
    return [caution.code for caution in check(sql, dialect="postgres", catalog=shop_catalog("postgres")).cautions]


@pytest.mark.parametrize(
    ("sql", "limit"),
    [
        ("SELECT id FROM orders", "LIMIT 101"),
        ("SELECT id FROM orders LIMIT 5", "LIMIT 5"),
        ("SELECT id FROM orders LIMIT 101", "LIMIT 101"),
        ("SELECT id FROM orders LIMIT 5000", "LIMIT 101"),
        ("SELECT id FROM orders LIMIT 5000 OFFSET 3", "LIMIT 101 OFFSET 3"),
        ("SELECT id FROM orders FETCH FIRST 7 ROWS ONLY", "LIMIT 7"),
        ("SELECT id FROM orders UNION SELECT id FROM customers", "LIMIT 101"),
        ("(SELECT id FROM orders LIMIT 5000)", "LIMIT 5000) LIMIT 101"),
        ("SELECT id FROM (SELECT id FROM orders LIMIT 9) x", "x LIMIT 101"),
    ],
)
def test_limits_the_outermost_query(sql: str, limit: str) -> None:
    assert sql_of(sql).endswith(limit)


@pytest.mark.parametrize("sql", ["SELECT id FROM orders LIMIT 1 + 1", "SELECT id FROM orders FETCH FIRST 1 ROWS WITH TIES"])
def test_refuses_a_limit_that_it_cannot_read(sql: str) -> None:
    with pytest.raises(NotReadOnly):
        sql_of(sql)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_binds_parameters_and_never_pastes_them(dialect: Dialect) -> None:
    sql = "SELECT id FROM orders WHERE status = :status AND note LIKE '%x' AND total > :least"
    prepared = prepare(sql, dialect=dialect, catalog=shop_catalog(dialect), max_rows=9, parameters={"status": "'; --", "least": 3})
    assert "%(status)s" in prepared.sql
    assert "'; --" not in prepared.sql
    assert prepared.parameters == {"status": "'; --", "least": 3}
    assert ":status" in normalized(sql, dialect=dialect, catalog=shop_catalog(dialect))


def test_a_limit_parameter_is_clamped() -> None:
    prepared = prepare(
        "SELECT id FROM orders LIMIT :n", dialect="postgres", catalog=shop_catalog("postgres"), max_rows=10, parameters={"n": 500}
    )
    assert prepared.sql.endswith("LIMIT 11")
    assert prepared.parameters == {}


@pytest.mark.parametrize("parameters", [{}, {"n": 1, "m": 2}, {"n": [1]}, {"n": {"a": 1}}])
def test_refuses_values_that_do_not_fit(parameters: dict[str, object]) -> None:
    with pytest.raises(BadParameter):
        sql_of("SELECT id FROM orders WHERE id = :n", parameters=parameters)


def test_names_every_unknown_column_with_its_place_and_close_names() -> None:
    with pytest.raises(UnknownColumn) as caught:
        sql_of("SELECT totl,\n  nme FROM orders o JOIN customers c ON c.id = o.customer_id")
    first, second = caught.value.faults
    assert (first.line, first.column, first.closest[0]) == (1, 8, "total")
    assert (second.line, second.column, second.closest[0]) == (2, 3, "name")
    assert caught.value.extra["line"] == 1


def test_names_close_tables() -> None:
    with pytest.raises(UnknownTable) as caught:
        sql_of("SELECT * FROM ordrs")
    assert caught.value.extra["closest"][0] == "orders"


def test_a_syntax_error_has_its_place() -> None:
    with pytest.raises(SqlSyntaxError) as caught:
        sql_of("SELECT id\nFROM orders WHERE AND")
    assert caught.value.extra["line"] == 2


def test_writes_the_schema_before_a_table() -> None:
    assert sql_of("SELECT Orders.ID FROM Orders LIMIT 1") == "SELECT Orders.ID FROM public.orders AS Orders LIMIT 1"


def test_finds_a_table_whose_name_differs_in_case() -> None:
    catalog = Catalog((CatalogTable(name="Sales", schema="Shop", columns=(CatalogColumn("Amount"),)),), default_schema="Shop")
    sql = prepare("SELECT sum(amount) FROM sales", dialect="postgres", catalog=catalog, max_rows=9).sql
    assert sql == 'SELECT SUM("Amount") FROM "Shop"."Sales" AS sales LIMIT 10'


def test_asks_for_the_schema_of_an_ambiguous_table() -> None:
    tables = tuple(CatalogTable(name="t", schema=schema, columns=(CatalogColumn("a"),)) for schema in ("x", "y"))
    with pytest.raises(AmbiguousName):
        prepare("SELECT a FROM t", dialect="postgres", catalog=Catalog(tables), max_rows=9)
    assert 'FROM "y".t' in prepare("SELECT a FROM y.t", dialect="postgres", catalog=Catalog(tables), max_rows=9).sql


def test_a_cte_is_read_under_the_name_that_defined_it() -> None:
    sql = sql_of("WITH recent AS (SELECT id FROM orders) SELECT * FROM RECENT LIMIT 2")
    assert sql == "WITH recent AS (SELECT id FROM public.orders) SELECT * FROM recent LIMIT 2"


def test_reports_tables_columns_and_outputs() -> None:
    checked = check(
        "SELECT c.*, o.total AS amount FROM customers c JOIN orders o ON o.customer_id = c.id",
        dialect="duckdb",
        catalog=shop_catalog("duckdb"),
    )
    assert checked.tables == ("main.customers", "main.orders")
    assert "main.orders.customer_id" in checked.columns
    assert checked.output_columns == ("id", "name", "email", "country_id", "created_at", "active", "meta", "amount")


@pytest.mark.parametrize(
    ("sql", "volatile"),
    [
        ("SELECT now()", True),
        ("SELECT id FROM orders WHERE ordered_at > current_date", True),
        ("SELECT random()", True),
        ("SELECT 'now'::timestamp", True),
        ("SELECT id FROM orders TABLESAMPLE SYSTEM (10)", True),
        ("SELECT age(ordered_at) FROM orders", True),
        ("SELECT ordered_at, note FROM orders WHERE status = 'paid'", False),
    ],
)
def test_knows_what_reads_the_clock_or_draws_lots(sql: str, volatile: bool) -> None:
    assert check(sql, dialect="postgres", catalog=shop_catalog("postgres")).is_volatile is volatile


@pytest.mark.parametrize(
    ("sql", "codes"),
    [
        ("SELECT count(*) FROM orders, customers", ["cartesian_join"]),
        ("SELECT count(*) FROM orders o, customers c WHERE o.customer_id = c.id", []),
        ("SELECT sum(o.total) FROM orders o JOIN order_items i ON i.order_id = o.id", ["fan_out_join"]),
        ("SELECT sum(i.quantity) FROM orders o JOIN order_items i ON i.order_id = o.id", []),
        ("SELECT sum(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id", []),
        ("SELECT count(*) FROM orders o JOIN order_items i ON i.order_id = o.id", []),
        ("SELECT count(DISTINCT o.id) FROM orders o JOIN order_items i ON i.order_id = o.id", []),
    ],
)
def test_warns_of_joins_that_multiply_rows(sql: str, codes: list[str]) -> None:
    assert codes_of(sql) == codes


@pytest.mark.parametrize(
    ("sql", "codes"),
    [
        ("SELECT a FROM big", ["unbounded_scan"]),
        ("SELECT a FROM big LIMIT 5", []),
        ("SELECT sum(a) FROM big", []),
        ("SELECT group_concat(a) FROM big", []),
    ],
)
def test_warns_of_reading_all_of_a_large_table(sql: str, codes: list[str]) -> None:
    catalog = Catalog((CatalogTable(name="big", columns=(CatalogColumn("a"),), row_count=9_000_000),))
    assert [c.code for c in check(sql, dialect="sqlite", catalog=catalog).cautions] == codes


def test_a_checked_statement_is_kept_for_its_catalog_alone() -> None:
    first = check("SELECT id FROM orders", dialect="sqlite", catalog=shop_catalog("sqlite"))
    assert check("SELECT id FROM orders", dialect="sqlite", catalog=shop_catalog("sqlite")) is first
    with pytest.raises(UnknownTable):
        check("SELECT id FROM orders", dialect="sqlite", catalog=Catalog(()))


def test_the_cache_forgets_the_oldest() -> None:
    cache = pipeline._Cache(2)
    for key in ("a", "b", "c"):
        cache.put((key,), key)
    assert [cache.get((key,)) for key in ("a", "b", "c")] == [None, "b", "c"]


def test_refuses_what_is_nested_too_deeply() -> None:
    with pytest.raises(SqlSyntaxError):
        sql_of("SELECT " + "(" * 5000 + "1" + ")" * 5000)


def test_names_tables_without_a_catalog() -> None:
    assert set(table_names("WITH a AS (SELECT * FROM x) SELECT * FROM a, b", dialect="postgres")) == {"x", "b"}


@pytest.mark.parametrize("statement", harmless(), ids=str)
def test_rendering_is_stable(statement: Statement) -> None:
    catalog = shop_catalog(statement.dialect)
    once = normalized(statement.sql, dialect=statement.dialect, catalog=catalog)
    assert normalized(once, dialect=statement.dialect, catalog=catalog) == once


_NUMBER = st.one_of(st.integers(-50, 50).map(str), st.sampled_from(["id", "total", "customer_id"]))
_TEXT = st.one_of(
    st.text("abc'\"%:;-/*\\ é", max_size=6).map(lambda s: "'" + s.replace("'", "''") + "'"), st.sampled_from(["status", "note"])
)


def _compound(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(children, st.sampled_from(["+", "-", "*"]), children).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(children, children).map(lambda t: f"CASE WHEN {t[0]} > {t[1]} THEN {t[0]} ELSE {t[1]} END"),
        st.tuples(children, children).map(lambda t: f"coalesce(nullif({t[0]}, {t[1]}), 0)"),
        children.map(lambda c: f"-({c})"),
        children.map(lambda c: f"abs({c})"),
    )


_EXPRESSION = st.recursive(_NUMBER, _compound, max_leaves=6)
_CONDITION = st.recursive(
    st.one_of(
        st.tuples(_EXPRESSION, st.sampled_from(["=", "<>", "<", ">="]), _EXPRESSION).map(" ".join),
        st.tuples(_TEXT, st.sampled_from(["=", "<>", "LIKE"]), _TEXT).map(" ".join),
        _TEXT.map(lambda t: f"{t} IS NOT NULL"),
        st.tuples(_EXPRESSION, st.lists(_NUMBER, min_size=1, max_size=3)).map(lambda t: f"{t[0]} IN ({', '.join(t[1])})"),
    ),
    lambda c: st.one_of(
        st.tuples(c, st.sampled_from(["AND", "OR"]), c).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"), c.map(lambda x: f"NOT ({x})")
    ),
    max_leaves=4,
)


@given(shown=st.lists(_EXPRESSION, min_size=1, max_size=3), text=_TEXT, condition=_CONDITION, distinct=st.booleans())
def test_rendering_keeps_the_rows(shown: list[str], text: str, condition: str, distinct: bool) -> None:
    sql = f"SELECT {'DISTINCT ' if distinct else ''}{', '.join(shown)}, {text} FROM orders WHERE {condition} ORDER BY 1, 2"
    connection = sqlite3.connect(":memory:")
    for statement in shop_statements("sqlite"):
        connection.execute(statement)
    assert sorted(map(repr, connection.execute(sql_of(sql, "sqlite")))) == sorted(map(repr, connection.execute(sql)))
    connection.close()

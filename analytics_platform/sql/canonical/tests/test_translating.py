"""What `translate` makes of canonical SQL: names, what is missing, what is pruned, where predicates go, lineage."""

from __future__ import annotations

import pytest

from analytics_platform.sql.canonical.tests.small import CATALOG, CUSTOMER, ORDER, RULES, SCHEMA, mapping, sql_of, translation, with_field
from analytics_platform.sql.canonical.translating import requirements, translate
from analytics_platform.sql.catalog import Catalog
from analytics_platform.sql.dialects import DIALECTS, Dialect
from analytics_platform.sql.pipeline import prepare
from analytics_platform.sql.problems import (
    AmbiguousName,
    BrokenMapping,
    FunctionNotAllowed,
    MultipleStatements,
    NotMapped,
    NotReadOnly,
    SqlProblem,
    SqlSyntaxError,
    UnknownColumn,
    UnknownTable,
)

WITHOUT_TABLE = Catalog(CATALOG.tables[:2], default_schema="crm")


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("SELECT FROM WHERE", SqlSyntaxError),
        ("SELECT 1; SELECT 2", MultipleStatements),
        ("DELETE FROM order", NotReadOnly),
        ("SELECT pg_sleep(1) FROM order", FunctionNotAllowed),
        ("SELECT id FROM invoice", UnknownTable),
        ("SELECT id FROM crm.sales", UnknownTable),
        ("SELECT id FROM crm.order", UnknownTable),
        ("SELECT totl FROM order", UnknownColumn),
        ("SELECT o.totl FROM order o", UnknownColumn),
        ("SELECT x.total FROM order o", UnknownColumn),
        ("SELECT cents FROM order", UnknownColumn),
        ("SELECT id FROM order JOIN customer ON customer.id = order.customer_id", AmbiguousName),
        ("SELECT 1 FROM order JOIN order ON TRUE", AmbiguousName),
        ("SELECT x.id FROM (SELECT o.id, c.id FROM order o JOIN customer c ON c.id = o.customer_id) AS x", AmbiguousName),
        ("SELECT id FROM order WHERE revenue > 5", UnknownColumn),
        ("SELECT revenue FROM customer", UnknownColumn),
        ("SELECT id FROM order UNION SELECT id, total FROM order", SqlSyntaxError),
        ("SELECT *", SqlSyntaxError),
        ("SELECT SUM(revenue) FROM order", UnknownColumn),
        ("SELECT id FROM order JOIN customer USING (name)", UnknownColumn),
        ("WITH x AS (SELECT id FROM order) SELECT total FROM x", UnknownColumn),
    ],
)
def test_refuses_what_is_wrong(sql: str, problem: type[SqlProblem]) -> None:
    with pytest.raises(problem):
        translation(sql)


def test_names_every_unknown_name_with_its_place_and_close_ones() -> None:
    with pytest.raises(UnknownColumn) as caught:
        translation("SELECT totl,\n  o.custmer_id FROM order o")
    assert [(fault.line, fault.closest) for fault in caught.value.faults] == [(1, ("total",)), (2, ("customer_id",))]


def test_an_unknown_entity_has_close_ones() -> None:
    with pytest.raises(UnknownTable) as caught:
        translation("SELECT * FROM orders")
    assert caught.value.extra["closest"] == ["order"]


def test_names_all_that_is_not_mapped() -> None:
    with pytest.raises(NotMapped) as caught:
        translation("SELECT o.note, c.name FROM order o JOIN customer c ON c.id = o.customer_id", ORDER)
    assert caught.value.extra["missing"] == ["order.note", "customer"]


def test_a_star_wants_every_field() -> None:
    with pytest.raises(NotMapped) as caught:
        translation("SELECT * FROM order")
    assert caught.value.extra["missing"] == ["order.note"]


def test_a_star_in_a_subquery_wants_what_is_read_of_it() -> None:
    assert "note" not in sql_of("SELECT total FROM (SELECT * FROM order) AS o")


def test_names_the_columns_that_the_source_lost() -> None:
    lost = with_field(ORDER, field="total", expression="amount + tax")
    with pytest.raises(BrokenMapping) as caught:
        translation("SELECT total FROM order", CUSTOMER, lost)
    assert caught.value.extra["columns"] == ["crm.sales.amount", "crm.sales.tax"]
    assert caught.value.status == 409


def test_names_the_table_that_the_source_lost() -> None:
    with pytest.raises(BrokenMapping) as caught:
        translation("SELECT COUNT(*) FROM order", catalog=WITHOUT_TABLE)
    assert caught.value.extra["columns"] == ["crm.sales"]


def test_a_lost_column_breaks_only_what_reads_it() -> None:
    lost = with_field(ORDER, field="note", expression="remark")
    assert translation("SELECT total FROM order", CUSTOMER, lost).columns[0].name == "total"


def test_reads_only_the_fields_that_are_used() -> None:
    assert sql_of("SELECT id FROM order WHERE status = 'lost'") == (
        'SELECT "order".id FROM (SELECT CAST(nr AS TEXT) AS id FROM crm.sales WHERE FALSE) AS "order"'
    )


def test_a_bare_column_of_the_right_type_stays_bare() -> None:
    assert "SELECT at AS ordered_at FROM" in sql_of("SELECT ordered_at FROM order")


def test_a_join_of_the_mapping_that_nobody_reads_is_left_out() -> None:
    assert "lands" not in sql_of("SELECT name FROM customer")
    assert "lands" in sql_of("SELECT country FROM customer")


def test_a_join_that_may_multiply_rows_stays() -> None:
    many = {**CUSTOMER, "sql": CUSTOMER["sql"].replace("l.id = c.land_id", "l.iso = c.nm")}
    assert "lands" in sql_of("SELECT name FROM customer", many, ORDER)


def test_an_inner_join_of_the_mapping_stays() -> None:
    inner = {**CUSTOMER, "sql": CUSTOMER["sql"].replace("LEFT JOIN", "JOIN")}
    assert "lands" in sql_of("SELECT name FROM customer", inner, ORDER)


@pytest.mark.parametrize(
    ("predicate", "inside"),
    [
        ("status = 'paid'", "st IN ('P', 'B')"),
        ("status = 'open'", "st = 'O'"),
        ("status <> 'paid'", "st = 'O'"),
        ("status IN ('open', 'lost')", "st = 'O'"),
        ("status IS NULL", "NOT st IN ('O', 'P', 'B') OR st IS NULL"),
        ("total > 50", "cents > 5000"),
        ("50.005 >= total", "cents <= 5000"),
        ("total = 12.345", "FALSE"),
        ("total BETWEEN 1 AND 2", "cents >= 100 AND cents <= 200"),
        ("id = '7'", "nr = 7"),
        ("id IN ('7', '07', 'x')", "nr = 7"),
        ("ordered_at >= '2024-01-01'", "at >= '2024-01-01'"),
        ("CAST(ordered_at AS DATE) = '2024-01-31'", "CAST(at AS DATE)"),
        ("customer_id = :who", "CAST(client AS TEXT) = :who"),
    ],
)
def test_turns_a_predicate_around(predicate: str, inside: str) -> None:
    text = sql_of(f"SELECT COUNT(*) FROM order WHERE {predicate}")
    assert inside in text
    assert text.endswith(') AS "order"')


def test_keys_are_compared_as_the_source_keeps_them() -> None:
    text = sql_of("SELECT c.name FROM customer c JOIN order o ON o.customer_id = c.id")
    assert "client AS customer_id__kept" in text
    assert "ON o.customer_id__kept = c.id__kept" in text


@pytest.mark.parametrize(
    ("sql", "is_inside"),
    [
        ("SELECT 1 FROM customer c LEFT JOIN order o ON o.customer_id = c.id AND o.status = 'paid'", True),
        ("SELECT 1 FROM customer c LEFT JOIN order o ON o.customer_id = c.id WHERE o.status = 'paid'", False),
        ("SELECT 1 FROM order o LEFT JOIN customer c ON o.customer_id = c.id WHERE o.status = 'paid'", True),
        ("SELECT 1 FROM order o LEFT JOIN customer c ON o.customer_id = c.id AND o.status = 'paid'", False),
        ("SELECT 1 FROM order o RIGHT JOIN customer c ON o.customer_id = c.id AND o.status = 'paid'", True),
        ("SELECT 1 FROM order o RIGHT JOIN customer c ON o.customer_id = c.id WHERE o.status = 'paid'", False),
        ("SELECT 1 FROM order o FULL JOIN customer c ON o.customer_id = c.id AND o.status = 'paid'", False),
        ("SELECT 1 FROM order o JOIN customer c ON o.customer_id = c.id AND o.status = 'paid'", True),
        ("SELECT 1 FROM customer c LEFT JOIN order o ON o.customer_id = c.id JOIN customer d ON d.id = c.id AND o.status = 'paid'", False),
        ("SELECT 1 FROM order o WHERE o.status = 'paid' OR EXISTS (SELECT 1 FROM customer)", False),
        ("WITH o AS (SELECT * FROM order) SELECT total FROM o WHERE status = 'paid'", True),
        ("SELECT id FROM (SELECT id, status FROM order LIMIT 9) AS o WHERE status = 'paid'", False),
        ("SELECT n FROM (SELECT status, COUNT(*) AS n FROM order GROUP BY status) AS o WHERE status = 'paid'", True),
        ("SELECT n FROM (SELECT MAX(status) AS status, COUNT(*) AS n FROM order) AS o WHERE status = 'paid'", False),
        ("SELECT n FROM (SELECT status, ROW_NUMBER() OVER (ORDER BY id) AS n FROM order) AS o WHERE status = 'paid'", False),
        ("WITH o AS (SELECT * FROM order) SELECT a.id FROM o AS a JOIN o AS b ON a.id = b.customer_id WHERE a.status = 'paid'", False),
    ],
)
def test_moves_a_predicate_only_where_the_rows_stay_the_same(sql: str, is_inside: bool) -> None:
    assert ("st IN ('P', 'B')" in sql_of(sql)) is is_inside


def test_expands_metrics_over_their_entity() -> None:
    text = sql_of(
        "SELECT c.country, revenue, order_value FROM order o JOIN customer c ON c.id = o.customer_id GROUP BY 1 HAVING revenue > 5 ORDER BY revenue"
    )
    assert "SUM(o.total) AS revenue, SUM(o.total) / NULLIF(COUNT(DISTINCT o.id), 0) AS order_value" in text
    assert "HAVING SUM(o.total) > 5 ORDER BY revenue" in text


def test_a_metric_may_be_qualified() -> None:
    text = sql_of("SELECT a.revenue, b.orders FROM order a JOIN order b ON a.id = b.id")
    assert "SUM(a.total) AS revenue, COUNT(DISTINCT b.id) AS orders" in text


def test_a_metric_over_two_of_its_entity_has_to_say_which() -> None:
    with pytest.raises(AmbiguousName):
        translation("SELECT revenue FROM order a JOIN order b ON a.id = b.id")


def test_a_metric_goes_over_a_subquery_that_has_its_fields() -> None:
    assert "SUM(x.total)" in sql_of("WITH x AS (SELECT total FROM order WHERE status = 'paid') SELECT revenue FROM x")


def test_keeps_parameters() -> None:
    assert ":least" in sql_of("SELECT id FROM order WHERE total > :least LIMIT :n")


def test_says_where_columns_come_from() -> None:
    found = translation("SELECT c.country AS land, SUM(o.total) AS s FROM order o JOIN customer c ON c.id = o.customer_id GROUP BY 1")
    assert [(entry.output, entry.canonical, entry.actual) for entry in found.lineage] == [
        ("land", ["customer.country"], ["crm.lands.iso"]),
        ("s", ["order.total"], ["crm.sales.cents"]),
    ]
    assert set(found.tables) == {"crm.sales", "crm.clients", "crm.lands"}


def test_lineage_goes_through_ctes_and_set_operations() -> None:
    found = translation(
        "WITH x AS (SELECT total AS t FROM order) SELECT t * 2 AS d FROM x UNION ALL SELECT CAST(LENGTH(name) AS DECIMAL) FROM customer"
    )
    assert found.lineage[0].canonical == ["order.total", "customer.name"]
    assert found.lineage[0].actual == ["crm.sales.cents", "crm.clients.nm"]


def test_columns_have_canonical_names_and_types() -> None:
    found = translation("SELECT Total, COUNT(*), status = 'paid' AS Is_Paid, ordered_at::date, 1 + 1 FROM order GROUP BY 1, 3, 4")
    assert [(column.name, column.type) for column in found.columns] == [
        ("total", "decimal"), ("count", "integer"), ("is_paid", "boolean"), ("ordered_at", "date"), ("column_5", "integer"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "needed"),
    [
        ("SELECT total FROM order WHERE status = 'paid'", {"order.total", "order.status"}),
        ("SELECT COUNT(*) FROM order", {"order"}),
        ("SELECT revenue FROM order", {"order.total"}),
        ("WITH x AS (SELECT * FROM order) SELECT id FROM x", {"order.id"}),
        ("SELECT o.* FROM (SELECT id, note FROM order) AS o", {"order.id", "order.note"}),
        ("SELECT 1", set()),
    ],
)
def test_requirements_are_what_is_read_in_the_end(sql: str, needed: set[str]) -> None:
    assert set(requirements(sql, schema=SCHEMA)) == needed


def test_a_rate_is_looked_up_by_the_currency() -> None:
    priced = with_field(ORDER, field="total", expression="cents", rule="in_euros", currency="currency")
    assert "cents * CASE currency WHEN 'EUR' THEN 1.0 WHEN 'USD' THEN 0.8 END AS total" in sql_of(
        "SELECT total FROM order", CUSTOMER, priced
    )


def test_a_default_stands_for_null_and_for_unknown_codes() -> None:
    defaulted = with_field(ORDER, field="status", expression="st", values={"P": "paid"}, default="open")
    assert "CASE st WHEN 'P' THEN 'paid' ELSE 'open' END" in sql_of("SELECT status FROM order", CUSTOMER, defaulted)
    assert "NOT st = 'P' OR st IS NULL" in sql_of("SELECT 1 FROM order WHERE status = 'open'", CUSTOMER, defaulted)


def test_the_filter_of_the_mapping_always_holds() -> None:
    text = sql_of("SELECT id FROM order WHERE status = 'open'", CUSTOMER, {**ORDER, "filter": "cents > 0 OR st = 'X'"})
    assert "WHERE (cents > 0 OR st = 'X') AND st = 'O'" in text


def test_a_key_in_group_by_stands_for_its_entity() -> None:
    assert "GROUP BY c.id, c.name" in sql_of(
        "SELECT c.id, c.name, COUNT(*) FROM customer c JOIN order o ON o.customer_id = c.id GROUP BY c.id"
    )


def test_an_alias_may_stand_in_having() -> None:
    assert "HAVING COUNT(*) > 5" in sql_of("SELECT status, COUNT(*) AS n FROM order GROUP BY status HAVING n > 5")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_pipeline_takes_what_comes_out(dialect: Dialect) -> None:
    sql = "SELECT c.name, DATE_TRUNC('month', o.ordered_at) AS month, revenue FROM order o JOIN customer c ON c.id = o.customer_id WHERE o.status = 'paid' GROUP BY 1, 2 ORDER BY 2, 3 DESC"
    prepared = prepare(sql_of(sql, dialect=dialect), dialect=dialect, catalog=CATALOG, max_rows=10)
    assert set(prepared.checked.tables) == {"crm.sales", "crm.clients"}


def test_the_same_statement_is_translated_once() -> None:
    first = translation("SELECT id, total FROM order")
    assert translation("SELECT id, total FROM order") is first
    other = translate("SELECT id, total FROM order", schema=SCHEMA, mapping=mapping(), rules=RULES, dialect="postgres", catalog=CATALOG)
    assert other is first


def test_another_mapping_is_translated_anew() -> None:
    first = translation("SELECT total FROM order")
    changed = with_field(ORDER, field="total", expression="cents * 2", rule="cents")
    assert translation("SELECT total FROM order", CUSTOMER, changed).sql != first.sql

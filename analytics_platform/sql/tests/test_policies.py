"""Access policies over real engines: what a rule excludes never comes out, however a statement is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from uuid import UUID, uuid4

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics_platform.sql.catalog import UNKNOWN_READS, Catalog, CatalogColumn, CatalogTable
from analytics_platform.sql.dialects import DIALECTS, Dialect
from analytics_platform.sql.pipeline import check, normalized, prepare
from analytics_platform.sql.policies import restrictions, rule_faults
from analytics_platform.sql.problems import BadParameter, HiddenByPolicy, PolicyDoesNotResolve, PolicyVariableUnset, UnknownColumn
from analytics_platform.sql.rights import Access, Mask, Rule, Value, Viewer, rights_of
from analytics_platform.sql.row_filters import row_filter_variables
from analytics_platform.sql.tests.engines import Engine, Rows, shop_engine
from analytics_platform.sql.tests.shop import shop_catalog

USER = UUID("01900000-0000-7000-8000-000000000001")


@pytest.fixture(scope="module", params=DIALECTS)
def shop(request: pytest.FixtureRequest) -> Iterator[tuple[Dialect, Engine]]:
    with shop_engine(request.param) as engine:
        yield request.param, engine


def rule(
    table: str, row_filter: str = "", *, hidden: tuple[str, ...] = (), masks: tuple[tuple[str, Mask], ...] = (), **more: object
) -> Rule:
    variables = row_filter_variables(row_filter, dialect="postgres") if row_filter else ()
    return Rule(
        policy_id=uuid4(), version=1, table=table, row_filter=row_filter, variables=variables, hidden_columns=hidden, masks=masks, **more
    )  # type: ignore[arg-type]


def access(*rules: Rule, is_closed: bool = False, role: str = "analyst", **attributes: Value) -> Access:
    viewer = Viewer(user_id=USER, role=role, attributes=attributes)
    return Access(viewer=viewer, rights=(rights_of(rules, viewer=viewer, is_closed=is_closed),), hash_key="k")


def rows(shop: tuple[Dialect, Engine], sql: str, allowed: Access) -> Rows:
    dialect, engine = shop
    return engine(prepare(sql, dialect=dialect, catalog=shop_catalog(dialect), max_rows=1000, access=allowed))


FILTERED = access(rule("orders", "status = 'paid'"))
EVERYWHERE = [
    "SELECT status FROM orders",
    "SELECT o.status FROM orders AS o",
    "SELECT * FROM (SELECT status FROM orders) AS s",
    "WITH x AS (SELECT status FROM orders) SELECT status FROM x",
    "WITH orders AS (SELECT status FROM orders) SELECT status FROM orders",
    "SELECT status FROM orders UNION ALL SELECT status FROM orders",
    "SELECT c.name, o.status FROM customers c JOIN orders o ON o.customer_id = c.id",
    "SELECT c.name, o.status FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NOT NULL",
    "SELECT name, (SELECT MAX(status) FROM orders o WHERE o.customer_id = c.id) AS s FROM customers c WHERE id < 4",
    "SELECT status FROM orders WHERE id IN (SELECT id FROM orders)",
    "SELECT a.status FROM orders a CROSS JOIN orders b",
    "SELECT status, COUNT(*) AS n FROM orders GROUP BY status ORDER BY status",
    "SELECT DISTINCT status FROM orders WHERE NOT status = 'none'",
    "SELECT status FROM customers, orders WHERE customers.id = orders.customer_id",
    "SELECT status, ROW_NUMBER() OVER (ORDER BY id) AS n FROM orders",
]


@pytest.mark.parametrize("sql", EVERYWHERE)
def test_a_row_filter_holds_at_every_depth(shop: tuple[Dialect, Engine], sql: str) -> None:
    found = rows(shop, sql, FILTERED)
    assert found
    assert {cell for row in found for cell in row if cell in ("paid", "open", "lost", "back")} == {"paid"}


def test_filters_are_anded_hidden_columns_united_and_the_strongest_mask_wins(shop: tuple[Dialect, Engine]) -> None:
    allowed = access(
        rule("orders", "status = 'paid'", hidden=("note",), masks=(("total", "range"),)),
        rule("orders", "customer_id = 1", hidden=("ordered_at",), masks=(("total", "null"),)),
    )
    assert rows(shop, "SELECT * FROM orders", allowed) == [(1, 1, "paid", None)]


@pytest.mark.parametrize("sql", ["SELECT note FROM orders", "SELECT o.note FROM orders o", "SELECT id FROM orders WHERE note = 'gift'"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_hidden_column_is_refused_by_a_name_of_its_own(dialect: Dialect, sql: str) -> None:
    allowed = access(rule("orders", hidden=("note",)))
    with pytest.raises(HiddenByPolicy) as caught:
        check(sql, dialect=dialect, catalog=shop_catalog(dialect), access=allowed)
    assert "note" not in caught.value.detail
    assert "orders" not in caught.value.detail


@pytest.mark.parametrize("dialect", DIALECTS)
def test_close_matches_never_name_what_is_hidden(dialect: Dialect) -> None:
    allowed = access(rule("orders", hidden=("note",)))
    with pytest.raises(UnknownColumn) as caught:
        check("SELECT notes FROM orders", dialect=dialect, catalog=shop_catalog(dialect), access=allowed)
    assert "note" not in caught.value.faults[0].closest


def test_a_star_a_whole_row_and_a_natural_join_leave_hidden_columns_out(shop: tuple[Dialect, Engine]) -> None:
    allowed = access(rule("employees", hidden=("salary", "name")))
    assert {str(cell) for row in rows(shop, "SELECT * FROM employees", allowed) for cell in row}.isdisjoint({"9000.0", "Eve"})
    natural = rows(shop, "SELECT * FROM employees NATURAL JOIN products", allowed)
    assert len(natural) == 3  # by id alone: `name` is not there to be joined by


@pytest.mark.parametrize("sql", ["SELECT rowid FROM employees", "SELECT e.rowid FROM employees e", "SELECT oid FROM employees"])
def test_row_ids_of_a_restricted_table_are_not_there(sql: str) -> None:
    with pytest.raises((UnknownColumn, HiddenByPolicy)):
        check(sql, dialect="sqlite", catalog=shop_catalog("sqlite"), access=access(rule("employees", hidden=("salary",))))


def test_masks_show_what_they_promise(shop: tuple[Dialect, Engine]) -> None:
    allowed = access(
        rule("employees", masks=(("salary", "range"), ("name", "partial"), ("hired_on", "range"), ("manager_id", "null"))),
        rule("customers", masks=(("name", "hash"), ("email", "partial"))),
    )
    found = rows(shop, "SELECT name, salary, hired_on, manager_id FROM employees WHERE id = 2", allowed)
    assert [(name, float(salary), str(hired)[:10], manager) for name, salary, hired, manager in found] == [
        ("***", 5000.0, "2021-01-01", None)
    ]
    shown = rows(shop, "SELECT name, email FROM customers ORDER BY id", allowed)
    assert [email for _, email in shown] == ["ad***", "be***", "cl***", "da***"]
    assert len({name for name, _ in shown}) == 4
    assert all(len(name) == 32 and name != "Ada" for name, _ in shown)


def test_predicates_and_sorts_see_masked_values(shop: tuple[Dialect, Engine]) -> None:
    allowed = access(rule("employees", masks=(("salary", "range"),)))
    assert rows(shop, "SELECT id FROM employees WHERE salary = 9000 ORDER BY salary", allowed) == [(1,)]
    hashed = access(rule("customers", masks=(("name", "hash"),)))
    assert rows(shop, "SELECT id FROM customers WHERE name = 'Ada'", hashed) == []


@pytest.mark.parametrize(
    ("mask", "column", "shown"), [("range", "id", [0]), ("range", "total", [100.0]), ("hash", "id", ["x"]), ("partial", "status", ["***"])]
)
def test_a_mask_keeps_null_and_fits_its_type(shop: tuple[Dialect, Engine], mask: Mask, column: str, shown: list[object]) -> None:
    allowed = access(rule("orders", masks=((column, mask),)))
    found = rows(shop, f"SELECT {column} FROM orders ORDER BY ordered_at LIMIT 1", allowed)
    assert [type(shown[0])(found[0][0])] == shown if mask != "hash" else len(found[0][0]) == 32


LEAKS: dict[Dialect, list[str]] = {
    "postgres": [
        "SELECT id FROM orders WHERE CAST(note AS INTEGER) = 1",
        "SELECT id FROM orders WHERE 1 / (total - 9.75) > 0",
        "SELECT * FROM (SELECT CAST(note AS INTEGER) AS n FROM orders) s WHERE n > 0",
        "SELECT c.id FROM customers c JOIN orders o ON CAST(o.note AS INTEGER) = c.id",
        "SELECT id FROM customers WHERE EXISTS (SELECT 1 FROM orders o WHERE 1 / (o.total - 9.75) > 0)",
        "SELECT status FROM orders GROUP BY status, total HAVING 1 / (total - 9.75) > 0",
        "SELECT id FROM orders WHERE note LIKE 'gif\\'",
        "SELECT id FROM orders WHERE note = 'gift' AND total > 1 / FLOOR(RANDOM())",
        "SELECT id FROM orders WHERE note = 'gift' AND total > (SELECT 1 FROM customers WHERE RANDOM() > 0)",
        "SELECT id FROM orders WHERE 1 = (SELECT c.id FROM customers c WHERE orders.note = 'gift')",
        "SELECT c.id FROM customers c JOIN orders o ON o.customer_id = c.id AND 1 = (SELECT id FROM customers WHERE o.note = 'gift')",
        "SELECT id FROM orders WHERE note = 'gift' AND total > (SELECT SUM(v) FROM (SELECT unit_price AS v FROM order_items"
        " UNION ALL SELECT 1.7e308 UNION ALL SELECT 1.7e308) t)",
    ],
    "duckdb": ["SELECT id FROM orders WHERE CAST(note AS INTEGER) = 1", "SELECT id FROM orders WHERE note = 5"],
    "sqlite": ["SELECT id FROM orders WHERE json_extract(note, '$.a') = 1"],
    "mysql": [
        "SELECT id FROM orders WHERE EXP(total * 10) > 0",
        "SELECT id FROM orders WHERE note = 'gift' AND total > EXP(10000)",
        "SELECT id FROM orders WHERE note = 'gift' AND total > EXP(RAND() * 0 + 10000)",
        "SELECT id FROM orders WHERE 1 = (SELECT c.id FROM customers c WHERE orders.note = 'gift')",
        "SELECT id FROM orders WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = (SELECT id FROM customers WHERE orders.note = 'gift'))",
        "SELECT id FROM orders ORDER BY EXP(total * 10)",
        "SELECT EXP(total * 10), COUNT(DISTINCT id) FROM orders GROUP BY 1",
        "SELECT id FROM orders ORDER BY (SELECT id FROM customers WHERE orders.note = 'gift')",
    ],
}


LEAVES_NOTHING = [
    "total < 5",
    "id IN (SELECT order_id FROM order_items WHERE quantity > 100)",
    "customer_id IN (SELECT id FROM customers WHERE name = 'nobody')",
]


@pytest.mark.parametrize("leaves_nothing", LEAVES_NOTHING)
def test_a_statement_cannot_fail_on_rows_that_are_kept_back(shop: tuple[Dialect, Engine], leaves_nothing: str) -> None:
    for sql in LEAKS[shop[0]]:
        assert rows(shop, sql, access(rule("orders", leaves_nothing))) == []


def test_a_comparison_is_left_to_the_planner() -> None:
    sql = "SELECT DATE_TRUNC('month', ordered_at) AS m, SUM(total * 2) FROM orders WHERE customer_id = 1 AND status LIKE 'p%' GROUP BY 1"
    plain = prepare(sql, dialect="postgres", catalog=shop_catalog("postgres"), max_rows=10, access=FILTERED).sql
    leaky = prepare(
        sql.replace("customer_id = 1", "customer_id + 1 = 2"),
        dialect="postgres",
        catalog=shop_catalog("postgres"),
        max_rows=10,
        access=FILTERED,
    ).sql
    assert ("OFFSET 0" in plain, "OFFSET 0" in leaky) == (False, True)


PLANNED = [
    "SELECT id FROM orders WHERE ordered_at >= CURRENT_DATE - INTERVAL '30' DAY AND note LIKE '%gift%'",
    "SELECT id FROM orders WHERE ordered_at >= DATE '2024-01-01'",
    "SELECT id FROM orders WHERE total > (SELECT AVG(total) FROM orders)",
    "SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = o.customer_id)",
    "SELECT name, (SELECT SUM(total) FROM orders o WHERE o.customer_id = c.id) FROM customers c",
    "WITH t AS (SELECT customer_id, SUM(total) AS s FROM orders GROUP BY customer_id) SELECT * FROM t WHERE customer_id = 1",
]


@pytest.mark.parametrize("sql", PLANNED)
@pytest.mark.parametrize("dialect", ["postgres", "mysql"])
def test_what_people_write_is_left_to_the_planner(dialect: Dialect, sql: str) -> None:
    prepared = prepare(sql, dialect=dialect, catalog=shop_catalog(dialect), max_rows=10, access=FILTERED).sql
    assert "OFFSET 0" not in prepared
    assert "18446744073709551615" not in prepared


def test_a_sample_is_drawn_from_what_may_be_seen() -> None:
    one = "(SELECT COUNT(*) FROM orders TABLESAMPLE RESERVOIR(1 ROWS))"
    with shop_engine("duckdb") as engine:
        assert rows(("duckdb", engine), f"SELECT {', '.join([one] * 8)}", access(rule("orders", "status = 'lost'"))) == [(1,) * 8]


def test_a_cte_cannot_stand_in_for_a_table_that_a_filter_reads(shop: tuple[Dialect, Engine]) -> None:
    allowed = access(rule("customers", "country_id IN (SELECT id FROM countries WHERE code = 'FR')"))
    sql = "WITH countries AS (SELECT 1 AS id, 'FR' AS code) SELECT customers.name FROM customers, countries"
    assert rows(shop, sql, allowed) == [("bea",)]


def test_variables_are_bound_to_the_viewer(shop: tuple[Dialect, Engine]) -> None:
    own = rule("orders", "customer_id = :attributes.customer OR note = :user_id")
    sql = "SELECT id FROM orders ORDER BY id"
    assert rows(shop, sql, access(own, customer=2)) == [(3,)]
    assert rows(shop, sql, access(own, customer=3)) == [(4,), (5,)]


def test_a_list_is_spread_and_an_empty_one_shows_nothing(shop: tuple[Dialect, Engine]) -> None:
    own = rule("orders", "status IN (:attributes.states)")
    sql = "SELECT DISTINCT status FROM orders ORDER BY status"
    assert rows(shop, sql, access(own, states=["paid", "lost"])) == [("lost",), ("paid",)]
    assert rows(shop, sql, access(own, states=["back"])) == [("back",)]
    assert rows(shop, sql, access(own, states=[])) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_empty_list_binds_nothing(dialect: Dialect) -> None:
    """Bound as a value it would be a text, which MySQL takes for 0 beside a number."""
    allowed = access(rule("orders", "customer_id IN (:attributes.customers)"), customers=[])
    prepared = prepare("SELECT id FROM orders", dialect=dialect, catalog=shop_catalog(dialect), max_rows=1, access=allowed)
    assert prepared.parameters == {}


def test_lists_of_two_viewers_under_the_same_rules_stay_apart() -> None:
    own = rule("orders", "status IN (:attributes.states)")

    def bound(states: list[str]) -> list[object]:
        sql = "SELECT COUNT(*) FROM orders"
        prepared = prepare(sql, dialect="postgres", catalog=shop_catalog("postgres"), max_rows=1, access=access(own, states=states))
        return sorted(prepared.parameters.values())

    assert bound(["paid", "lost"]) == ["lost", "paid"]
    assert bound(["back"]) == ["back"]
    assert bound([]) == []
    assert bound(["paid", "lost"]) == ["lost", "paid"]


def test_an_unset_variable_refuses() -> None:
    with pytest.raises(PolicyVariableUnset):
        prepare(
            "SELECT id FROM orders",
            dialect="postgres",
            catalog=shop_catalog("postgres"),
            max_rows=1,
            access=access(rule("orders", "id = :attributes.x")),
        )


def test_the_same_sql_is_rendered_for_viewers_whose_values_differ() -> None:
    own = rule("orders", "customer_id = :attributes.customer")
    one, two = (
        prepare("SELECT id FROM orders", dialect="sqlite", catalog=shop_catalog("sqlite"), max_rows=1, access=access(own, customer=n))
        for n in (1, 2)
    )
    assert one.sql == two.sql
    assert one.parameters != two.parameters
    assert access(own, customer=1).fingerprint != access(own, customer=2).fingerprint


@pytest.mark.parametrize(
    "sql", ["SELECT 1 + :policy__hash_key", "SELECT 1 + :POLICY__user_id", "SELECT id FROM orders WHERE id = :policy__role"]
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_statement_cannot_name_a_parameter_of_ours(dialect: Dialect, sql: str) -> None:
    with pytest.raises(BadParameter):
        prepare(sql, dialect=dialect, catalog=shop_catalog(dialect), max_rows=1, access=FILTERED, parameters={})


def test_a_rule_that_does_not_resolve_refuses_whom_it_reaches_and_nobody_else() -> None:
    broken = rule("orders", hidden=("gone",), roles=frozenset({"analyst"}))
    sql, catalog = "SELECT id FROM customers", shop_catalog("sqlite")
    with pytest.raises(PolicyDoesNotResolve):
        check(sql, dialect="sqlite", catalog=catalog, access=access(broken))
    assert check(sql, dialect="sqlite", catalog=catalog, access=access(broken, role="viewer")).is_restricted is False


def test_a_closed_source_shows_only_what_a_rule_speaks_of(shop: tuple[Dialect, Engine]) -> None:
    allowed = access(rule("countries"), is_closed=True)
    assert len(rows(shop, "SELECT * FROM countries", allowed)) == 3
    with pytest.raises(HiddenByPolicy):
        rows(shop, "SELECT * FROM countries, orders", allowed)


@pytest.mark.parametrize("reads", ["public.orders", UNKNOWN_READS])
def test_a_view_over_a_restricted_table_is_closed_unless_a_rule_speaks_of_it(reads: str) -> None:
    shop = shop_catalog("postgres")
    column = shop.tables[0].columns[0]
    view = CatalogTable(name="all_orders", schema="public", columns=(column,), reads=(reads,))
    above = CatalogTable(name="above", schema="public", columns=(column,), reads=("public.all_orders",))
    catalog = dataclasses.replace(shop, tables=(*shop.tables, view, above))
    for name in ("all_orders", "above"):
        with pytest.raises(HiddenByPolicy):
            check(f"SELECT id FROM {name}", dialect="postgres", catalog=catalog, access=FILTERED)
    spoken_of = access(rule("orders", "status = 'paid'"), rule("all_orders", "id = 1"))
    assert check("SELECT id FROM all_orders", dialect="postgres", catalog=catalog, access=spoken_of).is_restricted


@pytest.mark.parametrize(
    ("restricted", "closed"), [("people", {"old", "oldest", "young"}), ("old", {"people", "oldest"}), ("young", {"people"})]
)
def test_a_table_that_holds_a_part_of_a_restricted_one_is_closed_but_not_its_siblings(restricted: str, closed: set[str]) -> None:
    column = shop_catalog("postgres").tables[0].columns[0]
    reads = {
        "people": ("public.old", "public.oldest", "public.young"),
        "old": ("public.people", "public.oldest"),
        "oldest": ("public.old", "public.people"),
        "young": ("public.people",),
    }
    tables = tuple(CatalogTable(name=name, schema="public", columns=(column,), reads=reads[name]) for name in reads)
    allowed = access(rule(restricted, "id = 1"))
    found = restrictions(Catalog(tables, "public"), allowed, dialect="postgres")
    assert {name.partition(".")[2] for name, own in found.items() if own.is_denied} == closed


def test_a_column_that_shows_nothing_does_not_tell_the_values_of_its_type() -> None:
    column, kept_back = CatalogColumn("state", "string"), access(rule("cases", masks=(("state", "null"),)))
    catalog = Catalog((CatalogTable(name="cases", schema="main", columns=(column,)),), "main")
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE cases (state ENUM('guilty', 'free')); INSERT INTO cases VALUES ('guilty')")
        told = prepare("SELECT TYPEOF(state), state FROM cases", dialect="duckdb", catalog=catalog, max_rows=1, access=kept_back)
        assert connection.execute(told.sql).fetchall() == [("VARCHAR", None)]


@pytest.mark.parametrize("value", [0, False, [0]])
def test_a_number_is_no_text_in_mysql(value: Value) -> None:
    with shop_engine("mysql") as engine:
        assert rows(("mysql", engine), "SELECT id FROM orders", access(rule("orders", "status IN (:attributes.x)"), x=value)) == []
        own = access(rule("orders", "customer_id = :attributes.n AND :attributes.yes"), n=2, yes=True)
        assert rows(("mysql", engine), "SELECT id FROM orders", own) == [(3,)]


@pytest.mark.parametrize("general", [rule("*"), rule("*", hidden=("note",)), rule("*", masks=(("email", "hash"),))])
def test_a_rule_for_every_table_does_not_speak_of_a_view(general: Rule) -> None:
    shop = shop_catalog("postgres")
    view = CatalogTable(name="all_orders", schema="public", columns=shop.tables[0].columns, reads=("public.orders",))
    free = CatalogTable(name="all_countries", schema="public", columns=shop.tables[0].columns, reads=("public.countries",))
    catalog = dataclasses.replace(shop, tables=(*shop.tables, view, free))
    allowed = access(general, rule("orders", "status = 'paid'"))
    with pytest.raises(HiddenByPolicy):
        check("SELECT id FROM all_orders", dialect="postgres", catalog=catalog, access=allowed)
    assert check("SELECT id FROM all_countries", dialect="postgres", catalog=catalog, access=allowed).tables == ("public.all_countries",)


def test_restricted_tables_tell_no_row_count() -> None:
    shop = shop_catalog("postgres")
    large = Catalog(tuple(dataclasses.replace(table, row_count=1_234_567) for table in shop.tables), shop.default_schema)
    assert check("SELECT * FROM orders", dialect="postgres", catalog=large).cautions
    assert check("SELECT * FROM orders", dialect="postgres", catalog=large, access=FILTERED).cautions == ()


def test_what_people_are_told_of_a_statement_holds_no_policy() -> None:
    told = normalized("SELECT id FROM orders", dialect="postgres", catalog=shop_catalog("postgres"), access=FILTERED)
    assert told == "SELECT id FROM public.orders"


FAULTS = [
    (rule("nowhere"), "table", "unknown_table"),
    (rule("*", "id = 1"), "row_filter", "needs_a_table"),
    (rule("orders", "gone = 1"), "row_filter", "unknown_column"),
    (rule("orders", "id IN (SELECT id FROM nowhere)"), "row_filter", "unknown_table"),
    (rule("orders", hidden=("id", "gone")), "hidden_columns.1", "unknown_column"),
    (rule("orders", masks=(("gone", "null"),)), "masked_columns.0.column", "unknown_column"),
    (rule("orders", masks=(("note", "range"),)), "masked_columns.0.mask", "mask_does_not_fit"),
    (rule("countries", hidden=("id", "code", "name")), "hidden_columns", "nothing_left"),
]


@pytest.mark.parametrize(("wrong", "field", "code"), FAULTS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_fault_of_a_rule_is_placed(dialect: Dialect, wrong: Rule, field: str, code: str) -> None:
    assert [(fault.field, fault.code) for fault in rule_faults(wrong, catalog=shop_catalog(dialect), dialect=dialect)] == [(field, code)]


_COLUMNS = ("id", "customer_id", "status", "total", "note")
_PREDICATES = st.sampled_from(
    ["id > 2", "status <> 'x'", "total >= 0", "note IS NULL", "customer_id IN (1, 2, 3)", "NOT id = 4", "id = id"]
)
_BASES = st.sampled_from(
    ["orders", "orders AS o", "(SELECT * FROM orders) AS s", "(SELECT id, customer_id, status, total, note FROM orders) AS t"]
)


@st.composite
def selects(draw: st.DrawFn) -> str:
    where = " OR ".join(draw(st.lists(_PREDICATES, min_size=1, max_size=3)))
    select = f"SELECT id, status FROM {draw(_BASES)} WHERE {where}"
    form = draw(
        st.sampled_from(
            ["{0}", "WITH w AS ({0}) SELECT id, status FROM w", "{0} UNION {0}", "SELECT id, status FROM ({0}) AS z ORDER BY id"]
        )
    )
    return str(form.format(select))


@given(sql=selects(), keep=st.sets(st.sampled_from(["paid", "open", "lost", "back"])))
@settings(max_examples=60, deadline=None)
def test_no_row_comes_through_that_its_predicate_excludes(shop: tuple[Dialect, Engine], sql: str, keep: set[str]) -> None:
    allowed = access(rule("orders", "status IN (:attributes.states)"), states=sorted(keep))
    unrestricted = access()
    assert sorted(rows(shop, sql, allowed)) == sorted(row for row in rows(shop, sql, unrestricted) if row[1] in keep)

"""Statements and mappings drawn at random: what is moved, turned around or pruned leaves the rows as they are."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics_platform.sql.canonical.model import SourceMapping, TransformationRule
from analytics_platform.sql.canonical.tests.answers import answer, schema, translated
from analytics_platform.sql.canonical.tests.conftest import Truth
from analytics_platform.sql.canonical.tests.small import SCHEMA
from analytics_platform.sql.canonical.translating import requirements, translate
from analytics_platform.sql.catalog import Catalog, CatalogColumn, CatalogTable
from analytics_platform.sql.pipeline import prepare
from tests.shops.rows import comparable, types_of
from tests.shops.servers import Opened

FIELDS = {
    "order": {
        "status": "word",
        "channel": "word",
        "shipping_fee": "amount",
        "ordered_at": "moment",
        "shipped_on": "day",
        "id": "key",
        "customer_id": "key",
    },
    "customer": {"segment": "word", "country": "word", "city": "word", "registered_on": "day", "id": "key", "name": "word"},
    "order_line": {"quantity": "whole", "unit_price": "amount", "discount": "amount", "order_id": "key", "product_id": "key", "id": "key"},
}
VALUES = {
    "word": ["'paid'", "'web'", "'DE'", "'Berlin'", "'business'", "'PAID'", "'open'", "'none'"],
    "amount": ["5", "5.05", "-1", "0.333", "100.10", "0"],
    "whole": ["1", "2", "5.5", "-3", "12"],
    "moment": ["'2024-01-01'", "TIMESTAMP '2024-06-30 12:00:00'", "DATE '2023-12-31'"],
    "day": ["'2024-01-01'", "DATE '2022-06-30'", "'2023-11-05'"],
    "key": ["'1'", "'17'", "'007'", "'x'", "'54'"],
}
SHAPES = (
    ("order AS o", {"o": "order"}),
    ("order AS o JOIN customer AS c ON c.id = o.customer_id", {"o": "order", "c": "customer"}),
    ("customer AS c LEFT JOIN order AS o ON o.customer_id = c.id", {"o": "order", "c": "customer"}),
    ("order AS o RIGHT JOIN customer AS c ON c.id = o.customer_id", {"o": "order", "c": "customer"}),
    ("order AS o JOIN order_line AS l ON l.order_id = o.id", {"o": "order", "l": "order_line"}),
    ("order AS o LEFT JOIN order_line AS l ON l.order_id = o.id AND l.quantity > 2", {"o": "order", "l": "order_line"}),
    (
        "(SELECT * FROM order WHERE status <> 'open') AS o JOIN (SELECT id, country, segment, city, registered_on, name FROM customer) AS c ON c.id = o.customer_id",
        {"o": "order", "c": "customer"},
    ),
)


@st.composite
def predicates(draw: st.DrawFn, scope: dict[str, str], depth: int = 2) -> str:
    if depth and draw(st.booleans()):
        left, right = draw(predicates(scope, depth - 1)), draw(predicates(scope, depth - 1))
        joined = f"({left} {draw(st.sampled_from(['AND', 'OR']))} {right})"
        return f"NOT {joined}" if draw(st.integers(0, 4)) == 0 else joined
    alias = draw(st.sampled_from(sorted(scope)))
    field, kind = draw(st.sampled_from(sorted(FIELDS[scope[alias]].items())))
    column, value = f"{alias}.{field}", st.sampled_from(VALUES[kind])
    form = draw(st.integers(0, 5))
    if form == 0:
        return f"{column} IS {draw(st.sampled_from(['', 'NOT ']))}NULL"
    if form == 1:
        return f"{column} {draw(st.sampled_from(['', 'NOT ']))}IN ({draw(value)}, {draw(value)})"
    if form == 2:
        return f"{column} BETWEEN {draw(value)} AND {draw(value)}"
    if form == 3:
        return f"{draw(value)} {draw(st.sampled_from(['=', '<', '>=']))} {column}"
    return f"{column} {draw(st.sampled_from(['=', '<>', '<', '<=', '>', '>=']))} {draw(value)}"


@st.composite
def selects(draw: st.DrawFn) -> str:
    source, scope = draw(st.sampled_from(SHAPES))
    condition = draw(predicates(scope))
    alias = draw(st.sampled_from(sorted(scope)))
    field = draw(st.sampled_from(sorted(FIELDS[scope[alias]])))
    if draw(st.booleans()):
        order = ", ".join(f"{name}.id" for name in sorted(scope))
        columns = ", ".join(f"{name}.id AS {name}_id" for name in sorted(scope))
        return f"SELECT {columns}, {alias}.{field} AS value FROM {source} WHERE {condition} ORDER BY {order} LIMIT 300"
    having = draw(st.sampled_from(["", " HAVING COUNT(*) > 2"]))
    return f"SELECT {alias}.{field} AS value, COUNT(*) AS n, MIN({alias}.id) AS least FROM {source} WHERE {condition} GROUP BY 1{having} ORDER BY 1"


@pytest.mark.parametrize("name", ["cents", "breit", "codes", "folder"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sql=selects())
def test_any_select_gives_the_rows_of_canonical_tables(name: str, sql: str, request: pytest.FixtureRequest, truth: Truth) -> None:
    shop: Opened = request.getfixturevalue(name)
    types = types_of(translated(sql, shop).columns)
    assert answer(sql, shop) == comparable(truth(sql), types)


@given(sql=selects())
def test_requirements_are_entities_and_their_fields(sql: str) -> None:
    known = {f"{entity.name}.{field.name}" for entity in schema().entities for field in entity.fields}
    assert set(requirements(sql, schema=schema())) <= known | {entity.name for entity in schema().entities}


# Mappings

CATALOG = Catalog(
    (
        CatalogTable(
            name="t",
            schema="main",
            columns=(
                CatalogColumn("nr", "integer"), CatalogColumn("code", "integer"), CatalogColumn("word"), CatalogColumn("amount", "integer"),
                CatalogColumn("price", "decimal"),
            ),
        ),
    ),
    default_schema="main",
)  # fmt: skip
AMOUNTS = (
    "amount", "price", "-amount", "amount * 3", "amount - 7", "(amount + 1) * -0.5", "2.5 * price - amount * 0", "price * 0.01", "amount / 4.0", "100 - price",
)  # fmt: skip
RULES = {
    name: TransformationRule(name=name, expression=text)
    for name, text in {"cents": "input / 100.0", "turned": "10 - input * 2", "third": "input / 3.0"}.items()
}
WORDS = st.sampled_from(["paid", "open", "lost", None])


@pytest.fixture(scope="module")
def rows() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute("CREATE TABLE t (nr INTEGER, code INTEGER, word VARCHAR, amount INTEGER, price DECIMAL(10, 2))")
    connection.execute(
        "INSERT INTO t SELECT i, CASE WHEN i % 11 = 0 THEN NULL ELSE i % 5 END, [NULL, 'P', 'p', 'O', 'X', ''][1 + i % 6], "
        "CASE WHEN i % 13 = 0 THEN NULL ELSE i - 50 END, CASE WHEN i % 7 = 0 THEN NULL ELSE (i - 60) * 1.25 END FROM range(140) AS r(i)"
    )
    return connection


@st.composite
def mappings(draw: st.DrawFn) -> SourceMapping:
    column, codes = draw(st.sampled_from([("word", ["P", "p", "O", "", "Q"]), ("code", ["0", "1", "2", "3", "9"])]))
    status: dict[str, Any] = {
        "field": "status",
        "expression": column,
        "values": draw(st.dictionaries(st.sampled_from(codes), WORDS, min_size=1)),
    }
    status["default"] = draw(st.sampled_from([None, "open", "lost"]))
    total: dict[str, Any] = {"field": "total", "expression": draw(st.sampled_from(AMOUNTS)), "rule": draw(st.sampled_from([None, *RULES]))}
    total["default"] = draw(st.sampled_from([None, None, 5]))
    fields = [{"field": "id", "expression": "nr"}, {"field": "customer_id", "expression": "code"}, status, total]
    entities = [{"entity": "order", "source": "t", "fields": fields}]
    return SourceMapping.model_validate({"schema": "shop", "schema_version": 1, "entities": entities})


CONDITIONS = st.lists(
    st.one_of(
        st.builds("status {} '{}'".format, st.sampled_from(["=", "<>", "<", ">="]), st.sampled_from(["paid", "open", "lost", "PAID", "?"])),
        st.builds("status {}IN ('{}', 'lost')".format, st.sampled_from(["", "NOT "]), st.sampled_from(["paid", "open"])),
        st.sampled_from(["status IS NULL", "status IS NOT NULL", "total IS NULL", "NOT status = 'open'"]),
        st.sampled_from(["customer_id = '3'", "customer_id <> '3'", "customer_id IN ('1', '01')", "customer_id NOT IN ('1', 'x')"]),
        st.builds(
            "total {} {}".format,
            st.sampled_from(["=", "<>", "<", "<=", ">", ">="]),
            st.sampled_from(["0", "5", "-5", "0.25", "12.34", "-0.5", "1.005"]),
        ),
        st.builds("{} {} total".format, st.sampled_from(["0", "7.5"]), st.sampled_from(["<", ">="])),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mapping=mappings(), conditions=CONDITIONS, word=st.sampled_from([" AND ", " OR "]))
def test_a_predicate_turned_around_finds_what_it_finds_outside(
    mapping: SourceMapping, conditions: list[str], word: str, rows: duckdb.DuckDBPyConnection
) -> None:
    def found(source: str) -> list[tuple[Any, ...]]:
        sql = f"SELECT id FROM {source} WHERE {word.join(conditions)} ORDER BY CAST(id AS INTEGER)"
        text = translate(sql, schema=SCHEMA, mapping=mapping, rules=RULES, dialect="duckdb", catalog=CATALOG).sql
        return rows.execute(prepare(text, dialect="duckdb", catalog=CATALOG, max_rows=1_000).sql).fetchall()

    assert found("order") == found("(SELECT id, status, total, customer_id FROM order LIMIT 100000) AS stays_outside")

"""Whatever is written: a translation that the pipeline takes, or a problem that says what is wrong. Never another error."""

from __future__ import annotations

from contextlib import suppress

import pytest

from analytics_platform.sql.canonical.model import CanonicalField, CanonicalSchema, Entity, EntityMapping, FieldMapping, SourceMapping
from analytics_platform.sql.canonical.translating import requirements, translate
from analytics_platform.sql.catalog import Catalog
from analytics_platform.sql.dialects import DIALECTS, Dialect
from analytics_platform.sql.pipeline import check
from analytics_platform.sql.problems import SqlProblem
from analytics_platform.sql.tests.shop import shop_catalog
from analytics_platform.sql.tests.statements import Statement, harmless, refused

ODD = (
    "", ";", "SELECT", "SELECT *", "SELECT * FROM", "(SELECT 1", "SELECT 1)", "SELECT 'a", 'SELECT "a', "SELECT /* a", "SELECT 1 FROM (VALUES (1)) AS v",
    "SELECT t.* FROM orders", "SELECT orders FROM orders", "SELECT COUNT(orders.*) FROM orders", "SELECT id FROM orders ORDER BY 9", "SELECT id FROM orders GROUP BY 0",
    "SELECT id FROM orders UNION SELECT id, status FROM orders", "SELECT :a, :b FROM orders WHERE id = :a", "SELECT ? FROM orders", "SELECT $1", "SELECT @x", "SELECT 1 AS \"a\"\"b\"",
    "SELECT id AS select FROM orders", "TABLE orders", "VALUES (1, 'a'), (2, 'b') ORDER BY 1", "SELECT (SELECT id, status FROM orders LIMIT 1)", "SELECT id[1] FROM orders",
    "SELECT (orders).id FROM orders", "SELECT id FROM orders AS o(a, b, c), LATERAL (SELECT a) AS x", "WITH a AS (SELECT * FROM a) SELECT * FROM a", "WITH orders AS (SELECT * FROM orders) SELECT * FROM orders",
    "SELECT id FROM orders WHERE id IN ()", "SELECT id FROM orders LIMIT ALL", "SELECT id FROM orders LIMIT 1 + 1", "SELECT ALL id FROM ONLY orders", "SELECT id FROM generate_series(1, 3) AS id",
    "SELECT x FROM unnest(ARRAY[1, 2]) AS x", "SELECT id FROM orders FOR UPDATE", "SELECT " + "(" * 300 + "1" + ")" * 300, "SELECT " + " + ".join(["1"] * 3_000), "SELECT \x00",
)  # fmt: skip


def mapped_as_it_is(dialect: Dialect) -> tuple[CanonicalSchema, SourceMapping, Catalog]:
    """The pipeline's own shop, under its own names."""
    catalog = shop_catalog(dialect)
    tables = [table for table in catalog.tables if table.name.isidentifier()]
    entities = [
        Entity(name=t.name, fields=[CanonicalField(name=c.name, type="string", key=c.name == "id") for c in t.columns]) for t in tables
    ]
    mappings = [
        EntityMapping(entity=t.name, source=t.name, fields=[FieldMapping(field=c.name, expression=c.name) for c in t.columns])
        for t in tables
    ]
    schema = CanonicalSchema(name="shop", entities=entities)
    return schema, SourceMapping(schema_name="shop", schema_version=1, entities=mappings), catalog


def is_answered(sql: str, dialect: Dialect) -> bool:
    """Whether it is translated, to what the pipeline takes. Anything but a problem is raised."""
    schema, mapping, catalog = mapped_as_it_is(dialect)
    try:
        found = translate(sql, schema=schema, mapping=mapping, rules={}, dialect=dialect, catalog=catalog)
        check(found.sql, dialect=dialect, catalog=catalog)
    except SqlProblem:
        return False
    return True


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("statement", harmless("postgres"), ids=str)
def test_natural_statements_are_translated_or_refused(statement: Statement, dialect: Dialect) -> None:
    assert is_answered(statement.sql, dialect) in (True, False)


@pytest.mark.parametrize("statement", [s for s in refused() if s.dialect == "postgres"], ids=str)
def test_attacks_are_refused(statement: Statement) -> None:
    assert not is_answered(statement.sql, "postgres")


@pytest.mark.parametrize("sql", ODD)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_odd_statements_are_translated_or_refused(sql: str, dialect: Dialect) -> None:
    assert is_answered(sql, dialect) in (True, False)


@pytest.mark.parametrize("sql", ODD)
def test_odd_statements_have_requirements_or_a_problem(sql: str) -> None:
    schema, _, _ = mapped_as_it_is("postgres")
    with suppress(SqlProblem):
        assert all(name.partition(".")[0] in {entity.name for entity in schema.entities} for name in requirements(sql, schema=schema))

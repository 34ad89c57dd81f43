"""Every fault of schemas, rules and mappings, with its place."""

from __future__ import annotations

from typing import Any

import pytest

from analytics_platform.sql.canonical.checking import broken_columns, broken_fields, mapping_faults, rule_faults, schema_faults
from analytics_platform.sql.canonical.model import CanonicalSchema, SourceMapping, TransformationRule
from analytics_platform.sql.canonical.tests.small import CATALOG, CUSTOMER, ORDER, RULES, SCHEMA, mapping, with_field
from analytics_platform.sql.catalog import Catalog
from tests.shops.tables import commerce


def schema(**changes: Any) -> CanonicalSchema:
    return CanonicalSchema.model_validate({**SCHEMA.model_dump(), **changes})


def faults(*entities: dict[str, Any], catalog: Catalog = CATALOG) -> set[tuple[str, str]]:
    found = mapping_faults(mapping(*entities), schema=SCHEMA, rules=RULES, dialect="postgres", catalog=catalog)
    return {(fault.path, fault.code) for fault in found}


def codes(found: list[Any]) -> set[tuple[str, str]]:
    return {(fault.path, fault.code) for fault in found}


def test_sound_schemas_have_no_faults() -> None:
    assert schema_faults(SCHEMA) == []
    assert schema_faults(commerce()) == []


def test_finds_every_fault_of_a_schema() -> None:
    entities = [
        {"name": "a", "fields": [{"name": "id", "type": "string"}, {"name": "id", "type": "string"}, {"name": "select", "type": "string"}]},
        {"name": "a", "fields": []},
        {
            "name": "b",
            "fields": [{"name": "id", "type": "string", "values": ["x", "x"]}],
            "relationships": [
                {"name": "r", "entity": "nowhere", "fields": {"id": "id"}},
                {"name": "r", "entity": "a", "fields": {"ix": "nothing"}},
                {"name": "s", "entity": "a", "fields": {}},
            ],
        },
    ]
    assert codes(schema_faults(CanonicalSchema.model_validate({"name": "x", "entities": entities}))) == {
        ("entities.1", "duplicate_entity"),
        ("entities.0.fields.1", "duplicate_field"),
        ("entities.0.fields.2.name", "reserved_name"),
        ("entities.1.fields", "empty"),
        ("entities.2.fields.0.values.1", "duplicate_value"),
        ("entities.2.relationships.1", "duplicate_relationship"),
        ("entities.2.relationships.0.entity", "unknown_entity"),
        ("entities.2.relationships.1.fields.ix", "unknown_field"),
        ("entities.2.relationships.2.fields", "empty"),
    }


@pytest.mark.parametrize(
    ("metric", "path", "code"),
    [
        ({"name": "m", "expression": "sum("}, "metrics.0.expression", "syntax_error"),
        ({"name": "m", "expression": "total"}, "metrics.0.expression", "not_an_aggregate"),
        ({"name": "m", "expression": "sum(total) + total"}, "metrics.0.expression", "not_an_aggregate"),
        ({"name": "m", "expression": "sum(totl)"}, "metrics.0.expression", "unknown_column"),
        ({"name": "m", "entity": "customer", "expression": "sum(total)"}, "metrics.0.expression", "unknown_column"),
        ({"name": "m", "expression": "sum(total) over ()"}, "metrics.0.expression", "not_an_aggregate"),
        ({"name": "m", "expression": "(select sum(total) from order)"}, "metrics.0.expression", "not_an_aggregate"),
        ({"name": "m", "expression": "pg_sleep(sum(total))"}, "metrics.0.expression", "function_not_allowed"),
        ({"name": "m", "expression": "sum(total) from order"}, "metrics.0.expression", "syntax_error"),
        ({"name": "m", "expression": "m + 1"}, "metrics.0.expression", "unknown_column"),
        ({"name": "total", "expression": "sum(total)"}, "metrics.0.name", "name_taken"),
        ({"name": "m", "entity": "nothing", "expression": "count(*)"}, "metrics.0.entity", "unknown_entity"),
    ],
)
def test_finds_the_fault_of_a_metric(metric: dict[str, Any], path: str, code: str) -> None:
    assert (path, code) in codes(schema_faults(schema(metrics=[metric])))


@pytest.mark.parametrize(
    ("expression", "rates", "code"),
    [
        ("input /", {}, "syntax_error"),
        ("input / 100.0, 1", {}, "syntax_error"),
        ("amount / 100.0", {}, "unknown_column"),
        ("input * rate", {}, "unknown_column"),
        ("sum(input)", {}, "not_a_row_expression"),
        ("input + (select 1)", {}, "not_a_row_expression"),
        ("input + :x", {}, "not_a_row_expression"),
        ("1 + 1", {}, "no_input"),
        ("input * 2", {"EUR": 1}, "unused_rates"),
        ("pg_read_file(input)", {}, "function_not_allowed"),
    ],
)
def test_finds_the_fault_of_a_rule(expression: str, rates: dict[str, float], code: str) -> None:
    assert code in {fault.code for fault in rule_faults(TransformationRule(name="r", expression=expression, rates=rates))}


def test_sound_rules_have_no_faults() -> None:
    assert [fault for rule in RULES.values() for fault in rule_faults(rule)] == []


def test_a_sound_mapping_has_no_faults() -> None:
    assert faults() == set()


@pytest.mark.parametrize(
    ("entity", "fault"),
    [
        ({**ORDER, "entity": "ordr"}, ("entities.1.entity", "unknown_entity")),
        ({**ORDER, "source": "crm.sale"}, ("entities.1.source", "unknown_table")),
        ({**ORDER, "source": "sales; DROP TABLE sales"}, ("entities.1.source", "unknown_table")),
        ({**ORDER, "source": "sales AS x"}, ("entities.1.source", "unknown_table")),
        ({**ORDER, "source": "sales, clients"}, ("entities.1.source", "unknown_table")),
        ({**ORDER, "source": "sales WHERE nr = 1"}, ("entities.1.source", "unknown_table")),
        ({**ORDER, "source": "sales TABLESAMPLE SYSTEM (1)"}, ("entities.1.source", "unknown_table")),
        ({**ORDER, "sql": "SELECT 1"}, ("entities.1.source", "source_or_sql")),
        ({**ORDER, "source": None}, ("entities.1.source", "source_or_sql")),
        ({**ORDER, "source": None, "sql": "SELECT * FROM"}, ("entities.1.sql", "syntax_error")),
        ({**ORDER, "source": None, "sql": "DELETE FROM sales"}, ("entities.1.sql", "not_read_only")),
        ({**ORDER, "source": None, "sql": "SELECT 1; SELECT 2"}, ("entities.1.sql", "multiple_statements")),
        ({**ORDER, "source": None, "sql": "SELECT * FROM sale"}, ("entities.1.sql", "unknown_table")),
        ({**ORDER, "source": None, "sql": "SELECT nr, amount FROM sales"}, ("entities.1.sql", "unknown_column")),
        ({**ORDER, "source": None, "sql": "SELECT pg_sleep(9) AS nr FROM sales"}, ("entities.1.sql", "function_not_allowed")),
        ({**ORDER, "source": None, "sql": "SELECT nr, nr FROM sales"}, ("entities.1.sql", "unnamed_columns")),
        ({**ORDER, "source": None, "sql": "SELECT * FROM sales WHERE nr = :x"}, ("entities.1.sql", "bad_parameter")),
        ({**ORDER, "filter": "deleted = 0"}, ("entities.1.filter", "unknown_column")),
        ({**ORDER, "filter": "nr IN (SELECT id FROM clients)"}, ("entities.1.filter", "not_a_row_expression")),
        ({**ORDER, "filter": "nr = 1; SELECT 1"}, ("entities.1.filter", "multiple_statements")),
        (with_field(ORDER, field="totl", expression="cents"), ("entities.1.fields.5.field", "unknown_field")),
        ({**ORDER, "fields": [*ORDER["fields"], ORDER["fields"][0]]}, ("entities.1.fields.5", "duplicate_field")),
        (with_field(ORDER, field="total", expression="amount"), ("entities.1.fields.4.expression", "unknown_column")),
        (with_field(ORDER, field="total", expression="clients.vat"), ("entities.1.fields.4.expression", "unknown_column")),
        (with_field(ORDER, field="total", expression="cents +"), ("entities.1.fields.4.expression", "syntax_error")),
        (with_field(ORDER, field="total", expression="cents AS x"), ("entities.1.fields.4.expression", "syntax_error")),
        (with_field(ORDER, field="total", expression="1 FROM sales"), ("entities.1.fields.4.expression", "syntax_error")),
        (with_field(ORDER, field="total", expression="pg_read_file('x')"), ("entities.1.fields.4.expression", "function_not_allowed")),
        (with_field(ORDER, field="total", expression="SUM(cents)"), ("entities.1.fields.4.expression", "not_a_row_expression")),
        (
            with_field(ORDER, field="total", expression="RANK() OVER (ORDER BY nr)"),
            ("entities.1.fields.4.expression", "not_a_row_expression"),
        ),
        (with_field(ORDER, field="total", expression="(SELECT 1)"), ("entities.1.fields.4.expression", "not_a_row_expression")),
        (with_field(ORDER, field="total", expression=":x"), ("entities.1.fields.4.expression", "not_a_row_expression")),
        (with_field(ORDER, field="total", expression="*"), ("entities.1.fields.4.expression", "not_a_row_expression")),
        (with_field(ORDER, field="total", expression="cents", rule="cent"), ("entities.1.fields.4.rule", "unknown_rule")),
        (with_field(ORDER, field="total", expression="cents", rule="in_euros"), ("entities.1.fields.4.rule", "no_currency")),
        (
            with_field(ORDER, field="total", expression="cents", rule="cents", currency="currency"),
            ("entities.1.fields.4.currency", "no_rates"),
        ),
        (
            with_field(ORDER, field="total", expression="cents", rule="in_euros", currency="curr"),
            ("entities.1.fields.4.currency", "unknown_column"),
        ),
        (with_field(ORDER, field="ordered_at", expression="cents"), ("entities.1.fields.4.expression", "type_mismatch")),
        (with_field(ORDER, field="status", expression="st", values={"P": "payed"}), ("entities.1.fields.4.values.P", "unknown_value")),
        (with_field(ORDER, field="status", expression="st", default="none"), ("entities.1.fields.4.default", "unknown_value")),
        ({**ORDER, "fields": ORDER["fields"][1:]}, ("entities.1.fields", "key_not_mapped")),
    ],
)
def test_finds_and_places_a_fault(entity: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fault in faults(CUSTOMER, entity)


def test_lists_all_faults_at_once() -> None:
    wrong = with_field(with_field({**ORDER, "filter": "x = 1"}, field="total", expression="amount"), field="note", expression="remark")
    assert faults(CUSTOMER, wrong) == {
        ("entities.1.filter", "unknown_column"),
        ("entities.1.fields.4.expression", "unknown_column"),
        ("entities.1.fields.5.expression", "unknown_column"),
    }


def test_a_fault_names_what_is_close() -> None:
    found = mapping_faults(
        mapping(CUSTOMER, with_field(ORDER, field="total", expression="cent")),
        schema=SCHEMA,
        rules=RULES,
        dialect="postgres",
        catalog=CATALOG,
    )
    assert "cents" in found[0].message


def test_a_mapping_of_another_version_is_a_fault() -> None:
    other = SourceMapping.model_validate({"schema": "shop", "schema_version": 2, "entities": [ORDER]})
    assert ("schema", "other_schema") in codes(mapping_faults(other, schema=SCHEMA, rules=RULES, dialect="postgres", catalog=CATALOG))


def test_an_entity_mapped_twice_is_a_fault() -> None:
    assert ("entities.1", "duplicate_entity") in faults(ORDER, ORDER)


def test_says_which_fields_broke_and_for_want_of_what() -> None:
    without = Catalog(tuple(table for table in CATALOG.tables if table.name != "lands"), default_schema="crm")
    said: dict[str, Any] = {"schema": SCHEMA, "rules": RULES, "dialect": "postgres", "catalog": without}
    assert broken_fields(mapping(), **said) == ["customer.id", "customer.name", "customer.country"]
    assert broken_columns(mapping(), **said) == ["lands"]
    assert broken_fields(
        mapping(CUSTOMER, with_field(ORDER, field="total", expression="cents + gone")), **{**said, "catalog": CATALOG}
    ) == ["order.total"]
    assert broken_columns(
        mapping(CUSTOMER, with_field(ORDER, field="total", expression="cents + gone")), **{**said, "catalog": CATALOG}
    ) == ["crm.sales.gone"]


def test_nothing_is_broken_while_all_is_there() -> None:
    assert broken_fields(mapping(), schema=SCHEMA, rules=RULES, dialect="postgres", catalog=CATALOG) == []

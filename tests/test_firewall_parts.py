"""The attacks as parts of what is kept (row filters, mappings, rules, metrics) and as canonical statements; and no field that takes SQL is without a door.

What is wrong with a part of a mapping is said in the mapping's own words, so there only that each text is refused counts, and that nobody breaks.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from analytics_platform.kernel.contracts.binding import IMPLEMENTATIONS
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.tests.statements import Statement
from tests.api_document import document, operations
from tests.firewall.attacks import ATTACKS, doors, let_in
from tests.firewall.doors import DOORS
from tests.firewall.place import Door, Place, Refusal, WideDoor, place_on
from tests.firewall.shops import Shop, untouched

SQL_FIELDS = frozenset(("sql", "corrected_sql", "row_filter", "expression", "filter"))

PREDICATES: dict[str, list[tuple[str, str]]] = {
    "every": [
        ("id IN (SELECT id FROM secrets)", "unknown_table"),
        ("EXISTS (SELECT 1 FROM secrets)", "unknown_table"),
        ("password = 'x'", "unknown_column"),
        ("evil(id) = 1", "function_not_allowed"),
        ("1 = 1; DELETE FROM orders", "multiple_statements"),
        ("1 = 1 -- quiet\n; DROP TABLE orders", "multiple_statements"),
        ("1 = 1 ORDER BY id", "syntax_error"),
        ("1 = 1 LIMIT 1", "syntax_error"),
        ("1 = 1 UNION SELECT 1", "syntax_error"),
        ("1 = 1 GROUP BY id", "syntax_error"),
        ("1 = 1) OR (1 = 1", "syntax_error"),
        ("1 = 1 /* never closed", "syntax_error"),
        ("id = :anybody", "bad_parameter"),
        ("id = (SELECT 1 FROM orders FOR UPDATE)", "not_read_only"),
    ],
    "sqlite": [
        ("load_extension('x')", "function_not_allowed"),
        ("id IN customers", "not_read_only"),
        ("id IN (SELECT sql FROM sqlite_master)", "unknown_table"),
    ],
    "duckdb": [
        ("getenv('A') IS NULL", "function_not_allowed"),
        ("note.getenv() IS NULL", "function_not_allowed"),
        ("note IN (FROM '/etc/passwd')", "unknown_table"),
    ],
    "postgres": [
        ("pg_sleep(10) IS NULL", "function_not_allowed"),
        ("note = pg_read_file('/etc/passwd')", "function_not_allowed"),
        ("id IN (SELECT usesysid FROM pg_shadow)", "unknown_table"),
        ("current_setting('a') = ''", "function_not_allowed"),
    ],
    "mysql": [
        ("sleep(10) = 0", "function_not_allowed"),
        ("note = load_file('/etc/passwd')", "function_not_allowed"),
        ("id IN (SELECT 1 FROM mysql.user)", "unknown_table"),
        ("@@version = ''", "not_read_only"),
    ],
}

HARMLESS = {
    "sql": "SELECT id, name FROM customers",
    "filter": "id > 1",
    "expression": "upper(name)",
    "rule": "input / 100",
    "metric": "sum(sale.total)",
    "statement": "SELECT count(*) FROM customer",
}
"""What each kind of door lets in."""


def predicates(dialect: Dialect) -> list[Statement]:
    """Wrong predicates, those of the dialect's own among them."""
    return [Statement(dialect, text, (code,)) for text, code in (*PREDICATES["every"], *PREDICATES[dialect])]


def texts_for(door: Door | WideDoor, dialect: Dialect) -> list[str]:
    """All that is tried at a door that takes a part of something."""
    tried = ATTACKS[dialect] if door.needs in ("sql", "statement") else predicates(dialect)
    return [attack.sql for attack in tried]


def not_refused(door: Door | WideDoor, place: Place, texts: list[str]) -> list[tuple[str, Refusal]]:
    """The texts that got in, or broke something."""
    answers = zip(texts, door.refusals(place, texts), strict=True)
    return [(text, answer) for text, answer in answers if not answer.is_refused or answer.status >= 500]


@pytest.mark.parametrize("door", doors("predicate"))
def test_no_attack_becomes_a_row_filter_through(door: Door, api: Any, tenant: Any, internal: None, shop: Shop) -> None:
    place = place_on(api, tenant, shop)
    assert not door.refusal(place, "total > 1").is_refused
    with untouched(shop):
        assert let_in(door, place, predicates(shop.dialect)) == []


@pytest.mark.parametrize("door", doors("sql", "filter", "expression"))
def test_no_attack_becomes_part_of_a_mapping_through(door: WideDoor, api: Any, tenant: Any, internal: None, shop: Shop) -> None:
    place = place_on(api, tenant, shop)
    let_through = door.refusal(place, HARMLESS[door.needs])
    assert (let_through.is_refused, let_through.status < 300) == (False, True)
    with untouched(shop):
        assert not_refused(door, place, texts_for(door, shop.dialect)) == []


@pytest.mark.parametrize("door", doors("rule", "metric", "statement"))
@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_no_attack_is_canonical_sql_through(door: Door | WideDoor, api: Any, tenant: Any, internal: None, shop: Shop) -> None:
    """It is of one dialect, whatever the source's."""
    place = place_on(api, tenant, shop)
    assert not door.refusal(place, HARMLESS[door.needs]).is_refused
    with untouched(shop):
        assert not_refused(door, place, texts_for(door, "postgres")) == []


def test_every_field_that_takes_sql_is_behind_a_door() -> None:
    listed = {door.takes for door in DOORS}
    assert documented_fields() - listed == set()


def test_every_internal_argument_that_takes_sql_is_behind_a_door() -> None:
    listed = {door.takes for door in DOORS}
    assert internal_arguments() - listed == set()


def documented_fields() -> set[str]:
    """`METHOD /path field` of all that the document lets anybody send as SQL."""
    found = set()
    for method, path, operation in operations():
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        for content in operation.get("requestBody", {}).get("content", {}).values():
            names |= _names(content["schema"], document()["components"]["schemas"])
        shown = re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1"))
        found |= {f"{method.upper()} {shown} {name}" for name in names & SQL_FIELDS}
    return found


def internal_arguments() -> set[str]:
    """`service/method argument` of all that another service may send as SQL."""
    return {
        f"{service}/{method.name} {name}"
        for service, implementation in IMPLEMENTATIONS.items()
        for method in type(implementation).methods_of_contract().values()
        if method.is_remote_capable
        for name in SQL_FIELDS & _names(method.arguments.model_json_schema())
    }


def _names(schema: dict[str, Any], known: dict[str, Any] | None = None, seen: tuple[str, ...] = ()) -> set[str]:
    """The names of all properties of a body, at any depth."""
    known = schema.get("$defs", {}) if known is None else known
    reference = schema.get("$ref", "").rpartition("/")[2]
    if reference:
        return set() if reference in seen else _names(known[reference], known, (*seen, reference))
    parts = [*schema.get("properties", {}).values(), schema.get("items"), *schema.get("anyOf", ()), *schema.get("allOf", ())]
    inner = [_names(part, known, seen) for part in (*parts, *schema.get("oneOf", ())) if isinstance(part, dict)]
    return set(schema.get("properties", {})).union(*inner)

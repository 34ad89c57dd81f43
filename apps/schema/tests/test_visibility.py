"""What is left of a schema: for all tables and policies, no hidden name, no value that is kept back, and keys that hold together."""

from __future__ import annotations

import uuid
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics_platform.sql.policies import TableRights
from analytics_platform.sql.rights import MASKS, Rights, Rule, Viewer
from apps.schema.contract import ColumnStatistics, ForeignKey, SchemaColumn, SchemaTable, TableIndex, TableReference
from apps.schema.tests.factories import table
from apps.schema.values import Entry
from apps.schema.visibility import restrictions_of, restrictions_of_former, visible, visible_entries, without_values

VIEWER = Viewer(user_id=uuid.uuid4(), role="viewer", attributes={})


def rights(*rules: Rule, is_closed: bool = False) -> Rights:
    return Rights(rules=rules, is_closed=is_closed, viewer=VIEWER)


def rule(name: str, **more: object) -> Rule:
    return Rule(policy_id=UUID(int=1), version=1, table=name, **more)  # type: ignore[arg-type]


def full_column(table_name: str, place: int) -> SchemaColumn:
    """A column whose name and values occur nowhere else."""
    name = f"{table_name}_c{place}_"
    return SchemaColumn(
        name=name,
        type="string",
        native_type="text",
        default=f"v{name}",
        primary_key=place == 0,
        sample_values=[f"v{name}"],
        statistics=ColumnStatistics(min=f"v{name}"),
    )


@st.composite
def schemas_and_restrictions(draw: st.DrawFn) -> tuple[list[SchemaTable], dict[str, TableRights]]:
    """Tables that point at each other, and whatever a policy may keep back of them."""
    names = [f"t{place}_" for place in range(draw(st.integers(1, 5)))]
    tables, kept_back = [], {}
    for name in names:
        columns = [full_column(name, place) for place in range(draw(st.integers(2, 4)))]
        other = draw(st.sampled_from(names))
        key = ForeignKey(columns=[columns[1].name], references=TableReference(table=other, columns=[f"{other}_c0_"]))
        index = TableIndex(name=f"by_{columns[-1].name}", columns=[columns[0].name])
        reads = draw(st.none() | st.lists(st.sampled_from(names), max_size=2))
        tables.append(
            SchemaTable(
                name=name, row_count=7, columns=columns, primary_key=[columns[0].name], foreign_keys=[key], indexes=[index], reads=reads
            )
        )
        roles = draw(st.lists(st.sampled_from(["seen", "hidden", *MASKS]), min_size=len(columns), max_size=len(columns)))
        chosen = dict(zip((column.name for column in columns), roles, strict=True))
        own = TableRights(
            is_denied=draw(st.booleans()),
            row_filters=draw(st.sampled_from([(), ("1 = 1",)])),
            hidden=frozenset(column for column, role in chosen.items() if role == "hidden"),
            masks={column: role for column, role in chosen.items() if role in MASKS},  # type: ignore[misc]
        )
        if own.is_restricted:
            kept_back[name] = own
    return tables, kept_back


@given(schemas_and_restrictions())
def test_no_hidden_name_and_no_value_that_is_kept_back_is_left(drawn: tuple[list[SchemaTable], dict[str, TableRights]]) -> None:
    tables, kept_back = drawn
    text = "".join(one.model_dump_json() for one in visible(tables, kept_back, default_schema=""))
    for name, own in kept_back.items():
        gone = [column.name for one in tables if one.name == name for column in one.columns]
        assert not own.is_denied or name not in text
        assert not [column for column in own.hidden if column in text]
        assert not [column for column in own.masks if f"v{column}" in text]
        assert not own.is_filtered or not [column for column in gone if f'["v{column}"]' in text or f'"min":"v{column}"' in text]


@given(schemas_and_restrictions())
def test_what_is_not_restricted_is_left_as_it_is(drawn: tuple[list[SchemaTable], dict[str, TableRights]]) -> None:
    tables, kept_back = drawn
    found = {one.name: one for one in visible(tables, kept_back, default_schema="")}
    whole = {one.name: one for one in tables if one.name not in kept_back}
    assert {name: found[name].columns for name in whole} == {name: one.columns for name, one in whole.items()}
    assert {name: found[name].primary_key for name in whole} == {name: one.primary_key for name, one in whole.items()}


@given(schemas_and_restrictions())
def test_values_are_searched_only_where_they_may_be_seen(drawn: tuple[list[SchemaTable], dict[str, TableRights]]) -> None:
    tables, kept_back = drawn
    entries = [Entry("", one.name, column.name, "x") for one in tables for column in one.columns]
    left = {(entry.table, entry.column) for entry in visible_entries(entries, kept_back, default_schema="")}
    shown = {
        (one.name, column.name) for one in visible(tables, kept_back, default_schema="") for column in one.columns if column.sample_values
    }
    assert left == shown


@given(schemas_and_restrictions())
def test_the_structure_keeps_all_but_values(drawn: tuple[list[SchemaTable], dict[str, TableRights]]) -> None:
    tables, _ = drawn
    found = without_values(tables)
    assert [[column.name for column in one.columns] for one in found] == [[column.name for column in one.columns] for one in tables]
    assert not any(column.sample_values or column.statistics for one in found for column in one.columns)


@pytest.mark.parametrize(("ours", "theirs", "is_left"), [("hash", "hash", True), ("hash", None, False), ("range", "range", False)])
def test_a_key_is_left_where_its_ends_are_equal_as_they_are_seen(ours: str, theirs: str | None, is_left: bool) -> None:
    orders = table("orders", "customer")
    orders = orders.model_copy(
        update={"foreign_keys": [ForeignKey(columns=["customer"], references=TableReference(table="customers", columns=["id"]))]}
    )
    kept_back = {"orders": TableRights(masks={"customer": ours}), "customers": TableRights(masks={"id": theirs} if theirs else {})}  # type: ignore[dict-item]
    found = visible([orders, table("customers", "id")], kept_back, default_schema="")
    assert bool(found[0].foreign_keys) is is_left


def test_a_masked_column_does_not_tell_the_values_of_its_type() -> None:
    cases = table("cases", "id", "state")
    state = cases.columns[1].model_copy(update={"type": "string", "native_type": "enum('guilty','free')"})
    cases = cases.model_copy(update={"columns": [cases.columns[0], state]})
    found = visible([cases], {"cases": TableRights(masks={"state": "null"})}, default_schema="")
    assert found[0].columns[1].native_type == ""


def test_a_column_that_is_gone_may_have_been_a_hidden_one() -> None:
    former, now = [table("pay", "id", "wage")], [table("pay", "id", "salary")]
    held = rights(rule("pay", hidden_columns=("salary",)))
    known = restrictions_of(now, held, default_schema="", dialect="sqlite")
    found = restrictions_of_former(former, now, known, held, default_schema="", dialect="sqlite")
    assert [column.name for column in visible(former, found, default_schema="")[0].columns] == ["id"]


@pytest.mark.parametrize(
    ("held", "left"),
    [
        (rights(rule("now", hidden_columns=("a",))), ["b", "c"]),
        (rights(rule("now", hidden_columns=("a",)), rule("*", hidden_columns=("b",))), ["c"]),
        (rights(rule("now"), is_closed=True), []),
    ],
)
def test_a_table_that_is_gone_is_judged_by_what_is_said_of_every_table(held: Rights, left: list[str]) -> None:
    former, now = [table("gone", "b", "c")], [table("now", "a", "z")]
    known = restrictions_of(now, held, default_schema="", dialect="sqlite")
    found = restrictions_of_former(former, now, known, held, default_schema="", dialect="sqlite")
    assert [column.name for one in visible(former, found, default_schema="") for column in one.columns] == left


def test_a_view_that_was_stored_before_it_was_asked_what_it_reads_is_closed() -> None:
    tables = [table("pay", "amount"), table("totals", "sum", kind="view"), table("constant", "one", kind="view", reads=[])]
    held = rights(rule("pay", row_filter="amount > 0"))
    kept_back = restrictions_of(tables, held, default_schema="", dialect="sqlite")
    assert [one.name for one in visible(tables, kept_back, default_schema="")] == ["pay", "constant"]

"""Differences of versions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from apps.schema.contract import ForeignKey, SchemaTable, TableReference
from apps.schema.diffing import compare, fingerprint, written
from apps.schema.tests.factories import table

TABLES = st.lists(
    st.builds(lambda name, columns: table(name, *columns), st.sampled_from("abcdef"), st.lists(st.sampled_from("xyz"), unique=True)),
    unique_by=lambda t: t.name,
)


def test_names_what_came_went_and_changed() -> None:
    before = [table("a", "x"), table("b", "x", "y"), table("c", "x")]
    after = [table("b", "x", "z"), table("c", "x"), table("d", "x", schema="sales")]

    found = compare(before, after, default_schema="public")

    assert (found.added, found.removed, found.altered_names) == (["sales.d"], ["a"], ["b"])
    assert (found.altered[0].added_columns, found.altered[0].removed_columns) == (["z"], ["y"])


def test_tells_a_column_whose_type_or_nullability_changed() -> None:
    old = table("a", "x")
    new = old.model_copy(
        update={"columns": [old.columns[0].model_copy(update={"native_type": "integer", "type": "integer", "nullable": False})]}
    )

    changes = {(c.column, c.property): (c.before, c.after) for c in compare([old], [new]).altered[0].changes}

    assert changes == {
        ("x", "type"): ("string", "integer"),
        ("x", "native_type"): ("text", "integer"),
        ("x", "nullable"): ("true", "false"),
    }


def test_tells_a_foreign_key_that_came() -> None:
    key = ForeignKey(columns=["x"], references=TableReference(table="b", columns=["id"]))

    found = compare([table("a", "x")], [table("a", "x", foreign_keys=[key])])

    assert [change.property for change in found.altered[0].changes] == ["foreign_keys"]


def test_sizes_samples_and_remarks_are_no_difference() -> None:
    before = table("a", "x")
    after = before.model_copy(update={"row_count": 5, "description": "said", "hidden": True})

    assert compare([before], [after]).is_empty
    assert written([before]) == written([before.model_copy(update={"row_count": 5})])


def test_tables_of_one_name_in_two_schemas_are_two() -> None:
    found = compare([table("a", "x", schema="one")], [table("a", "x", schema="one"), table("a", "y", schema="two")], default_schema="one")

    assert (found.added, found.removed, found.altered_names) == (["two.a"], [], [])


@given(TABLES)
def test_nothing_differs_from_itself_in_any_order(tables: list[SchemaTable]) -> None:
    assert compare(tables, list(reversed(tables))).is_empty
    assert written(tables) == written(list(reversed(tables)))


@given(TABLES, TABLES)
def test_a_difference_there_and_back_is_mirrored(one: list[SchemaTable], other: list[SchemaTable]) -> None:
    there, back = compare(one, other), compare(other, one)

    assert (there.added, there.removed) == (back.removed, back.added)
    assert there.altered_names == back.altered_names
    assert there.is_empty == (fingerprint(written(one)) == fingerprint(written(other)))

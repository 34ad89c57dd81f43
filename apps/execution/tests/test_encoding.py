"""Cells as JSON and files: two ways to JSON that agree, formulas escaped, memory flat."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.execution.cells import rows_of
from apps.execution.contract import ColumnType, ResultColumn
from apps.execution.encoding import Batches, encode
from apps.execution.results import columns_of

TYPES: dict[ColumnType, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "integer": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "number": (pa.float64(), st.floats()),
    "decimal": (pa.decimal128(30, 6), st.decimals(-(10**20), 10**20, places=6, allow_nan=False)),
    "boolean": (pa.bool_(), st.booleans()),
    "string": (pa.string(), st.text(st.characters(exclude_categories=("Cs",)))),
    "date": (pa.date32(), st.dates()),
    "time": (pa.time64("us"), st.times()),
    "datetime": (pa.timestamp("us"), st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1))),
    "binary": (pa.binary(), st.binary(max_size=9)),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[pa.Table, list[ResultColumn]]:
    kinds = draw(st.lists(st.sampled_from(sorted(TYPES)), min_size=1, max_size=4))
    count = draw(st.integers(0, 6))
    arrays = [pa.array(draw(st.lists(st.none() | TYPES[kind][1], min_size=count, max_size=count)), TYPES[kind][0]) for kind in kinds]
    columns = [ResultColumn(name=f"c{i}", type=kind) for i, kind in enumerate(kinds)]
    return pa.table(arrays, names=[column.name for column in columns]), columns


def encoded(table: pa.Table, columns: list[ResultColumn], format: Any, **options: Any) -> bytes:
    return b"".join(encode(Batches(table.schema, columns, table.to_batches(max_chunksize=2)), format, **options))


@given(tables())
def test_a_stream_of_json_says_what_pages_say(made: tuple[pa.Table, list[ResultColumn]]) -> None:
    table, columns = made
    found = json.loads(encoded(table, columns, "json"))
    assert found["rows"] == json.loads(json.dumps(rows_of(table, columns)))
    assert found["row_count"] == table.num_rows


@given(st.lists(st.none() | st.text(st.characters(exclude_categories=("Cs", "Cc"))), min_size=1, max_size=5))
def test_csv_gives_the_texts_back(texts: list[str | None]) -> None:
    table = pa.table({"a": pa.array(texts, pa.string()), "b": pa.array(range(len(texts)))})
    rows = list(csv.reader(io.StringIO(encoded(table, columns_of(table.schema), "csv", raw=True).decode())))
    assert [row[0] for row in rows[1:]] == [text or "" for text in texts]


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (2**53, pa.int64(), 2**53),
        (2**53 + 1, pa.int64(), "9007199254740993"),
        (-(2**60), pa.int64(), str(-(2**60))),
        (Decimal("1.50"), pa.decimal128(9, 2), "1.50"),
        (Decimal("12"), pa.decimal128(38, 0), 12),
        (float("nan"), pa.float64(), None),
        (float("-inf"), pa.float64(), None),
        (datetime(2024, 1, 2, 3, 4, 5), pa.timestamp("us"), "2024-01-02T03:04:05"),
        (datetime(2024, 1, 2, 3, 4, 5, 600000, UTC), pa.timestamp("us", "UTC"), "2024-01-02T03:04:05.600000Z"),
        (date(2024, 1, 2), pa.date32(), "2024-01-02"),
        (time(3, 4), pa.time64("us"), "03:04:00"),
        (b"\x00\xff", pa.binary(), "AP8="),
    ],
)
def test_a_cell_as_json(value: Any, kind: pa.DataType, shown: Any) -> None:
    table = pa.table({"a": pa.array([value], kind)})
    columns = columns_of(table.schema)
    assert rows_of(table, columns) == [[shown]]
    assert json.loads(encoded(table, columns, "json"))["rows"] == [[shown]]


def test_json_cells_are_json_not_text_of_it() -> None:
    table = pa.table({"a": pa.array(['{"x": [1, null]}', None, "broken {"])})
    columns = [ResultColumn(name="a", type="json")]
    assert rows_of(table, columns) == [[{"x": [1, None]}], [None], ["broken {"]]
    assert json.loads(encoded(table, columns, "json"))["rows"] == [[{"x": [1, None]}], [None], ["broken {"]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_text_that_looks_like_a_formula_is_escaped(text: str) -> None:
    table = pa.table({"a": [text], "n": [-5]})
    cells = list(csv.reader(io.StringIO(encoded(table, columns_of(table.schema), "csv").decode(), newline="")))[1]
    assert cells == ["'" + text, "-5"]


def test_headers_are_escaped_too() -> None:
    table = pa.table({"=cmd()": [1]})
    assert encoded(table, columns_of(table.schema), "csv").startswith(b'"\'=cmd()"')


def test_two_columns_of_one_name_are_both_there() -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    assert json.loads(encoded(table, columns_of(table.schema), "json"))["rows"] == [[1, 2]]
    assert encoded(table, columns_of(table.schema), "csv").splitlines()[1] == b"1,2"


@pytest.mark.parametrize("format", ["csv", "json", "parquet", "arrow"])
def test_memory_does_not_grow_with_the_rows(format: Any) -> None:
    batch = pa.record_batch({"i": pa.array(range(10_000)), "s": pa.array([f"name {i}" for i in range(10_000)])})
    columns = columns_of(batch.schema)

    def peak_bytes(batches: int) -> int:
        before = pa.total_allocated_bytes()
        most = 0
        tracemalloc.start()
        for _ in encode(Batches(batch.schema, columns, (batch for _ in range(batches))), format):
            most = max(most, pa.total_allocated_bytes() - before)
        python = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most + python

    peak_bytes(1)
    assert peak_bytes(40) < 2 * peak_bytes(5) + 1_000_000

"""Each format is read, with its types, its labels, and nothing lost."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest

from apps.files.parsing.limits import Refused
from apps.files.tests.factories import SALES, ods, parquet, read, xls, xlsx

CSV = "Order No,Zip,Amount,Sold at,Day,Paid\n1,00501,12.5,2024-01-01 10:30:00,2024-01-01,true\n2,10001,7.25,2024-01-02 11:00:00,2024-01-02,false\n"
TYPES = ["integer", "string", "decimal", "datetime", "date", "boolean"]
NAMES = ["order_no", "zip", "amount", "sold_at", "day", "paid"]


def test_reads_csv_with_types_and_labels(tmp_path: Path) -> None:
    found = read(tmp_path, "sales.csv", CSV)
    assert (found.names, found.types) == (NAMES, TYPES)
    assert found.labels == ["Order No", "Zip", "Amount", "Sold at", "Day", "Paid"]
    assert found.rows[0] == (1, "00501", Decimal("12.50"), dt.datetime(2024, 1, 1, 10, 30), dt.date(2024, 1, 1), True)
    assert (found.parsed.format, found.parsed.encoding, found.parsed.delimiter, found.parsed.header) == ("csv", "utf-8", ",", True)


@pytest.mark.parametrize(("name", "delimiter"), [("sales.tsv", "\t"), ("sales.txt", "|"), ("sales.csv", ";"), ("sales", ",")])
def test_finds_the_delimiter(tmp_path: Path, name: str, delimiter: str) -> None:
    found = read(tmp_path, name, CSV.replace(",", delimiter))
    assert (found.parsed.delimiter, found.types) == (delimiter, TYPES)


def test_reads_gzipped_text(tmp_path: Path) -> None:
    found = read(tmp_path, "sales.csv.gz", gzip.compress(CSV.encode()[:40]) + gzip.compress(CSV.encode()[40:]))
    assert (found.parsed.compression, found.parsed.format, len(found.rows)) == ("gzip", "csv", 2)


def test_reads_xlsx_in_the_types_of_its_cells(tmp_path: Path) -> None:
    found = read(tmp_path, "sales.xlsx", xlsx({"Notes": [], "Sales": SALES}))
    assert (found.names, found.types) == (NAMES, ["integer", "string", "number", "datetime", "date", "boolean"])
    assert found.rows[2] == (3, "00002", 3.0, dt.datetime(2024, 1, 3, 12, 15), dt.date(2024, 1, 3), True)
    assert (found.parsed.sheet, found.parsed.sheets) == ("Sales", ["Notes", "Sales"])


def test_a_word_for_no_value_leaves_a_sheets_numbers_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, "a.xlsx", xlsx({"S": [["n", "t", "x"], [1, "N/A", 1.5], ["N/A", "b", "many"]]}))
    assert (found.types, found.rows) == (["integer", "string", "string"], [(1, "N/A", "1.5"), (None, "b", "many")])


def test_reads_the_sheet_that_is_asked_for(tmp_path: Path) -> None:
    book = xlsx({"A": [["x"], [1]], "B": [["y"], ["q"]]})
    assert read(tmp_path, "b.xlsx", book, sheet="B").names == ["y"]
    with pytest.raises(Refused, match="no sheet named 'C'"):
        read(tmp_path, "b.xlsx", book, sheet="C")


def test_shows_the_title_above_a_sheets_table(tmp_path: Path) -> None:
    found = read(tmp_path, "b.xlsx", xlsx({"S": [["Report of 2024"], [], *SALES]}))
    assert found.names == NAMES
    assert [(row.line, row.text) for row in found.parsed.bad_rows] == [(1, "Report of 2024")]


def test_reads_xls(tmp_path: Path) -> None:
    found = read(tmp_path, "old.xls", xls([["Item", "Count", "Day"], ["a", 1, dt.date(2024, 5, 6)], ["b", 2, dt.date(2024, 5, 7)]]))
    assert found.types[0] == "string"
    assert [row[2] for row in found.rows] == [dt.date(2024, 5, 6), dt.date(2024, 5, 7)]


def test_reads_ods(tmp_path: Path) -> None:
    found = read(tmp_path, "open.ods", ods([["Item", "Count"], ["a", 1], ["b", 2]]))
    assert (found.types, found.rows) == (["string", "integer"], [("a", 1), ("b", 2)])


def test_makes_nested_json_a_json_column(tmp_path: Path) -> None:
    rows = [{"id": 1, "tags": ["x"], "day": "2024-01-01", "zip": "007"}, {"id": 2, "tags": {"a": 1}, "day": "2024-02-01", "größe": True}]
    found = read(tmp_path, "items.json", json.dumps(rows))
    assert dict(zip(found.names, found.types, strict=True)) == {
        "id": "integer",
        "tags": "json",
        "day": "date",
        "zip": "string",
        "grosse": "boolean",
    }
    assert [json.loads(row[1]) for row in found.rows] == [["x"], {"a": 1}]
    assert found.rows[0][2:4] == (dt.date(2024, 1, 1), "007")


def test_reads_an_object_of_arrays(tmp_path: Path) -> None:
    assert read(tmp_path, "columns.json", '{"a": [1, 2], "b": ["x", null]}').rows == [(1, "x"), (2, None)]


def test_reads_the_array_that_an_object_holds(tmp_path: Path) -> None:
    assert read(tmp_path, "page.json", '{"count": 2, "results": [{"a": 1}, {"a": 2}]}').rows == [(1,), (2,)]


def test_keeps_whole_numbers_past_2_53(tmp_path: Path) -> None:
    assert read(tmp_path, "ids.json", '[{"id": 9007199254740993}]').rows == [(9007199254740993,)]


def test_shows_the_bad_lines_of_ndjson(tmp_path: Path) -> None:
    found = read(tmp_path, "log.ndjson", '{"a": 1}\n{"a": 2\n\n[3]\n{"a": 4, "b": "x"}\n')
    assert found.rows == [(1, None), (4, "x")]
    assert [(row.line, row.reason) for row in found.parsed.bad_rows] == [(2, "not valid JSON"), (4, "JSON, but not an object")]


def test_rewrites_parquet_under_clean_names(tmp_path: Path) -> None:
    content = parquet("SELECT 1::utinyint AS \"Order No\", {'a': 1} AS s, [1, 2] AS l, 1.5::decimal(10, 3) AS d, 'x'::blob AS b", tmp_path)
    found = read(tmp_path, "t.parquet", content)
    assert found.types == ["integer", "json", "json", "decimal", "binary"]
    assert found.rows == [(1, '{"a":1}', "[1,2]", Decimal("1.500"), b"x")]


def test_goes_by_content_where_the_name_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "upload", xlsx({"S": SALES})).parsed.format == "xlsx"
    assert read(tmp_path, "upload", b'[{"a": 1}]').parsed.format == "json"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "file_unreadable"),
        ("blank.csv", b"\n\n \n", "file_unreadable"),
        ("a.csv", b"%PDF-1.7 ...", "unsupported_file_type"),
        ("a.csv", bytes(range(256)) * 8, "file_unreadable"),
        ("a.xlsx", b"a,b\n1,2\n", "file_unreadable"),
        ("a.xlsx", b"PK\x03\x04 broken", "file_unreadable"),
        ("a.json", b'{"a": ', "file_unreadable"),
        ("a.json", b"[1, 2, 3]", "file_unreadable"),
        ("a.json", b"[" * 100_000, "file_unreadable"),
        ("a.ndjson", b"nothing\nof the kind\n", "file_unreadable"),
        ("a.parquet", b"PAR1" + b"x" * 100, "file_unreadable"),
    ],
)
def test_says_why_a_file_cannot_be_read(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path, name, content)
    assert refused.value.code == code
    assert str(tmp_path) not in refused.value.detail


def test_keeps_a_table_that_is_only_a_header(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", "id,name\n")
    assert (found.names, found.rows) == (["id", "name"], [])

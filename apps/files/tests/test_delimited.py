"""Delimited text: what was written is what is read, whatever the dialect; what does not fit is shown."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.files.parsing.delimited import parse_delimited
from apps.files.parsing.limits import ParseLimits, Refused
from apps.files.parsing.names import RESERVED, column_names
from apps.files.parsing.result import Options
from apps.files.parsing.text import as_utf8
from apps.files.tests.factories import read

WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüéñ ", min_size=1, max_size=12).map(str.strip).filter(bool)
AWKWARD = st.text(alphabet='ab;,|\t"\n =@ü', max_size=8).map(lambda text: f"x{text}y")
CELL_KINDS: dict[str, st.SearchStrategy[Any]] = {
    "word": WORDS,
    "awkward": AWKWARD,
    "integer": st.integers(-(10**15), 10**15),
    "decimal": st.decimals(-(10**9), 10**9, places=2),
    "date": st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
    "leading_zero": st.integers(0, 99).map(lambda number: f"0{number:03d}"),
    "optional_integer": st.none() | st.integers(0, 10**6),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[Any]]]:
    """A header of words and rows of one kind for each column; the first two columns have no empty cell."""
    kinds = [draw(st.sampled_from(["word", "integer", "date"])), draw(st.sampled_from(["integer", "decimal", "leading_zero"]))]
    kinds += draw(st.lists(st.sampled_from(sorted(CELL_KINDS)), max_size=4))
    header = [f"col {letter}" for letter in "abcdefgh"[: len(kinds)]]
    rows = draw(st.lists(st.tuples(*(CELL_KINDS[kind] for kind in kinds)), min_size=3, max_size=12))
    return header, [list(row) for row in rows]


def as_read(cell: Any) -> str | None:
    """A cell as text, numbers without the zeros that a decimal column adds."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, Decimal | int) and not isinstance(cell, bool):
        return format(Decimal(cell).normalize() + 0, "f")
    return str(cell)


def expected(cell: Any) -> str | None:
    """What a written cell must be read as; blanks around it are not kept for typed values."""
    return None if cell is None else as_read(cell)


@given(
    table=tables(),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be-bom"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_reads_back_what_was_written(
    table: tuple[list[str], list[list[Any]]], delimiter: str, encoding: str, quoting: Any, line_end: str
) -> None:
    header, rows = table
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerow(header)
    writer.writerows(rows)
    text = out.getvalue()
    content = b"\xfe\xff" + text.encode("utf-16-be") if encoding == "utf-16-be-bom" else text.encode(encoding)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found, read_rows = _in_process(folder, content)
    assert found.delimiter == delimiter
    assert [column.label for column in found.columns] == header
    assert found.bad_rows == []
    assert [[as_read(cell) for cell in row] for row in read_rows] == [[expected(cell) for cell in row] for row in rows]


def _in_process(folder: Path, content: bytes) -> tuple[Any, list[tuple[Any, ...]]]:
    """Without the child process, which would be most of the time here."""
    import duckdb

    (folder / "in").write_bytes(content)
    text = as_utf8(folder / "in", folder, None)
    target = folder / "out.parquet"
    found = parse_delimited(text.path, target, folder, format="csv", options=Options(), limits=ParseLimits())
    return found, duckdb.sql(f"SELECT * FROM read_parquet('{target}')").fetchall()


def test_shows_ragged_rows_with_line_and_reason(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", 'a,b,c\n1,"two\nlines",3\n1,2\n4,5,6\n\n1,2,3,4,5\n7,8,9\n')
    assert [row[0] for row in found.rows] == [1, 4, 7]
    assert found.parsed.bad_row_count == 2
    assert [(row.line, row.reason, row.text) for row in found.parsed.bad_rows] == [
        (4, "too few cells: 2 instead of 3", "1,2"),
        (7, "too many cells: 5 instead of 3", "1,2,3,4,5"),
    ]


def test_counts_all_bad_rows_and_shows_the_first(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", "a,b\n" + "1,2\n" * 500 + "1\n" * 50)
    assert (len(found.rows), found.parsed.bad_row_count, len(found.parsed.bad_rows)) == (500, 50, 20)


@pytest.mark.parametrize("after", ["4,5,6\n" * 1_000, "4,5,6\n" * 1_000 + '7,"x",8\n' + "4,5,6\n" * 10])
def test_a_stray_quote_loses_its_own_line_only(tmp_path: Path, after: str) -> None:
    found = read(tmp_path, "a.csv", 'a,b,c\n1,2,3\n1,"oops,3\n' + after)
    assert len(found.rows) == 1 + after.count("\n")
    assert [(row.line, row.text) for row in found.parsed.bad_rows] == [(3, '1,"oops,3')]


@pytest.mark.parametrize(
    ("values", "kind", "last"),
    [
        (["007", "123"], "string", "123"),
        (["1", "2", "3.75"], "decimal", Decimal("3.75")),
        (["1.5", "2.25"], "decimal", Decimal("2.25")),
        (["52.520008", "13.404954"], "number", 13.404954),
        (["1e3", "2.5"], "number", 2.5),
        (["1", "NA", "3"], "integer", 3),
        (["DE", "NA"], "string", "NA"),
        (["12345678901234567890", "1"], "string", "1"),
        (["true", "FALSE"], "boolean", False),
        (["2024-02-29", "2023-12-31"], "date", dt.date(2023, 12, 31)),
        (["2024-02-29", "2023-02-29"], "string", "2023-02-29"),
        (["31.12.2023", "01.02.2024"], "date", dt.date(2024, 2, 1)),
        (["12/31/2023", "02/01/2024"], "date", dt.date(2024, 2, 1)),
        (["31/12/2023", "01/02/2024"], "date", dt.date(2024, 2, 1)),
        (["01/02/2024", "03/04/2024"], "string", "03/04/2024"),
        (["2024-01-01T10:00:00+02:00", "2024-01-01T10:00:00Z"], "datetime", dt.datetime(2024, 1, 1, 10)),
        (["2024-01-01", "2024-01-01 10:00"], "datetime", dt.datetime(2024, 1, 1, 10)),
        (["10:30", "23:59:59"], "time", dt.time(23, 59, 59)),
        (["=1+1", "+49 30 1", "@x", "-5 apples"], "string", "-5 apples"),
        (["", ""], "string", None),
    ],
)
def test_chooses_a_type_that_loses_nothing(tmp_path: Path, values: list[str], kind: str, last: Any) -> None:
    found = read(tmp_path, "a.csv", "name;value\n" + "".join(f"n{i};{value}\n" for i, value in enumerate(values)))
    assert (found.types[1], found.rows[-1][1]) == (kind, last)


@pytest.mark.parametrize(("late", "kind"), [("x", "string"), ("2.5", "decimal"), ("007", "string"), ("1.23456", "number"), ("", "integer")])
def test_a_value_far_down_widens_its_column(tmp_path: Path, late: str, kind: str) -> None:
    found = read(tmp_path, "a.csv", "id,v\n" + "1,2\n" * 5_000 + f"1,{late}\n")
    assert (found.types[1], len(found.rows), found.parsed.bad_row_count) == (kind, 5_001, 0)


def test_reads_decimal_commas(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", "artikel;preis\nStuhl;1.234,50\nTisch;5,2\n")
    assert [row[1] for row in found.rows] == [Decimal("1234.50"), Decimal("5.20")]


def test_reads_grouped_thousands(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", 'n,v\na,"1,234,567"\nb,"5"\n')
    assert [row[1] for row in found.rows] == [1234567, 5]


def test_takes_a_persons_word_over_its_own(tmp_path: Path) -> None:
    text = "title\nskip me\na:b;c\n1:x;2\n?:y;3\n"
    found = read(tmp_path, "a.txt", text, delimiter=":", header=True, skip_rows=2, null_values=["?"])
    assert (found.names, found.rows) == (["a", "b_c"], [(1, "x;2"), (None, "y;3")])


def test_skips_more_rows_than_the_sample_holds(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", "a note of some length\n" * 50_000 + "a,b\n1,2\n", skip_rows=50_000)
    assert (found.names, found.rows) == (["a", "b"], [(1, 2)])


@pytest.mark.parametrize("options", [{"delimiter": "'"}, {"delimiter": "x"}, {"delimiter": "é"}, {"delimiter": " "}, {"encoding": "utf-7"}])
def test_odd_options_end_in_a_table_or_a_refusal(tmp_path: Path, options: dict[str, Any]) -> None:
    assert read(tmp_path, "a.csv", "a,b\n1,2\n", **options).parsed.row_count <= 1


@pytest.mark.parametrize(
    "options", [{"encoding": "utf-16"}, {"encoding": "hex"}, {"encoding": "nonsense"}, {"skip_rows": 9}, {"delimiter": '"'}]
)
def test_impossible_options_are_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        read(tmp_path, "a.csv", "a,b\n1,2\n3,4\n", **options)


def test_reads_a_table_without_header(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", "1,2.5\n3,4.5\n")
    assert (found.parsed.header, found.names, len(found.rows)) == (False, ["column_1", "column_2"], 2)


def test_shows_what_stands_above_the_table(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", "Sales 2024\n\nname,zip,amount\nA,00501,1.5\nB,10001,2.25\n")
    assert found.names == ["name", "zip", "amount"]
    assert [(row.line, row.reason) for row in found.parsed.bad_rows] == [(1, "above the table")]


def test_takes_years_for_headings(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", "country,2019,2020\nDE,1,2\nFR,3,4\n")
    assert (found.names, found.labels) == (["country", "n_2019", "n_2020"], ["country", "2019", "2020"])


def test_reads_one_column(tmp_path: Path) -> None:
    found = read(tmp_path, "a.txt", "name\nAlice\nBob, the builder\n\nEve; who else\n")
    assert [row[0] for row in found.rows] == ["Alice", "Bob, the builder", "Eve; who else"]


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        ("name;stadt\nMüller;Köln\nJosé;São Paulo\n", "latin-1", "cp1252"),
        ("name,price\n“x”,€5\n", "cp1252", "cp1252"),
        ("имя,город\nИван,Москва\nПётр,Казань\nАнна,Петербург\n", "cp1251", "cp1251"),
        ("名前,都市\n田中,東京\n佐藤,大阪\n", "shift_jis", "cp932"),
        ("name,n\nü,2\n", "utf-16", "utf-16"),
        ("name,n\nü,2\n", "utf-8-sig", "utf-8"),
        ("name,n\n" + "a,2\n" * 100_000 + "Zoë,3\nRenée,3\n", "latin-1", "cp1252"),
    ],
)
def test_recognises_the_encoding(tmp_path: Path, text: str, encoding: str, named: str) -> None:
    found = read(tmp_path, "a.csv", text.encode(encoding))
    assert found.parsed.encoding == named
    assert found.rows[-1][0] == text.splitlines()[-1].replace(";", ",").split(",")[0]


def test_a_named_encoding_must_fit(tmp_path: Path) -> None:
    assert read(tmp_path, "a.csv", "n,v\nü,1\n".encode("cp437"), encoding="cp437").rows == [("ü", 1)]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=20))
def test_column_names_are_clean_and_unique(labels: list[str]) -> None:
    names = column_names(labels)
    assert len(names) == len(labels) == len(set(names))
    assert all(name.isidentifier() and name not in RESERVED and name == name.casefold() for name in names)

"""Files that lie or swell are refused, soon, and without harm to the process that asked."""

from __future__ import annotations

import gzip
import os
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest

from apps.files.parsing.limits import MIB, ParseLimits, Refused
from apps.files.parsing.process import parse_file
from apps.files.tests.factories import SALES, ods, one_text_many_times, parquet, read, rezipped, with_lying_header, xlsx

SHEET = "xl/worksheets/sheet1.xml"


def refusal(folder: Path, name: str, content: bytes, limits: ParseLimits | None = None) -> str:
    with pytest.raises(Refused) as refused:
        read(folder, name, content, limits=limits)
    return refused.value.code


def large_file(folder: Path) -> Path:
    """Something to read for a good second."""
    path = folder / "a.csv"
    path.write_bytes(b"a,b,c\n" + b"1,2024-01-01,somebody\n" * 2_000_000)
    return path


def test_refuses_gzip_that_swells(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a.csv.gz", gzip.compress(b"0,1\n" * 25_000_000, 9)) == "file_bomb"


def test_refuses_gzip_past_the_limit(tmp_path: Path) -> None:
    content = gzip.compress(os.urandom(3 * MIB))
    assert refusal(tmp_path, "a.csv.gz", content, ParseLimits(inflated_bytes=2 * MIB)) == "file_bomb"


def test_refuses_an_archive_in_an_archive(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a.csv.gz", gzip.compress(gzip.compress(b"a,b\n1,2\n"))) == "file_bomb"
    assert refusal(tmp_path, "a.xlsx", rezipped(xlsx({"S": SALES}), {"xl/media/x.zip": xlsx({"S": SALES})})) == "file_bomb"


def test_refuses_gzip_that_ends_early(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a.csv.gz", gzip.compress(b"a,b\n1,2\n")[:-6]) == "file_unreadable"


def test_refuses_a_sheet_of_billions_of_cells(tmp_path: Path) -> None:
    sheet = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    assert refusal(tmp_path, "a.xlsx", rezipped(xlsx({"S": SALES}), {SHEET: sheet})) == "file_bomb"


def test_refuses_a_part_that_is_larger_than_its_header_says(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a.xlsx", with_lying_header(xlsx({"S": SALES}), SHEET, 10)) == "file_bomb"


def test_refuses_a_part_that_swells(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a.xlsx", rezipped(xlsx({"S": SALES}), {SHEET: b"<worksheet>" + b" " * (80 * MIB)})) == "file_bomb"


def test_refuses_too_many_parts(tmp_path: Path) -> None:
    parts = {f"xl/x{number}.xml": b"<a/>" for number in range(60)}
    assert refusal(tmp_path, "a.xlsx", rezipped(xlsx({"S": SALES}), parts), ParseLimits(entries=50)) == "file_bomb"


def test_refuses_rows_repeated_without_end(tmp_path: Path) -> None:
    content = ods([["a", "b"], ["x", 1]], repeat=2_000_000_000)
    assert refusal(tmp_path, "a.ods", content) == "file_bomb"


def test_refuses_parquet_that_promises_too_much(tmp_path: Path) -> None:
    content = parquet("SELECT 1 AS a FROM range(5000000)", tmp_path)
    assert len(content) < MIB
    assert refusal(tmp_path, "a.parquet", content, ParseLimits(values=1_000_000)) == "file_bomb"


def test_memory_that_a_file_asks_for_is_bounded(tmp_path: Path) -> None:
    content = one_text_many_times("x" * 30_000, rows=2_000, columns=50)
    assert len(content) < MIB
    assert refusal(tmp_path, "a.xlsx", content, ParseLimits(memory_bytes=512 * MIB)) == "file_parse_limit"


def test_ends_a_parse_that_takes_too_long(tmp_path: Path) -> None:
    started = time.monotonic()
    assert refusal(tmp_path, "a.csv", b"a,b\n1,2\n", ParseLimits(wall_s=0)) == "file_parse_limit"
    assert time.monotonic() - started < 5


def test_a_killed_child_is_a_refusal(tmp_path: Path) -> None:
    killed = threading.Event()

    def kill_the_child() -> None:
        while not killed.is_set():
            for child in psutil.Process().children():
                if "apps.files.parsing.child" in child.cmdline():
                    child.send_signal(signal.SIGKILL)
                    killed.set()
                    return

    killer = threading.Thread(target=kill_the_child)
    killer.start()
    assert refusal(tmp_path, "a.csv", b"a,b\n" + b"1,2\n" * 2_000_000) == "file_parse_limit"
    killer.join()
    assert killed.is_set()


def test_the_child_ends_when_its_caller_gives_up(tmp_path: Path) -> None:
    class GivenUp(Exception):
        pass

    def give_up() -> None:
        raise GivenUp

    source = large_file(tmp_path)
    with pytest.raises(GivenUp):
        parse_file(source, tmp_path / "out", name="a.csv", on_wait=give_up)
    assert not [child for child in psutil.Process().children() if "apps.files.parsing.child" in child.cmdline()]


def test_the_child_sees_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []
    monkeypatch.setenv("SECRET_KEY", "planted")

    def look() -> None:
        seen.extend(child.environ() for child in psutil.Process().children() if "apps.files.parsing.child" in child.cmdline())

    parse_file(large_file(tmp_path), tmp_path / "out", name="a.csv", on_wait=look)
    assert seen
    assert not any("planted" in value for environment in seen for value in environment.values())

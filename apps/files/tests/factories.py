"""Files to upload, made in memory: tables in each format, and the bombs."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from apps.files.parsing.limits import ParseLimits
from apps.files.parsing.process import parse_file
from apps.files.parsing.result import Options, Parsed

SALES = [
    ["Order No", "Zip", "Amount", "Sold at", "Day", "Paid"],
    [1, "00501", 12.5, dt.datetime(2024, 1, 1, 10, 30), dt.date(2024, 1, 1), True],
    [2, "10001", 7.25, dt.datetime(2024, 1, 2, 11, 0), dt.date(2024, 1, 2), False],
    [3, "00002", 3, dt.datetime(2024, 1, 3, 12, 15), dt.date(2024, 1, 3), True],
]


class Read:
    """A parsed file and its rows."""

    def __init__(self, parsed: Parsed, rows: list[tuple[Any, ...]]) -> None:
        self.parsed = parsed
        self.rows = rows
        self.names = [column.name for column in parsed.columns]
        self.types = [column.type for column in parsed.columns]
        self.labels = [column.label for column in parsed.columns]


def read(folder: Path, name: str, content: bytes | str, *, limits: ParseLimits | None = None, **options: Any) -> Read:
    """Parse as the worker does, in a child process."""
    import duckdb

    source, target = folder / "upload", folder / "table.parquet"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    parsed = parse_file(source, target, name=name, options=Options(**options), limits=limits)
    return Read(parsed, duckdb.sql(f"SELECT * FROM read_parquet('{target}')").fetchall())


def xlsx(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def one_text_many_times(text: str, *, rows: int, columns: int) -> bytes:
    """A workbook that holds a long text once and refers to it from every cell: small packed and unpacked, huge when read."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("S")
    for row in range(rows):
        sheet.write_row(row, 0, [text] * columns)
    book.close()
    return out.getvalue()


def xls(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook in the format before 2007."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell, *([day] if isinstance(cell, dt.date) else []))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(rows: Sequence[Sequence[Any]], *, repeat: int = 1) -> bytes:
    """An OpenDocument spreadsheet; `repeat` says of the last row that it comes so many times."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document, table = OpenDocumentSpreadsheet(), Table(name="Sheet1")
    for number, row in enumerate(rows):
        times = repeat if number == len(rows) - 1 else 1
        line = TableRow(numberrowsrepeated=times) if times > 1 else TableRow()
        for cell in row:
            made = TableCell(valuetype="string") if isinstance(cell, str) else TableCell(valuetype="float", value=str(cell))
            made.addElement(P(text=str(cell)))
            line.addElement(made)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def parquet(select: str, folder: Path) -> bytes:
    """What a SELECT gives, as Parquet."""
    import duckdb

    path = folder / "made.parquet"
    duckdb.sql(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


def with_lying_header(workbook: bytes, part: str, promised: int) -> bytes:
    """The same archive, but the directory says that `part` unpacks to `promised` bytes."""
    data = bytearray(workbook)
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        header = archive.getinfo(part).header_offset
    data[header + 22 : header + 26] = struct.pack("<I", promised)
    directory = data.find(b"PK\x01\x02")
    while directory >= 0:
        length = struct.unpack("<H", data[directory + 28 : directory + 30])[0]
        if data[directory + 46 : directory + 46 + length] == part.encode():
            data[directory + 24 : directory + 28] = struct.pack("<I", promised)
        directory = data.find(b"PK\x01\x02", directory + 4)
    return bytes(data)


def rezipped(workbook: bytes, replaced: dict[str, bytes]) -> bytes:
    """The same workbook with some parts replaced or added, honestly packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in replaced:
                new.writestr(name, old.read(name))
        for name, content in replaced.items():
            new.writestr(name, content)
    return out.getvalue()

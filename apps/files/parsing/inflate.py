"""Unpacking with counted bytes: what a header promises is never believed."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from apps.files.parsing.formats import GZIP, ZIP
from apps.files.parsing.limits import MIB, ParseLimits, Refused

_DAMAGED = "The compressed data is damaged or ends too early."


def gunzip(source: Path, target: Path, limits: ParseLimits) -> None:
    """Unpack `source`, all its members, into `target`. Raises Refused for bombs, damage, and an archive in the archive."""
    stored, inflated = source.stat().st_size, 0
    inflater = zlib.decompressobj(wbits=31)
    with source.open("rb") as packed, target.open("wb") as unpacked:
        data = packed.read(MIB)
        while data:
            try:
                chunk = inflater.decompress(data, MIB)
            except zlib.error as error:
                raise Refused("file_unreadable", _DAMAGED) from error
            if inflated == 0 and chunk.startswith((GZIP, ZIP)):
                raise Refused("file_bomb", "There is another archive inside the gzip file; upload what is in it.")
            inflated += len(chunk)
            limits.check_inflated(inflated, stored)
            unpacked.write(chunk)
            data = inflater.unconsumed_tail
            if inflater.eof:
                data = inflater.unused_data.lstrip(b"\0") or packed.read(MIB).lstrip(b"\0")
                if data:
                    inflater = zlib.decompressobj(wbits=31)
            elif not data:
                data = packed.read(MIB)
    if not inflater.eof:
        raise Refused("file_unreadable", _DAMAGED)


_XLSX_CELL = re.compile(rb'<c r="([A-Z]{1,4})')
_XLSX_ROW = re.compile(rb'<row [^>]{0,80}?r="([0-9]{1,9})"')
_ODS_REPEAT = re.compile(rb'number-(rows|columns)-repeated="([0-9]{1,12})"')
_NEVER_REPEATED = 1_048_577


def check_workbook(path: Path, limits: ParseLimits) -> None:
    """Unpack every part of a ZIP workbook once, counting. Raises Refused for bombs, lies, too many parts, and grids that are too large."""
    stored, inflated = path.stat().st_size, 0
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > limits.entries:
                raise Refused("file_bomb", f"The workbook has {len(entries):,} parts; at most {limits.entries:,} are read.")
            if any(entry.flag_bits & 1 for entry in entries):
                raise Refused("file_unreadable", "The workbook is protected by a password.")
            for entry in entries:
                inflated = _check_entry(archive, entry, inflated, stored, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise Refused("file_bomb", "A part of the workbook is not what its header says.") from error


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, inflated: int, stored: int, limits: ParseLimits) -> int:
    """Read one part to its end, past the size that its header gives. Returns the bytes unpacked so far in all."""
    promised, size, grid = entry.file_size, 0, _Grid(entry.filename, limits)
    entry.file_size = limits.inflated_bytes + MIB  # else the reader stops at the promise, and would not see the lie
    with archive.open(entry) as part:
        tail = b""
        while chunk := part.read(MIB):
            size += len(chunk)
            limits.check_inflated(inflated + size, stored)
            if size > promised:
                raise Refused("file_bomb", "A part of the workbook is larger than its header says.")
            if size == len(chunk) and chunk.startswith(ZIP):
                raise Refused("file_bomb", "There is another archive inside the workbook.")
            grid.see(tail + chunk)
            tail = chunk[-200:]
    if size != promised:
        raise Refused("file_bomb", "A part of the workbook is smaller than its header says.")
    return inflated + size


class _Grid:
    """How large a rectangle the cells of one sheet span, seen piece by piece."""

    def __init__(self, part: str, limits: ParseLimits) -> None:
        self.is_xlsx_sheet = part.startswith("xl/worksheets/")
        self.is_ods_sheet = part == "content.xml"
        self.limits = limits
        self.rows = self.columns = 1

    def see(self, data: bytes) -> None:
        """Look at one piece. Raises Refused once the rectangle is too large."""
        if self.is_xlsx_sheet:
            for letters in set(_XLSX_CELL.findall(data)):
                self.columns = max(self.columns, column_number(letters))
            self.rows = max([self.rows, *(int(row) for row in _XLSX_ROW.findall(data))])
            if self.rows * self.columns > self.limits.cells:
                raise Refused(
                    "file_bomb", f"A sheet spans {self.rows:,} rows and {self.columns:,} columns; {self.limits.cells:,} cells are read."
                )
        elif self.is_ods_sheet and any(int(count) > _NEVER_REPEATED for _, count in _ODS_REPEAT.findall(data)):
            raise Refused("file_bomb", "A sheet repeats a cell more often than a sheet has rows.")


def column_number(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number

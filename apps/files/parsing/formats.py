"""Which format a file has: by its first bytes where they say so, else by its name."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from apps.files.parsing.limits import Refused

TEXT_SUFFIXES = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".txt": "txt",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}
BINARY_SUFFIXES = {".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".ods": "ods", ".parquet": "parquet", ".pq": "parquet"}

GZIP, ZIP, OLE, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
# What people try to upload, and what would look like text for a while.
FOREIGN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a SQLite database",
    b"BZh": "bzip2",
}
FOREIGN |= {b"Rar!": "a RAR archive", b"7z\xbc\xaf": "a 7z archive", b"\x7fELF": "a program", b"\x28\xb5\x2f\xfd": "zstd", b"ORC": "ORC"}


def suffixes(name: str) -> tuple[str, bool]:
    """The suffix that tells the format, in lower case, and whether `.gz` stood after it."""
    path = PurePosixPath(name.lower().replace("\\", "/"))
    if path.suffix == ".gz":
        return PurePosixPath(path.stem).suffix, True
    return path.suffix, False


def check_name(name: str) -> None:
    """Refuse a name whose suffix names no format that can be read, before anything is stored. No suffix at all is let through."""
    suffix, is_gzip = suffixes(name)
    if suffix and suffix not in TEXT_SUFFIXES and (is_gzip or suffix not in BINARY_SUFFIXES):
        raise Refused("unsupported_file_type", f"Files named *{suffix}{'.gz' if is_gzip else ''} cannot be read.")


def recognise(path: Path, name: str) -> str:
    """csv, tsv, txt, json, ndjson, xlsx, xls, ods or parquet, for a file that is not gzipped (any more)."""
    with path.open("rb") as source:
        start = source.read(4096)
    suffix, _ = suffixes(name)
    if start.startswith(PARQUET):
        return "parquet"
    if start.startswith(ZIP):
        return _workbook_in_zip(path)
    if start.startswith(OLE):
        return "xls"
    for magic, what in FOREIGN.items():
        if start.startswith(magic):
            raise Refused("unsupported_file_type", f"This is {what}, which cannot be read as a table.")
    if suffix in BINARY_SUFFIXES:
        raise Refused("file_unreadable", f"The name says {BINARY_SUFFIXES[suffix]}, but the content is something else.")
    if suffix in TEXT_SUFFIXES:
        return TEXT_SUFFIXES[suffix]
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    return "json" if text[:1] in (b"{", b"[") else "txt"


def _workbook_in_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:100] if "mimetype" in names and archive.getinfo("mimetype").file_size < 100 else b""
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise Refused("file_unreadable", "The workbook is damaged: it is not a whole ZIP archive.") from error
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    raise Refused("unsupported_file_type", "ZIP archives are not read; upload the files in it one by one, or gzip a text file.")

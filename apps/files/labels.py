"""What a name that a user gave may become: a label, a table's name, a media type. Never a path."""

from __future__ import annotations

import re
import unicodedata

from apps.files.parsing.formats import BINARY_SUFFIXES, TEXT_SUFFIXES, suffixes
from apps.files.parsing.names import clean_name

_MEDIA_TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "parquet": "application/vnd.apache.parquet",
}


MEDIA_TYPES = (*_MEDIA_TYPES.values(), "application/gzip", "application/octet-stream")
"""All that `media_type_of` can answer."""


def label_of(name: str) -> str:
    """The last part of a name, without control characters, at most 255 characters."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip()
    return printable[-255:] or "upload"


def table_name_of(name: str) -> str:
    """`Sales Q1.csv.gz` → `sales_q1`."""
    suffix, is_gzip = suffixes(name)
    known = suffix in TEXT_SUFFIXES or suffix in BINARY_SUFFIXES
    stem = name[: len(name) - 3 * is_gzip - len(suffix)] if known else name
    return clean_name(stem, fallback="file")[:55]


def media_type_of(name: str) -> str:
    """By the suffix. What a client says of its own file is not believed."""
    suffix, is_gzip = suffixes(name)
    if is_gzip:
        return "application/gzip"
    return _MEDIA_TYPES.get(TEXT_SUFFIXES.get(suffix) or BINARY_SUFFIXES.get(suffix) or "", "application/octet-stream")

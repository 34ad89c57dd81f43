"""What a name that a user gave may become: a label, a table's name, a media type. Never a path."""

from __future__ import annotations

import re
import unicodedata

from apps.files.contract import FILE_MEDIA_TYPES
from apps.files.parsing.formats import BINARY_SUFFIXES, TEXT_SUFFIXES, suffixes
from apps.files.parsing.names import clean_name


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
    return FILE_MEDIA_TYPES.get(TEXT_SUFFIXES.get(suffix) or BINARY_SUFFIXES.get(suffix) or "", FILE_MEDIA_TYPES["other"])

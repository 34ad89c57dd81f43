"""One place where native and Arrow types become the ten logical types of the API."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import pyarrow as pa

LogicalType = Literal["string", "integer", "number", "decimal", "boolean", "date", "time", "datetime", "json", "binary"]

_NATIVE: Final[dict[str, LogicalType]] = {
    **dict.fromkeys(
        [
            "int",
            "int2",
            "int4",
            "int8",
            "int16",
            "int32",
            "int64",
            "integer",
            "bigint",
            "smallint",
            "tinyint",
            "mediumint",
            "serial",
            "bigserial",
            "smallserial",
            "oid",
            "year",
            "hugeint",
            "uhugeint",
            "ubigint",
            "uinteger",
            "usmallint",
            "utinyint",
            "uint8",
            "uint16",
            "uint32",
            "uint64",
            "long",
            "short",
            "signed",
            "unsigned",
        ],
        "integer",
    ),
    **dict.fromkeys(["float", "float4", "float8", "double", "real", "number"], "number"),
    **dict.fromkeys(["numeric", "decimal", "dec", "fixed", "money", "bignum"], "decimal"),
    **dict.fromkeys(["bool", "boolean"], "boolean"),
    "date": "date",
    **dict.fromkeys(["time", "timetz"], "time"),
    **dict.fromkeys(["timestamp", "timestamptz", "datetime", "smalldatetime"], "datetime"),
    **dict.fromkeys(["json", "jsonb", "struct", "map", "list", "union", "array", "variant"], "json"),
    **dict.fromkeys(["bytea", "blob", "tinyblob", "mediumblob", "longblob", "binary", "varbinary"], "binary"),
}
_FIRST_WORD = re.compile(r"[a-z]+[0-9]*")


@lru_cache(maxsize=4096)
def from_native(native: str) -> LogicalType:
    """The logical type of a declared column type, in any of our dialects; what is unknown reads as text."""
    text = native.strip().lower()
    if text.endswith(("[]", "array")):
        return "json"
    if text.startswith("tinyint(1)"):  # what MySQL makes of BOOLEAN
        return "boolean"
    if text == "bit(1)":
        return "boolean"
    if text.startswith("double precision"):
        return "number"
    if text.startswith(("timestamp", "datetime")):
        return "datetime"
    found = _FIRST_WORD.match(text)
    return _NATIVE.get(found.group(), "string") if found else "string"


@lru_cache(maxsize=4096)
def from_sqlite(native: str) -> LogicalType:
    """A SQLite column's declared type: any word is allowed there, so its affinity rules decide (sqlite.org/datatype3.html, 3.1)."""
    known = from_native(native)
    text = native.strip().lower()
    if known != "string" or not text:
        return known
    if "int" in text:
        return "integer"
    if "char" in text or "clob" in text or "text" in text:
        return "string"
    return "number" if "real" in text or "floa" in text or "doub" in text else "string"


def from_arrow(kind: pa.DataType) -> LogicalType:
    """The logical type of an Arrow type. A decimal without a scale is an integer (sums of integers arrive so)."""
    import pyarrow.types as at

    if at.is_dictionary(kind):
        return from_arrow(kind.value_type)
    if at.is_boolean(kind):
        return "boolean"
    if at.is_decimal(kind):
        return "integer" if kind.scale == 0 else "decimal"
    checks: tuple[tuple[bool, LogicalType], ...] = (
        (at.is_integer(kind), "integer"),
        (at.is_floating(kind), "number"),
        (at.is_date(kind), "date"),
        (at.is_timestamp(kind), "datetime"),
        (at.is_time(kind), "time"),
        (at.is_nested(kind), "json"),
        (at.is_binary(kind) or at.is_large_binary(kind) or at.is_fixed_size_binary(kind), "binary"),
    )
    return next((logical for holds, logical in checks if holds), "string")


JSON_FIELD: Final = {b"logical_type": b"json"}
"""Metadata of an Arrow string field that holds JSON text."""


def of_field(field: pa.Field) -> LogicalType:
    """The logical type of a result column: what its metadata says, else what its Arrow type says."""
    said = (field.metadata or {}).get(b"logical_type")
    return "json" if said == b"json" else from_arrow(field.type)

"""The DuckDB instance of one parse: bounded memory, spilling to the parse's own folder, no extensions, no network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from apps.files.parsing.kinds import quoted
from apps.files.parsing.limits import ParseLimits, Refused
from apps.files.parsing.result import Column

if TYPE_CHECKING:
    import duckdb

ROW_GROUP_SIZE = 122_880


@contextmanager
def engine(workdir: Path, limits: ParseLimits) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for one parse."""
    import duckdb

    connection = duckdb.connect(
        config={
            "memory_limit": f"{limits.engine_memory_bytes}B",
            "threads": 2,
            "temp_directory": str(workdir / "spill"),
            "max_temp_directory_size": f"{limits.written_bytes}B",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    except duckdb.OutOfMemoryException as error:
        raise Refused("file_parse_limit", "Reading the file took more memory than is allowed.") from error
    except duckdb.Error as error:
        raise Refused("file_unreadable", f"The file cannot be read: {first_sentence(str(error))}") from error
    finally:
        connection.close()


def first_sentence(message: str) -> str:
    """DuckDB's reason without the path of our temporary file and the picture of our statement."""
    line = message.partition("\n")[0].partition("Error: ")
    reason = line[2] or line[0]
    before, found, after = reason.partition(' in file "')
    return (before + after.partition('"')[2].lstrip(",") if found else reason).strip()


def identifier(name: str) -> str:
    """A SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def write_parquet(connection: duckdb.DuckDBPyConnection, select: str, target: Path) -> int:
    """Run `select` into a Parquet file, a row group at a time. Returns the number of rows."""
    row = connection.execute(
        f"COPY ({select}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROW_GROUP_SIZE})"
    ).fetchone()
    return int(row[0]) if row else 0


# How a column of each DuckDB type is kept: its expression, and its type in the platform's words.
_KEPT = {
    "BOOLEAN": ("{c}", "boolean"),
    "FLOAT": ("{c}", "number"),
    "DOUBLE": ("{c}", "number"),
    "VARCHAR": ("{c}", "string"),
    "DATE": ("{c}", "date"),
    "TIME": ("{c}", "time"),
    "TIMESTAMP": ("{c}", "datetime"),
    "TIMESTAMP_S": ("CAST({c} AS TIMESTAMP)", "datetime"),
    "TIMESTAMP_MS": ("CAST({c} AS TIMESTAMP)", "datetime"),
    "TIMESTAMP_NS": ("CAST({c} AS TIMESTAMP)", "datetime"),
    "TIMESTAMP WITH TIME ZONE": ("make_timestamp(epoch_us({c}))", "datetime"),
    "BLOB": ("{c}", "binary"),
    "JSON": ("CAST({c} AS VARCHAR)", "json"),
    "UBIGINT": ("CAST({c} AS DECIMAL(20, 0))", "decimal"),
    "HUGEINT": ("CAST({c} AS DECIMAL(38, 0))", "decimal"),
} | dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"), ("CAST({c} AS BIGINT)", "integer"))


def kept(name: str, native_type: str) -> tuple[str, str]:
    """The expression that keeps a column of a DuckDB type, and its type in the platform's words. Nested values become JSON text."""
    column = identifier(name)
    if native_type.startswith("DECIMAL"):
        return column, "decimal"
    if native_type.endswith("]") or native_type.startswith(("STRUCT", "MAP", "UNION", "LIST")):
        return f"CAST(to_json({column}) AS VARCHAR)", "json"
    expression, kind = _KEPT.get(native_type, ("CAST({c} AS VARCHAR)", "string"))
    return expression.format(c=column), kind


def labelled(labels: list[str], names: list[str], types: list[str]) -> list[Column]:
    """The columns, with a label for those whose header was empty."""
    return [Column(name=n, type=t, label=label or n) for label, n, t in zip(labels, names, types, strict=True)]

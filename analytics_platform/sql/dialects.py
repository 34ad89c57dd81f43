"""The SQL dialects that the pipeline reads and writes, by sqlglot's names. Imports nothing, so that contracts may use it."""

from __future__ import annotations

from typing import Final, Literal, get_args

Dialect = Literal["postgres", "mysql", "sqlite", "duckdb"]

DIALECTS: Final[tuple[Dialect, ...]] = get_args(Dialect)

"""Bound parameters: from placeholders as sqlglot renders them in a dialect to the form that the driver takes, token by token."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any

import sqlglot
from sqlglot.tokenizer_core import Token, TokenType

from analytics_platform.sources.problems import QueryRefusedBySource
from analytics_platform.sql.dialects import Dialect

_READING = re.compile(r"\s*(?:\(\s*)*(?:SELECT|WITH|VALUES|TABLE|SHOW|DESCRIBE)\b", re.IGNORECASE)


def refuse_unless_reading(sql: str) -> None:
    """A second look at what the SQL pipeline let through: a session's settings are not for statements to change. Raises QueryRefusedBySource.

    What writes all the same (a CTE that deletes) is refused by the read-only transaction.
    """
    if _READING.match(sql) is None:
        raise QueryRefusedBySource("Exactly one reading statement is run.")


def bind(sql: str, parameters: Mapping[str, Any], dialect: Dialect, render: Callable[[str], str]) -> str:
    """`sql` with each placeholder whose name is in `parameters` replaced by `render(name)`.

    `:name`, `$name` and `%(name)s` are placeholders; text in strings, comments and quoted names is never touched.
    Raises QueryRefusedBySource where a parameter stands nowhere in the statement.
    """
    if not parameters:
        return sql
    tokens = sqlglot.tokenize(sql, read=dialect)
    pieces: list[str] = []
    at = 0
    seen: set[str] = set()
    i = 0
    while i < len(tokens):
        length = _placeholder_length(tokens, i, parameters)
        if not length:
            i += 1
            continue
        name = tokens[i + (2 if length > 2 else 1)].text
        seen.add(name)
        pieces += [sql[at : tokens[i].start], render(name)]
        at = tokens[i + length - 1].end + 1
        i += length
    missing = sorted(set(parameters) - seen)
    if missing:
        raise QueryRefusedBySource(f"The statement has no placeholder for {', '.join(missing)}.")
    return "".join([*pieces, sql[at:]])


def _placeholder_length(tokens: list[Token], i: int, parameters: Mapping[str, Any]) -> int:
    """How many tokens the placeholder that starts at `i` has; 0 where none does."""
    kind = tokens[i].token_type
    if kind in (TokenType.COLON, TokenType.PARAMETER):
        return 2 if _are_adjacent(tokens, i, 2) and tokens[i + 1].text in parameters else 0
    if kind is TokenType.MOD and _are_adjacent(tokens, i, 5):
        opening, name, closing, end = tokens[i + 1 : i + 5]
        shape = (opening.token_type, closing.token_type, end.text)
        return 5 if shape == (TokenType.L_PAREN, TokenType.R_PAREN, "s") and name.text in parameters else 0
    return 0


def _are_adjacent(tokens: list[Token], i: int, count: int) -> bool:
    run = tokens[i : i + count]
    return len(run) == count and all(a.end + 1 == b.start for a, b in itertools.pairwise(run))

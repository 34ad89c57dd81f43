"""Reads the lists under `tests/attacks`: statements apart by an empty line, what must come of a refused one in its first line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analytics_platform.sql.dialects import DIALECTS, Dialect

LISTS = Path(__file__).parents[3] / "tests" / "attacks"


@dataclass(frozen=True)
class Statement:
    """One entry of a list. `codes` are the refusals that count as right; a harmless one has none."""

    dialect: Dialect
    sql: str
    codes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.dialect}: {self.sql[:60]}"


def harmless(*only: Dialect) -> list[Statement]:
    """Natural statements, which must pass."""
    return [Statement(dialect, text) for dialect, text in _entries("harmless") if not only or dialect in only]


def refused() -> list[Statement]:
    """Attacks, and statements that are plainly wrong."""
    found = []
    for dialect, text in _entries("refused"):
        head, _, sql = text.partition("\n")
        found.append(Statement(dialect, sql, tuple(head.removeprefix("--! ").split("|"))))
    return found


def _entries(folder: str) -> list[tuple[Dialect, str]]:
    entries = []
    for dialect in DIALECTS:
        for name in ("every_dialect", dialect):
            text = (LISTS / folder / f"{name}.sql").read_text()
            entries += [(dialect, entry.strip()) for entry in text.split("\n\n") if entry.strip()]
    return entries

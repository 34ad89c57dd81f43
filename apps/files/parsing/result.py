"""What a parse is asked, and what it answers: plain data that crosses between the processes as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, cast


@dataclass(frozen=True, kw_only=True)
class Options:
    """A person's choices; None leaves one to detection."""

    delimiter: str | None = None
    encoding: str | None = None
    header: bool | None = None
    sheet: str | None = None
    skip_rows: int | None = None
    null_values: list[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the Parquet file: its SQL name, its type in the platform's words, and the header it had."""

    name: str
    type: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """A row that was left out."""

    line: int | None
    reason: str
    text: str


@dataclass(kw_only=True)
class Parsed:
    """What was found and chosen, and how many rows came of it."""

    format: str
    columns: list[Column]
    row_count: int
    compression: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None
    sheets: list[str] = field(default_factory=list)
    bad_row_count: int = 0
    bad_rows: list[Rejected] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain data without NUL characters, which PostgreSQL does not store."""
        return cast("dict[str, Any]", _without_nul(asdict(self)))

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Parsed:
        """The inverse of `to_json`."""
        columns = [Column(**column) for column in data.pop("columns")]
        bad_rows = [Rejected(**row) for row in data.pop("bad_rows")]
        return cls(columns=columns, bad_rows=bad_rows, **data)


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    return {name: _without_nul(item) for name, item in value.items()} if isinstance(value, dict) else value

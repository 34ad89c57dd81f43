"""What reading one file may cost, and the refusal that is raised when it would cost more or cannot be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MIB = 1024 * 1024

RefusalCode = Literal["unsupported_file_type", "file_unreadable", "file_bomb", "file_parse_limit"]


class Refused(Exception):
    """A file that will not be read. `code` names the problem in the contract; the text is a sentence for its owner."""

    def __init__(self, code: RefusalCode, detail: str) -> None:
        super().__init__(detail)
        self.code: RefusalCode = code
        self.detail = detail


@dataclass(frozen=True, kw_only=True)
class ParseLimits:
    """Bounds on one parse. The first four hold for the child process, the others for what it reads."""

    memory_bytes: int = 1536 * MIB
    engine_memory_bytes: int = 200 * MIB
    cpu_s: int = 300
    wall_s: int = 300
    written_bytes: int = 4096 * MIB
    inflated_bytes: int = 1024 * MIB
    ratio: int = 200
    ratio_from_bytes: int = 32 * MIB
    entries: int = 5_000
    sheets: int = 500
    cells: int = 20_000_000
    columns: int = 2_000
    values: int = 2_000_000_000
    bad_rows_shown: int = 20

    def check_inflated(self, inflated_bytes: int, stored_bytes: int) -> None:
        """Refuse what unpacks to too much, in all or for its size. Small files may be as repetitive as they like."""
        if inflated_bytes > self.inflated_bytes:
            raise Refused("file_bomb", f"The file unpacks to more than {self.inflated_bytes // MIB} MB.")
        if inflated_bytes > self.ratio_from_bytes and inflated_bytes > stored_bytes * self.ratio:
            raise Refused("file_bomb", f"The file unpacks to more than {self.ratio} times its size.")

    def check_columns(self, count: int) -> None:
        """Refuse a table that is too wide to be one."""
        if count > self.columns:
            raise Refused("file_unreadable", f"The table has {count:,} columns; at most {self.columns:,} can be read.")

"""What the agent is given from outside: a model, the source's checks, values and examples. It reaches nothing by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analytics_platform.llm.model import Completion, Messages
from apps.querygen.offline.linker import Value


@dataclass(frozen=True)
class Example:
    """A confirmed question with its SQL."""

    question: str
    sql: str


@dataclass(frozen=True)
class Fault:
    """Why a statement was refused. Unless `is_ours`, the message is the source's own, which may quote a value."""

    code: str
    message: str
    line: int | None = None
    column: int | None = None
    is_ours: bool = False


@dataclass(frozen=True)
class Checked:
    """What the SQL pipeline says of a draft."""

    faults: list[Fault]
    warnings: list[str]
    tables: list[str]
    columns: list[str]
    sql: str


@dataclass(frozen=True)
class Ports:
    """The agent's doors. None of them changes anything; `complete` raises ModelUnavailable."""

    complete: Callable[[Messages, float], Completion]
    find_values: Callable[[list[str]], list[Value]]
    examples: Callable[[str], list[Example]]
    check: Callable[[str], Checked]
    dry_run: Callable[[str], Fault | None]


@dataclass(frozen=True)
class Budget:
    """Hard limits of one question."""

    total_s: float = 60.0
    call_s: float = 30.0
    max_repairs: int = 3
    max_searches: int = 2
    prompt_chars: int = 14_000

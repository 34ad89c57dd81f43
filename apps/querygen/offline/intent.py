"""What a question asks for, once its words are understood: the grammar fills it, the planner turns it into SQL."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.querygen.catalog import Column, Table
from apps.querygen.offline.dates import DateRange

Literal_ = str | int | float


@dataclass(frozen=True)
class Measure:
    """A figure to compute. Without `column` and `concept` it counts rows of `table`; a `concept` ("revenue") is looked for by the planner."""

    function: str
    column: Column | None = None
    table: Table | None = None
    concept: str = ""
    distinct: bool = False


@dataclass(frozen=True)
class Group:
    """One thing to group by: a column, the rows of a table, or a span of time (`grain`)."""

    column: Column | None = None
    table: Table | None = None
    grain: str = ""


@dataclass(frozen=True)
class Condition:
    """`column operator values`; operators: = != > >= < <= between in contains starts ends null notnull."""

    column: Column
    operator: str
    values: tuple[Literal_, ...] = ()


@dataclass(frozen=True)
class CountCondition:
    """A bound on how many rows of `table` belong to each row of the thing asked for: "with more than 5 orders"."""

    table: Table
    operator: str
    count: Literal_


@dataclass(frozen=True)
class Superlative:
    """The first `limit` by something: a column, a measure, or the count of rows of a table; `hint` names a kind of column ("price")."""

    is_descending: bool
    limit: int
    hint: str = ""
    column: Column | None = None
    measure: Measure | None = None
    table: Table | None = None


@dataclass
class Intent:
    """All that was understood of one question."""

    measures: list[Measure] = field(default_factory=list)
    outputs: list[Column] = field(default_factory=list)
    entities: list[Table] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    dates: list[tuple[DateRange, Column | None]] = field(default_factory=list)
    count_conditions: list[CountCondition] = field(default_factory=list)
    bounds: list[tuple[Measure, str, Literal_]] = field(default_factory=list)
    without: list[Table] = field(default_factory=list)
    superlative: Superlative | None = None
    order: list[tuple[Column | Measure | None, bool]] = field(default_factory=list)
    is_distinct: bool = False
    wants_rows: bool = False
    assumptions: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    glossed_over: list[str] = field(default_factory=list)
    explained: int = 0
    scores: list[float] = field(default_factory=list)

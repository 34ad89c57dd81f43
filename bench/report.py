"""A figure, its floor, and how both are printed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured thing. `floor` is what the bare tool reached beside it; `is_met` is None where the target is only looked at.

    `allowed` is the target divided by the same floor where the targets were measured: a slower machine moves both, and the ratio stays.
    """

    name: str
    value: float
    unit: str
    target: str
    floor: float | None = None
    floor_is: str = ""
    is_met: bool | None = None
    allowed: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the target is met here, or would be where it was set."""
        if self.is_met or self.is_met is None:
            return "met" if self.is_met else ""
        if not self.floor or self.allowed is None:
            return "MISSED"
        ratio = self.value / self.floor
        is_met = ratio >= self.allowed if self.unit == "/s" else ratio <= self.allowed
        return f"met as ratio ({self.allowed:.2f}×)" if is_met else "MISSED"

    def line(self) -> str:
        """One line of the table."""
        floor = "" if self.floor is None else f"{number(self.floor)} {self.unit}"
        ratio = "" if not self.floor else f"{self.value / self.floor:.2f}×"
        return f"{self.name:44} {number(self.value) + ' ' + self.unit:>13} {floor:>13} {ratio:>7}  {self.target:<18} {self.verdict:20} {self.floor_is}"


HEADING = f"{'what':44} {'ours':>13} {'floor':>13} {'ratio':>7}  {'target':<18} {'':20} the floor is"


def number(value: float) -> str:
    """Three digits that count, thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def median_ms(work: Callable[[], object], *, times: int, warm_up: int = 3) -> float:
    """The median of `times` runs, in milliseconds, after some that do not count."""
    return statistics.median(durations_ms(work, times=times, warm_up=warm_up))


def durations_ms(work: Callable[[], object], *, times: int, warm_up: int = 3) -> Sequence[float]:
    """How long each run took, in milliseconds."""
    for _ in range(warm_up):
        work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken

"""The garbage collector of a process that serves requests."""

from __future__ import annotations

import gc

OBJECTS, YOUNG, MIDDLE = 50_000, 20, 20


def collect_seldom() -> None:
    """What was loaded so far stays for good and is not walked. Requests leave hardly any cycles, so the rest is looked through less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, YOUNG, MIDDLE)

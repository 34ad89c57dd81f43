"""Large schemas are tens of thousands of objects made at once; a full garbage collection in the middle costs more than making them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """No garbage collection while the block lasts (a fraction of a second). Nested and concurrent blocks end the pause early at worst."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

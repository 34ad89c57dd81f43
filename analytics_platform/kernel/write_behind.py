"""Notes that no answer waits for, gathered for a moment and written in bunches by one thread of the process.

Only a process that serves requests gathers: it says so with `gather()`. Every other one writes at once. What gathers is written when the process ends;
a process that is killed loses what it had gathered in the last moment, so that nothing goes here whose loss would be told to nobody.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connections

from analytics_platform.kernel.context import Origin, origin, tenant_in_force

T = TypeVar("T")
log = structlog.get_logger("write_behind")
GATHERED_S = 0.05
BUNCH = 500
MOST_WAITING = 5_000
LONGEST_PAUSE_S = 5.0
LAST_TRIES_S = 3.0
_gathers = False


def gather() -> None:
    """This process serves requests until its main thread ends."""
    global _gathers
    _gathers = True


@dataclass(frozen=True, slots=True, eq=False)
class Note(Generic[T]):
    """One thing to write, and whose doing it was."""

    item: T
    origin: Origin


class WriteBehind(Generic[T]):
    """`write` takes the notes of one tenant, which is in force then, and writes all of them or none.

    It may be called again with notes that it has written already, where the database did not live to say so.
    """

    def __init__(self, name: str, write: Callable[[Sequence[Note[T]]], None]) -> None:
        self._name = name
        self._write = write
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        """Start empty. After a fork what waits is the parent's to write."""
        self._waiting: deque[Note[T]] = deque()
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def add(self, item: T) -> None:
        """Write it soon; at once where too many wait already, so that a database that is away is noticed by who asks."""
        note = Note(item, origin())
        if not (_gathers and self._put(note)):
            self._write([note])

    def flush(self) -> bool:
        """Write what waits now; False where the database does not take it at the moment."""
        if not self._waiting and not self._writing.locked():
            return True
        with self._writing:
            while bunch := self._next():
                if not self._is_written(bunch):
                    return False
        return True

    def close(self) -> None:
        """Write what waits, within a few seconds, and from now on everything at once."""
        self._is_closed = True
        until = time.monotonic() + LAST_TRIES_S
        while not self.flush():
            if time.monotonic() > until:
                log.error("write_behind_lost", what=self._name, notes=[str(note.item) for note in self._waiting])
                return
            time.sleep(GATHERED_S)
        connections.close_all()

    def _put(self, note: Note[T]) -> bool:
        with self._changed:
            if self._is_closed or len(self._waiting) >= MOST_WAITING:
                return False
            self._waiting.append(note)
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name=f"{self._name}-writer", daemon=True)
                self._thread.start()
                threading.Thread(target=self._close_at_the_end, name=f"{self._name}-closer", daemon=False).start()
            elif len(self._waiting) == 1:
                self._changed.notify()
        return True

    def _loop(self) -> None:
        pause_s = GATHERED_S
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
            time.sleep(pause_s)  # others come meanwhile
            pause_s = GATHERED_S if self.flush() else min(pause_s * 2, LONGEST_PAUSE_S)
            with suppress(OperationalError, InterfaceError):
                connections.close_all()

    def _close_at_the_end(self) -> None:
        """Servers fork their workers and leave them without `atexit`; threads are waited for wherever Python ends."""
        threading.main_thread().join()
        self.close()

    def _next(self) -> list[Note[T]]:
        """The oldest of what waits, with more of the same tenant."""
        with self._changed:
            first = list(islice(self._waiting, BUNCH))
        return [note for note in first if note.origin.tenant_id == first[0].origin.tenant_id]

    def _is_written(self, bunch: list[Note[T]]) -> bool:
        """Whether none of them waits any more: what cannot be written however often it is tried stands in the log."""
        try:
            with tenant_in_force(bunch[0].origin.tenant_id):
                self._write(bunch)
        except (OperationalError, InterfaceError) as fault:
            log.warning("write_behind_waits", what=self._name, notes=len(self._waiting), reason=str(fault))
            return False
        except Exception:  # a thread's edge: one note that is refused must not hold up the others
            if len(bunch) > 1:
                return all(self._is_written([note]) for note in bunch)
            log.exception("write_behind_refused", what=self._name, note=str(bunch[0].item), tenant=str(bunch[0].origin.tenant_id))
        written = set(bunch)
        with self._changed:
            self._waiting = deque(note for note in self._waiting if note not in written)
        return True

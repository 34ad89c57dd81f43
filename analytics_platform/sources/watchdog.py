"""Deadlines kept by one thread of the process: it interrupts what an engine without a time limit of its own would run for ever."""

from __future__ import annotations

import heapq
import itertools
import logging
import os
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


def _nothing() -> None:
    """What a stopped deadline does."""


class Watch:
    """One deadline. `fired` says whether it passed before `stop` was called."""

    __slots__ = ("action", "fired", "stopped")

    def __init__(self, action: Callable[[], None]) -> None:
        self.action = action
        self.fired = False
        self.stopped = False

    def stop(self) -> None:
        """The work has ended: nothing will be called any more, and nothing of it is held until the deadline."""
        self.stopped = True
        self.action = _nothing


class Watchdog:
    """Calls back when a deadline passes. Its thread starts with the first deadline, anew after a fork."""

    def __init__(self) -> None:
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._ticket = itertools.count()
        self._deadlines: list[tuple[float, int, Watch]] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def watch(self, timeout_s: float, action: Callable[[], None]) -> Watch:
        """Call `action` once, from the watchdog's thread, when `timeout_s` have passed and `stop()` was not called."""
        watch = Watch(action)
        at = time.monotonic() + timeout_s
        with self._changed:
            heapq.heappush(self._deadlines, (at, next(self._ticket), watch))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="source-watchdog", daemon=True)
                self._thread.start()
            elif self._deadlines[0][2] is watch:
                self._changed.notify()
        return watch

    def _run(self) -> None:
        while True:
            self._fire(self._next_due())

    def _next_due(self) -> Watch:
        with self._changed:
            while True:
                while self._deadlines and self._deadlines[0][2].stopped:
                    heapq.heappop(self._deadlines)
                now = time.monotonic()
                if self._deadlines and self._deadlines[0][0] <= now:
                    return heapq.heappop(self._deadlines)[2]
                self._changed.wait(self._deadlines[0][0] - now if self._deadlines else None)

    @staticmethod
    def _fire(watch: Watch) -> None:
        if watch.stopped:
            return
        watch.fired = True
        try:
            watch.action()
        except Exception:  # a thread's edge: one failing interrupt must not end every other deadline
            log.exception("a source could not be interrupted")


WATCHDOG = Watchdog()

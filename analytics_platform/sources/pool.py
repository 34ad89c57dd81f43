"""Kept sessions: a source that was reached a moment ago is not dialled again. Per tenant, source and version, with idle eviction."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from analytics_platform.sources.connector import Session
from analytics_platform.sources.watchdog import WATCHDOG

Owner = tuple[str, ...]
State = tuple[object, ...]
_LEFT_TO_THE_PARENT: list[object] = []


class SessionPool:
    """Idle sessions by owner (tenant, source) and state (version, file stamps). A session in a new state ends those in older ones."""

    def __init__(self, *, idle_s: float, max_idle_per_source: int, max_idle: int) -> None:
        self._idle_s = idle_s
        self._max_idle_per_source = max_idle_per_source
        self._max_idle = max_idle
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        """Start empty. After a fork the parent's sockets are left to the parent: closing them here would say goodbye in its name."""
        _LEFT_TO_THE_PARENT.append(getattr(self, "_idle", None))
        self._lock = threading.Lock()
        self._is_sweep_due = False
        self._idle: OrderedDict[Owner, tuple[State, list[tuple[float, Session]]]] = OrderedDict()

    @contextmanager
    def session(self, owner: Owner, state: State, connect: Callable[[], Session]) -> Iterator[Session]:
        """A kept session or a new one; kept again afterwards where it can be."""
        session = self._take(owner, state) or connect()
        try:
            yield session
        finally:
            self._give_back(owner, state, session)

    def discard(self, owner: Owner) -> None:
        """End what is kept for an owner: its source is gone or changed."""
        with self._lock:
            _, entries = self._idle.pop(owner, ((), []))
        _close_all(entries)

    def close(self) -> None:
        """End everything that is kept."""
        with self._lock:
            kept = [entry for _, entries in self._idle.values() for entry in entries]
            self._idle.clear()
        _close_all(kept)

    def _take(self, owner: Owner, state: State) -> Session | None:
        with self._lock:
            ended = self._take_expired()
            known, entries = self._idle.get(owner, (state, []))
            if known != state:
                ended += entries
                del self._idle[owner]
                entries = []
            session: Session | None = None
            while entries and session is None:
                entry = entries.pop()
                if entry[1].is_usable():
                    session = entry[1]
                else:
                    ended.append(entry)
        _close_all(ended)
        return session

    def _give_back(self, owner: Owner, state: State, session: Session) -> None:
        ended: list[tuple[float, Session]] = []
        entry = (time.monotonic(), session)
        usable = session.is_usable()
        with self._lock:
            known, entries = self._idle.setdefault(owner, (state, []))
            if not usable or known != state or len(entries) >= self._max_idle_per_source:
                ended.append(entry)
            else:
                entries.append(entry)
                self._idle.move_to_end(owner)
            while sum(len(e) for _, e in self._idle.values()) > self._max_idle:
                _, (_, oldest) = self._idle.popitem(last=False)
                ended += oldest
            self._sweep_later()
        _close_all(ended)

    def _sweep_later(self) -> None:
        """With the lock held: end what is idle too long even if nobody comes any more."""
        if self._idle and not self._is_sweep_due:
            self._is_sweep_due = True
            WATCHDOG.watch(self._idle_s + 1, self._sweep)

    def _sweep(self) -> None:
        with self._lock:
            self._is_sweep_due = False
            ended = self._take_expired()
            self._sweep_later()
        _close_all(ended)

    def _take_expired(self) -> list[tuple[float, Session]]:
        before = time.monotonic() - self._idle_s
        ended: list[tuple[float, Session]] = []
        for owner in list(self._idle):
            state, entries = self._idle[owner]
            fresh = [e for e in entries if e[0] >= before]
            ended += [e for e in entries if e[0] < before]
            if fresh:
                self._idle[owner] = (state, fresh)
            else:
                del self._idle[owner]
        return ended


def _close_all(entries: list[tuple[float, Session]]) -> None:
    for _, session in entries:
        session.close()

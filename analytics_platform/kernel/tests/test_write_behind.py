"""Notes that are written in bunches: none is lost, none waits for ever, each keeps whose it is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.db import OperationalError

from analytics_platform.kernel import write_behind
from analytics_platform.kernel.context import request_scope, tenant_in_force, tenant_or_none
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.write_behind import Note, WriteBehind

ENDING = """
import multiprocessing, os, sys
from analytics_platform.kernel.write_behind import WriteBehind, gather
def write(notes):
    os.write(1, b"".join(note.item.encode() for note in notes))
behind = WriteBehind("ending", write)
def work():
    gather()
    behind.add("kept until the end")
if sys.argv[1] == "forked":
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join()
else:
    work()
"""


class Book:
    """What was written, in the bunches that it came in; closed, it takes nothing."""

    def __init__(self) -> None:
        self.bunches: list[list[Any]] = []
        self.is_open = threading.Event()
        self.is_open.set()
        self.refused: set[Any] = set()
        self.tries = 0

    def write(self, notes: Sequence[Note[Any]]) -> None:
        self.tries += 1
        if not self.is_open.is_set():
            raise OperationalError("the database is away")
        if bad := self.refused.intersection(note.item for note in notes):
            raise ValueError(f"{bad} cannot be written")
        self.bunches.append([note.item for note in notes])

    @property
    def items(self) -> list[Any]:
        return [item for bunch in self.bunches for item in bunch]


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def behind(book: Book, monkeypatch: pytest.MonkeyPatch) -> Iterator[WriteBehind[Any]]:
    monkeypatch.setattr(write_behind, "_gathers", True)
    found: WriteBehind[Any] = WriteBehind("book", book.write)
    yield found
    book.is_open.set()
    found.close()


def until(what: Callable[[], bool]) -> None:
    """Waits for it, at most ten seconds."""
    last = time.monotonic() + 10
    pause = threading.Event()
    while not what():
        assert time.monotonic() < last
        pause.wait(0.01)


def test_a_process_that_does_not_serve_writes_at_once(book: Book) -> None:
    WriteBehind("book", book.write).add("one")
    assert book.items == ["one"]


def test_what_comes_together_is_written_together_and_in_order(book: Book, behind: WriteBehind[Any]) -> None:
    for number in range(20):
        behind.add(number)
    until(lambda: len(book.items) == 20)
    assert book.items == list(range(20))
    assert len(book.bunches) < 20


def test_each_tenants_notes_are_written_with_that_tenant_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_behind, "_gathers", True)
    seen: list[tuple[Any, list[str], list[str]]] = []
    behind: WriteBehind[str] = WriteBehind(
        "tenants", lambda notes: seen.append((tenant_or_none(), [n.item for n in notes], [n.origin.request_id for n in notes]))
    )
    one, other = uuid7(), uuid7()
    for tenant, item in ((one, "a"), (other, "b"), (one, "c")):
        with tenant_in_force(tenant), request_scope(id=f"request-{item}"):
            behind.add(item)
    behind.close()
    assert seen == [(one, ["a", "c"], ["request-a", "request-c"]), (other, ["b"], ["request-b"])]


def test_a_database_that_is_away_keeps_nobody_waiting_and_loses_nothing(book: Book, behind: WriteBehind[Any]) -> None:
    book.is_open.clear()
    behind.add("first")
    until(lambda: book.tries >= 2)
    behind.add("second")
    assert not behind.flush()
    assert book.items == []
    book.is_open.set()
    until(lambda: book.items == ["first", "second"])


def test_beyond_so_many_the_caller_learns_that_the_database_is_away(
    book: Book, behind: WriteBehind[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_behind, "MOST_WAITING", 3)
    book.is_open.clear()
    for number in range(3):
        behind.add(number)
    with pytest.raises(OperationalError):
        behind.add("one too many")
    book.is_open.set()
    until(lambda: book.items == [0, 1, 2])


def test_a_note_that_cannot_be_written_holds_up_no_other_and_is_logged(
    book: Book, behind: WriteBehind[Any], caplog: pytest.LogCaptureFixture
) -> None:
    book.refused = {"bad"}
    for item in ("good", "bad", "better"):
        behind.add(item)
    until(lambda: book.items == ["good", "better"])
    assert "write_behind_refused" in caplog.text
    assert "bad" in caplog.text


def test_what_is_flushed_is_written_when_that_returns(book: Book, behind: WriteBehind[Any]) -> None:
    behind.add("one")
    assert behind.flush()
    assert book.items == ["one"]


def test_after_the_end_everything_is_written_at_once(book: Book, behind: WriteBehind[Any]) -> None:
    behind.close()
    behind.add("late")
    assert book.items == ["late"]


@pytest.mark.parametrize("kind", ["forked", "its own"])
def test_a_process_writes_what_it_gathered_before_it_ends(kind: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ENDING, kind], capture_output=True, text=True, timeout=60, env=dict(os.environ), check=True
    )
    assert ended.stdout == "kept until the end"

"""Kept sessions and deadlines."""

from __future__ import annotations

import threading
import time

from analytics_platform.sources.connector import SourceSettings, Target
from analytics_platform.sources.hub import Sources
from analytics_platform.sources.outbound import OutboundDoor
from analytics_platform.sources.watchdog import Watchdog


def test_idle_sessions_are_ended(sqlite: Target, tmp_path: object) -> None:
    hub = Sources(SourceSettings(door=OutboundDoor(), folders=(tmp_path,), idle_s=0))  # type: ignore[arg-type]
    with hub.session(sqlite) as first:
        pass
    with hub.session(sqlite) as second:
        assert second is not first
    hub.close()


def test_idle_sessions_and_engines_are_ended_although_nobody_comes_any_more(sqlite: Target, duckdb_file: Target, tmp_path: object) -> None:
    import duckdb

    hub = Sources(SourceSettings(door=OutboundDoor(), folders=(tmp_path,), idle_s=0.1))  # type: ignore[arg-type]
    with hub.session(sqlite) as kept, hub.session(duckdb_file):
        pass
    deadline = time.monotonic() + 10
    while kept.is_usable() and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    assert not kept.is_usable()
    with duckdb.connect(str(duckdb_file.config["path"])) as writer:
        writer.execute("INSERT INTO customers VALUES (3, 'Cy', 'IT')")


def test_an_engine_in_use_is_not_ended(duckdb_file: Target, tmp_path: object) -> None:
    hub = Sources(SourceSettings(door=OutboundDoor(), folders=(tmp_path,), idle_s=0.1, max_engines=0))  # type: ignore[arg-type]
    with hub.session(duckdb_file) as slow:
        threading.Event().wait(1.5)
        with hub.session(duckdb_file) as other, other.query("SELECT 1 AS one") as result:
            assert next(iter(result)).to_pylist() == [{"one": 1}]
        with slow.query("SELECT 2 AS two") as result:
            assert next(iter(result)).to_pylist() == [{"two": 2}]
    hub.close()


def test_sessions_of_two_tenants_are_never_shared(sources: Sources, sqlite: Target) -> None:
    other = Target(kind=sqlite.kind, config=sqlite.config, key=("other tenant", sqlite.key[1]), version=sqlite.version)
    with sources.session(sqlite) as mine:
        pass
    with sources.session(other) as theirs:
        assert theirs is not mine


def test_two_at_once_get_two_sessions(sources: Sources, sqlite: Target) -> None:
    with sources.session(sqlite) as first, sources.session(sqlite) as second:
        assert first is not second


def test_forgetting_a_source_ends_its_sessions(sources: Sources, sqlite: Target) -> None:
    with sources.session(sqlite) as session:
        pass
    sources.forget(sqlite)
    assert not session.is_usable()


def test_a_deadline_fires_once_and_a_stopped_one_never() -> None:
    dog = Watchdog()
    fired = threading.Event()
    stopped = dog.watch(0.05, lambda: None)
    stopped.stop()
    late = dog.watch(30, lambda: None)
    soon = dog.watch(0.1, fired.set)
    assert fired.wait(5)
    assert (soon.fired, late.fired, stopped.fired) == (True, False, False)


def test_a_failing_action_does_not_end_the_other_deadlines() -> None:
    dog = Watchdog()
    fired = threading.Event()

    def fail() -> None:
        raise RuntimeError("gone already")

    dog.watch(0.01, fail)
    dog.watch(0.05, fired.set)
    started = time.monotonic()
    assert fired.wait(5)
    assert time.monotonic() - started < 5

"""The processes of `make run` end together, with what they started, and nothing else does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from analytics_platform.embedded.supervisor import ChildEnded, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    made = Supervisor()
    yield made
    made.end()


def test_end_ends_every_process_and_leaves_a_stranger(supervisor: Supervisor) -> None:
    with subprocess.Popen(SLEEP) as stranger:
        supervisor.start("one", SLEEP)
        supervisor.start("two", SLEEP)
        supervisor.end()
        assert [child.returncode for child in supervisor.children.values()] == [-signal.SIGTERM] * 2
        assert stranger.poll() is None
        stranger.kill()


def test_watch_tells_which_process_ended_and_how(supervisor: Supervisor) -> None:
    supervisor.start("steady", SLEEP)
    supervisor.start("brittle", [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(ChildEnded, match="brittle ended with code 3"):
        supervisor.watch()


def test_a_failing_step_is_named(supervisor: Supervisor) -> None:
    supervisor.start("migrations", [sys.executable, "-c", "raise SystemExit(5)"])
    with pytest.raises(ChildEnded, match="migrations failed with code 5"):
        supervisor.finish("migrations")


def test_a_copy_works_on_in_a_session_of_its_own_and_ends_with_the_others(supervisor: Supervisor, tmp_path: Path) -> None:
    noted = tmp_path / "session"

    def work() -> None:
        noted.write_text(str(os.getsid(0)))
        time.sleep(60)

    supervisor.start_copy("copy", work)
    supervisor.wait_until(lambda: noted.exists() and noted.read_text() != "", timeout_s=20)
    assert int(noted.read_text()) == supervisor.children["copy"].pid
    supervisor.end()
    assert supervisor.children["copy"].returncode == -signal.SIGTERM


def test_a_copy_that_fails_shows_why_and_is_named(supervisor: Supervisor, capfd: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise ValueError("no such luck")

    supervisor.start_copy("copy", work)
    with pytest.raises(ChildEnded, match="copy failed with code 1"):
        supervisor.finish("copy")
    assert "ValueError: no such luck" in capfd.readouterr().err


def test_a_process_that_will_not_end_is_killed_with_its_own_children(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics_platform.embedded.supervisor.GRACE_S", 0.5)
    noted = tmp_path / "pid"
    stubborn = (
        "import pathlib, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(noted)!r}).write_text(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    supervisor.start("stubborn", [sys.executable, "-c", stubborn])
    supervisor.wait_until(lambda: noted.exists() and noted.read_text() != "", timeout_s=20)
    grandchild = psutil.Process(int(noted.read_text()))
    supervisor.end()
    assert supervisor.children["stubborn"].returncode == -signal.SIGKILL
    gone, _ = psutil.wait_procs([grandchild], timeout=10)
    assert gone or grandchild.status() == psutil.STATUS_ZOMBIE


def test_waiting_ends_when_a_process_does(supervisor: Supervisor) -> None:
    supervisor.start("brittle", [sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(ChildEnded, match="brittle"):
        supervisor.wait_until(lambda: False, timeout_s=20)


def test_waiting_has_an_end(supervisor: Supervisor) -> None:
    supervisor.start("steady", SLEEP)
    with pytest.raises(TimeoutError, match="not ready"):
        supervisor.wait_until(lambda: False, timeout_s=0.2)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_a_killed_runner_leaves_no_process_behind(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    code = (
        "import os, pathlib, sys\n"
        "from analytics_platform.embedded.supervisor import Supervisor\n"
        "s = Supervisor()\n"
        "s.start('child', [sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(noted)!r}).write_text(str(s.children['child'].pid))\n"
        "s.watch()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as runner:
        deadline = time.monotonic() + 20
        while not (noted.exists() and noted.read_text()) and time.monotonic() < deadline:
            time.sleep(0.05)
        child = psutil.Process(int(noted.read_text()))
        time.sleep(0.5)
        runner.kill()
    gone, _ = psutil.wait_procs([child], timeout=10)
    assert gone or child.status() == psutil.STATUS_ZOMBIE

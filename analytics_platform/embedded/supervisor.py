"""Child processes that live and end together: the first that ends, or a signal, ends them all, and nothing else."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

GRACE_S = 10.0
POLL_S = 0.1


class Stopped(Exception):
    """The operator asked for the end (Ctrl-C, SIGTERM or a closed terminal)."""


class ChildEnded(Exception):
    """One of the processes ended by itself; the message says which and how."""


def stop_on_signals() -> None:
    """From here on a signal to end raises Stopped, once, wherever the main thread is; later ones are ignored while it cleans up."""
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, _: FrameType | None) -> None:
        for each in wanted:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(signal.Signals(number).name)

    for each in wanted:
        signal.signal(each, stop)


class Supervisor:
    """Starts processes in sessions of their own, so that Ctrl-C in a terminal reaches this process first and the order of ending is ours."""

    def __init__(self, *, environment: dict[str, str]) -> None:
        self.environment = environment
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: list[str]) -> None:
        """Start one process that should run until `end`."""
        self.children[name] = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # this process has no threads
        )

    def run(self, name: str, command: list[str]) -> None:
        """Run one process to its end. Raises ChildEnded where it fails."""
        self.start(name, command)
        code = self.children[name].wait()
        del self.children[name]
        if code != 0:
            raise ChildEnded(f"{name} failed with code {code}")

    def wait_until(self, ready: Callable[[], bool], *, timeout_s: float) -> None:
        """Wait for `ready`. Raises ChildEnded when a process ends first, TimeoutError when it takes too long."""
        deadline = time.monotonic() + timeout_s
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise TimeoutError(f"not ready after {timeout_s:.0f} s")
            time.sleep(POLL_S)

    def watch(self) -> None:
        """Wait until a process ends, and raise ChildEnded for it."""
        while True:
            self.check()
            time.sleep(POLL_S)

    def check(self) -> None:
        """Raise ChildEnded for a process that has ended."""
        for name, child in self.children.items():
            if child.poll() is not None:
                raise ChildEnded(f"{name} ended with code {child.returncode}")

    def end(self) -> None:
        """Ask all to end, newest first; what is left after the time of grace is killed with all its own children."""
        for child in reversed(self.children.values()):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE_S
        for child in self.children.values():
            try:
                child.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill_session(child.pid)
                child.wait()
            _kill_session(child.pid)  # a child that died may have left its own behind


def _kill_session(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _end_with_parent() -> None:
    """On Linux a child is told to end when this process is killed outright, so that none is left holding the port."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)

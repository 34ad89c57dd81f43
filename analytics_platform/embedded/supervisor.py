"""Child processes that live and end together: the first that ends, or a signal, ends them all, and nothing else."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

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


class Copy:
    """A child that goes on as a copy of this process, so that it need not load again what is loaded here. Stands beside `Popen`, with the same methods."""

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        sys.stdout.flush()
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _go_on_as_child(name, work)

    def poll(self) -> int | None:
        """The code it ended with (negative: the signal), or None while it lives."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(0.02)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


class Supervisor:
    """Starts processes in sessions of their own, so that Ctrl-C in a terminal reaches this process first and the order of ending is ours."""

    def __init__(self) -> None:
        self.children: dict[str, subprocess.Popen[bytes] | Copy] = {}

    def start(self, name: str, command: list[str]) -> None:
        """Start one process that should run until `end`."""
        self.children[name] = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,  # this process has no threads
        )

    def start_copy(self, name: str, work: Callable[[], object]) -> None:
        """Let a copy of this process do `work`, which should not return until `end`. Only while this process has no threads and no connections."""
        self.children[name] = Copy(name, work)

    def finish(self, name: str) -> None:
        """Wait for one process to end by itself. Raises ChildEnded where it failed."""
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


def _go_on_as_child(name: str, work: Callable[[], object]) -> NoReturn:
    """In the new process: a session of its own, signals as they were at first, and nothing of the parent's clean-up on the way out."""
    code = 1
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        end_with_parent()
        _set_name(name)
        work()
        code = 0
    except SystemExit as wish:
        code = wish.code if isinstance(wish.code, int) else 1 if wish.code else 0
    except BaseException:  # the edge of this process: what went wrong is shown, and the parent sees the code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def end_with_parent() -> None:
    """To be called in a child: on Linux it is told to end when its parent is killed outright, so that none is left holding the port."""
    _prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _set_name(name: str) -> None:
    """What `top` and `ps -o comm` show, on Linux."""
    _prctl(15, name.encode())  # PR_SET_NAME


def _prctl(option: int, value: int | bytes) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value)

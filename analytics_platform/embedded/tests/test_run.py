"""`make run` looks before it touches anything."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

from analytics_platform.embedded.run import web_command
from analytics_platform.settings.environment import Environment


def start_runner(data_dir: Path, port: int) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PORT": str(port), "DATA_DIR": str(data_dir), "DATABASE_URL": "", "REDIS_URL": ""}
    command = [sys.executable, "-m", "analytics_platform.embedded.run"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_refuses_a_port_in_use_and_touches_nothing(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = start_runner(tmp_path / "data", port)
    assert refused.returncode == 1
    assert f"Port {port} is already in use" in refused.stdout
    assert not (tmp_path / "data").exists()


def test_refuses_a_data_folder_in_use(tmp_path: Path) -> None:
    with (tmp_path / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = start_runner(tmp_path, free_port())
    assert refused.returncode == 1
    assert f"Another `make run` uses {tmp_path}" in refused.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["run.lock"]


def test_the_web_server_gets_the_threads_and_workers_of_the_settings() -> None:
    web = " ".join(web_command(Environment(web_threads=48, web_workers=3), "127.0.0.1", 8123))
    assert "--blocking-threads 48" in web
    assert "--workers 3" in web
    assert "--port 8123" in web

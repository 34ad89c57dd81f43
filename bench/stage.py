"""What is measured: the platform as `make run` starts it, in a folder of its own, and a PostgreSQL beside it that plays the customer's."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil

from analytics_platform.embedded import start_postgres, stop, stop_postgres
from analytics_platform.embedded.run import answers, start_platform, surroundings
from analytics_platform.embedded.servers import free_port
from analytics_platform.embedded.supervisor import Supervisor
from analytics_platform.settings.environment import read
from bench.load import STACK_KEY

READY_TIMEOUT_S = 90.0


@dataclass(frozen=True)
class Stage:
    """A running platform with one tenant in it."""

    port: int
    floor_port: int
    stack_port: int
    source_url: str
    data_dir: Path
    token: str
    api: httpx.Client
    supervisor: Supervisor

    def call(self, method: str, path: str, **more: Any) -> Any:
        """The JSON of an answer. Raises httpx.HTTPStatusError, with the answer's text."""
        answer = self.api.request(method, path, **more)
        if answer.is_error:
            raise httpx.HTTPStatusError(f"{method} {path}: {answer.status_code} {answer.text}", request=answer.request, response=answer)
        return answer.json() if answer.content else None

    def source(self, name: str) -> str:
        """The id of a new data source on the customer's PostgreSQL."""
        url = urlsplit(self.source_url)
        config = {
            "host": url.hostname,
            "port": url.port,
            "database": url.path.lstrip("/"),
            "username": url.username,
            "password": url.password,
            "sslmode": "disable",
        }
        return str(self.call("POST", "/data-sources", json={"name": name, "kind": "postgresql", "config": config})["id"])

    def memory_bytes(self) -> dict[str, int]:
        """Resident memory of the largest process of each kind (web, worker, …), children included."""
        found = {}
        for name, child in self.supervisor.children.items():
            family = [psutil.Process(child.pid), *psutil.Process(child.pid).children(recursive=True)]
            found[name] = max(_resident(process) for process in family)
        return found


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


@contextmanager
def stage() -> Iterator[Stage]:
    """Start everything, and end it with its data at the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="analytics-bench-"))
    source_folder = Path(tempfile.mkdtemp(prefix="analytics-bench-source-"))
    supervisor = Supervisor()
    try:
        yield _start(folder, source_folder, supervisor)
    finally:
        supervisor.end()
        stop(folder)
        stop_postgres(source_folder)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(source_folder, ignore_errors=True)


def _start(folder: Path, source_folder: Path, supervisor: Supervisor) -> Stage:
    port, floor_port, stack_port = free_port(), free_port(), free_port()
    settings = {"DJANGO_SETTINGS_MODULE": "bench.settings", "DATA_DIR": str(folder), "RATE_LIMIT_PER_MINUTE": "10000000"}
    os.environ.update(settings, DATABASE_URL="", REDIS_URL="", LLM_BASE_URL="", **{STACK_KEY: secrets.token_urlsafe(32)})
    os.environ.update(surroundings(read(), "127.0.0.1", port))
    start_platform(supervisor, read(), "127.0.0.1", port)
    beside = {"floor": (floor_port, "bench.floor_app:application"), "stack": (stack_port, "bench.empty_stack:application")}
    for name, (its_port, application) in beside.items():
        same = f"--interface wsgi --port {its_port} --workers 2 --blocking-threads 64 --log-level error --no-ws".split()
        supervisor.start(name, [sys.executable, "-m", "granian", *same, application])
    supervisor.wait_until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), timeout_s=READY_TIMEOUT_S)
    supervisor.wait_until(lambda: answers(f"http://127.0.0.1:{floor_port}/"), timeout_s=READY_TIMEOUT_S)
    token, api = _sign_up(port)
    return Stage(port, floor_port, stack_port, start_postgres(source_folder).url, folder, token, api, supervisor)


def _sign_up(port: int) -> tuple[str, httpx.Client]:
    address = f"http://127.0.0.1:{port}/api/v1"
    person = {"email": "bench@example.com", "password": secrets.token_urlsafe(16), "full_name": "Bench"}
    answer = httpx.post(f"{address}/auth/register", json={**person, "tenant": {"name": f"Bench {time.time_ns()}"}}, timeout=30)
    answer.raise_for_status()
    token = str(answer.json()["access"])
    return token, httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=120)

"""The platform as real processes on loopback: web server and worker for each group of apps, each with databases of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg

from analytics_platform.embedded.servers import free_port
from analytics_platform.settings.environment import ALL_APPS
from analytics_platform.settings.keys import development_keys

ROOT = Path(__file__).resolve().parents[1]
STARTED_WITHIN_S = 90


@dataclass(frozen=True)
class Part:
    """One group of apps that is deployed together."""

    apps: tuple[str, ...]
    databases: dict[str, str]
    """Variables that say where its tables are: `DATABASE_URL`, `<APP>_DATABASE_URL`."""
    paths: str = ""
    """A pattern of the paths under /api/v1 that the way in sends here; the part without one gets the rest."""
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


class WayIn:
    """What a client sees of a deployment: one address space, each path sent to the part that serves it."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        self._client = httpx.Client(timeout=60, trust_env=False)
        self.headers: dict[str, str] = {}

    def request(self, method: str, path: str, **arguments: object) -> httpx.Response:
        """One request; `path` is relative to /api/v1."""
        whole = next(part for part in self.parts if not part.paths)
        part = next((part for part in self.parts if part.paths and re.match(part.paths, path)), whole)
        return self._client.request(method, f"{part.url}/api/v1{path}", headers=self.headers, **arguments)  # type: ignore[arg-type]

    def get(self, path: str, **arguments: object) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **arguments)

    def post(self, path: str, body: object = None, **arguments: object) -> httpx.Response:
        """POST of a JSON body, or of what `arguments` say."""
        return self.request("POST", path, **({"json": body} if body is not None else {}), **arguments)

    def wait(self, path: str, done: set[str], *, name: str = "status", within_s: float = 90) -> dict:
        """Ask again until the field says one of `done`."""
        deadline = time.monotonic() + within_s
        while True:
            answer = self.get(path)
            assert answer.status_code == 200, answer.text
            if answer.json()[name] in done:
                return answer.json()
            assert time.monotonic() < deadline, f"{path} is still {answer.json()}"
            time.sleep(0.05)


def _environment(part: Part, parts: list[Part], folder: Path, redis_url: str) -> dict[str, str]:
    elsewhere = {app: other.url for other in parts if other is not part for app in other.apps}
    return {
        **{name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL") and not name.startswith("PYTEST")},
        **part.databases,
        "DJANGO_SETTINGS_MODULE": "analytics_platform.settings.development",
        "PYTHONPATH": str(ROOT),
        "PLATFORM_APPS": ",".join(part.apps),
        "SERVICE_URLS": json.dumps(elsewhere),
        "SERVE_INTERNAL": "true" if elsewhere else "false",
        "REDIS_URL": redis_url,
        "DATA_DIR": str(folder),
        "PORT": str(part.port),
        "WEB_WORKERS": "1",
        "WEB_THREADS": "16",
        "DATABASE_POOL_SIZE": "4",
        "SOURCE_DIRS": str(folder / "sources"),
        "RATE_LIMIT_PER_MINUTE": "100000",
        "LOG_LEVEL": "WARNING",
    }


class Processes:
    """What runs for one part; all of it is ended together."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, *command: str) -> None:
        """One command, to its end."""
        subprocess.run(command, env=self._environment, cwd=ROOT, check=True)

    def start(self, *command: str) -> None:
        """One process that stays."""
        self._running.append(subprocess.Popen(command, env=self._environment, cwd=ROOT, start_new_session=True))

    def check(self) -> None:
        """Nothing has ended by itself."""
        assert all(process.poll() is None for process in self._running), [process.args for process in self._running]

    def end(self) -> None:
        """Ask them to end; what is left after a while is killed with its children."""
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def deployed(parts: list[Part], *, folder: Path, redis_url: str) -> Iterator[WayIn]:
    """The parts migrated, started and ready; everything that was started is ended."""
    development_keys(folder)
    (folder / "sources").mkdir(exist_ok=True)
    running: list[Processes] = []
    try:
        for part in parts:
            processes = Processes(_environment(part, parts, folder, redis_url))
            running.append(processes)
            _start(part, processes)
        for part, processes in zip(parts, running, strict=True):
            _wait_until_ready(part, processes)
        yield WayIn(parts)
    finally:
        for processes in reversed(running):
            processes.end()


def _start(part: Part, processes: Processes) -> None:
    web = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(part.port), "--no-ws", "--workers", "1", "--blocking-threads", "16"]
    processes.run(sys.executable, str(ROOT / "manage.py"), "migrate_tenants")
    processes.start(sys.executable, "-m", "granian", *web, "--log-level", "warning", "analytics_platform.wsgi:application")
    worker = [sys.executable, "-m", "celery", "--app", "analytics_platform.celery", "worker", "--loglevel", "ERROR"]
    processes.start(*worker, "--hostname", "events@%h", "--pool", "threads", "--concurrency", "4", "--queues", ",".join(part.apps))
    processes.start(*worker, "--hostname", "jobs@%h", "--concurrency", "2", "--queues", ",".join(f"{app}.jobs" for app in part.apps))


def _wait_until_ready(part: Part, processes: Processes) -> None:
    deadline = time.monotonic() + STARTED_WITHIN_S
    while not _is_ready(part):
        processes.check()
        assert time.monotonic() < deadline, f"{part.url} is not ready"
        time.sleep(0.1)


def _is_ready(part: Part) -> bool:
    try:
        return httpx.get(f"{part.url}/readyz", timeout=2, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def own_databases(server_url: str, names: list[str]) -> Iterator[dict[str, str]]:
    """Fresh databases on the run's own server, by name → address; dropped afterwards."""
    parts = urlsplit(server_url)
    prefix = f"deployed_{os.getpid()}_{time.monotonic_ns() % 1_000_000}"
    found = {name: parts._replace(path=f"/{prefix}_{name}").geturl() for name in names}
    with psycopg.connect(server_url, autocommit=True) as connection:
        for name in names:
            connection.execute(f'CREATE DATABASE "{prefix}_{name}"')
        try:
            yield found
        finally:
            for name in names:
                connection.execute(f'DROP DATABASE "{prefix}_{name}" WITH (FORCE)')


def whole_with_a_database_for_each(urls: dict[str, str]) -> dict[str, str]:
    """Variables of the split layout: auth and gateway in the first, one for each other app."""
    return {"DATABASE_URL": urls["default"], **{f"{app.upper()}_DATABASE_URL": urls[app] for app in ALL_APPS if app in urls}}

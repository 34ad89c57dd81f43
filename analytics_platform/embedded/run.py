"""What `make run` starts: database, cache, migrations, demo, web and workers in one terminal; it ends what it started and nothing else."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx

from analytics_platform.embedded.postgres import start_postgres, stop_postgres
from analytics_platform.embedded.redis import start_redis, stop_redis
from analytics_platform.embedded.servers import ServerFailed, port_is_free
from analytics_platform.embedded.supervisor import ChildEnded, Stopped, Supervisor, stop_on_signals
from analytics_platform.settings.environment import Environment, read

READY_TIMEOUT_S = 180.0


class CannotStart(Exception):
    """Something that the operator can change stands in the way; the message says what."""


def main() -> int:
    """Run until stopped. 0 after Ctrl-C or SIGTERM, 1 when something failed or a process ended by itself."""
    stop_on_signals()
    env = read()
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    try:
        with only_one_here(env.data_dir, host, port):
            run(env, host, port)
    except Stopped as wish:
        say(f"Stopped ({wish}).")
        return 0
    except (CannotStart, ChildEnded, ServerFailed, TimeoutError) as fault:
        say(str(fault))
        return 1
    return 0


def run(env: Environment, host: str, port: int) -> None:
    """Start everything in order, say where it is, and wait. Whatever happens, what was started here is ended."""
    began = time.monotonic()
    supervisor = Supervisor()
    try:
        os.environ.update(surroundings(env, host, port))
        say("Preparing the database and the demo …")
        start_platform(supervisor, env, host, port)
        supervisor.wait_until(lambda: answers(f"http://{reachable(host)}:{port}/readyz"), timeout_s=READY_TIMEOUT_S)
        say(welcome(env, reachable(host), port, seconds=time.monotonic() - began))
        supervisor.watch()
    finally:
        supervisor.end()
        if not env.redis_url:
            stop_redis(env.data_dir)
        if not env.database_url:
            stop_postgres(env.data_dir)


def surroundings(env: Environment, host: str, port: int) -> dict[str, str]:
    """The variables that the processes get: the operator's own databases where given, else embedded ones, which are started here."""
    return {
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "analytics_platform.settings.development"),
        "DATA_DIR": str(env.data_dir),
        "PORT": str(port),
        "ALLOWED_HOSTS": ",".join(env.allowed_hosts or ("127.0.0.1", "localhost", "[::1]", reachable(host))),
        "DATABASE_URL": env.database_url or start_postgres(env.data_dir).url,
        "REDIS_URL": env.redis_url or start_redis(env.data_dir).url,
        "PYTHONUNBUFFERED": "1",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        # what one thread has given back must serve the others, or each of a web server's many threads keeps the memory of its largest export
        "ARROW_DEFAULT_MEMORY_POOL": os.environ.get("ARROW_DEFAULT_MEMORY_POOL", "system"),
        "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),
        "PROMETHEUS_MULTIPROC_DIR": str(emptied(env.data_dir / "metrics")),
    }


def emptied(folder: Path) -> Path:
    """Where the processes of this run keep their counters, without those of the last run."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def start_platform(supervisor: Supervisor, env: Environment, host: str, port: int) -> None:
    """Prepare, then start the web server and the workers. The code is loaded once here: what does not serve requests goes on from a copy."""
    import django

    django.setup()
    from analytics_platform.embedded.background import celery_arguments, prepare, run_celery

    supervisor.start_copy("preparing", prepare)
    supervisor.finish("preparing")
    supervisor.start("web", web_command(env, host, port))
    for name, arguments in celery_arguments(env).items():
        supervisor.start_copy(name, partial(run_celery, arguments))


def web_command(env: Environment, host: str, port: int) -> list[str]:
    """How the web server is started."""
    listening = ["--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws", "--log-level", "error"]
    size = ["--workers", str(env.web_workers), "--blocking-threads", str(env.web_threads), "--workers-kill-timeout", "5"]
    static = ["--static-path-mount", str(env.data_dir / "static")]
    return [sys.executable, "-m", "granian", *listening, *size, *static, "analytics_platform.wsgi:application"]


@contextmanager
def only_one_here(data_dir: Path, host: str, port: int) -> Iterator[None]:
    """Refuse, before anything is touched, a port that is in use and a data folder that another run uses."""
    if not port_is_free(port, host):
        raise CannotStart(f"Port {port} is already in use, perhaps by another `make run`. Choose another one: PORT={port + 1} make run")
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"Another `make run` uses {data_dir}. Stop it, or choose another folder: DATA_DIR=var2 make run") from None
        yield


def answers(url: str) -> bool:
    """Whether the address answers 200."""
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def reachable(host: str) -> str:
    """The address to open in a browser for the one that is listened on."""
    named = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - compared with, not bound to
    return f"[{named}]" if ":" in named else named


def welcome(env: Environment, host: str, port: int, *, seconds: float) -> str:
    """Where it is and how to sign in."""
    address = f"http://{host}:{port}"
    kept = env.data_dir / "demo.json"
    demo = json.loads(kept.read_text()) if kept.exists() else {}
    sign_in = f"  Sign in        {demo['email']} / {demo['password']}   (tenant {demo['tenant']})\n" if demo else ""
    return (
        f"\n  Ready after {seconds:.0f} s: {address}\n"
        f"  API reference  {address}/api/v1/docs\n"
        f"  Admin          {address}/admin/\n"
        f"{sign_in}  Data           {env.data_dir}\n"
        "  Ctrl-C ends everything.\n"
    )


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Events and jobs across real processes: publishers and workers with a real broker, some of them killed, the broker emptied."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from analytics_platform.embedded.servers import free_port
from analytics_platform.settings.keys import development_keys
from tests.counting.apps import PUBLISHER, SUBSCRIBER
from tests.counting.tables import TABLES
from tests.deployment import ROOT, own_databases

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120), pytest.mark.xdist_group("processes")]
RABBITMQ_URL = "amqp://guest:guest@127.0.0.1:5672//"
WITHIN_S = 90  # a busy machine takes that long to start a few processes; a quiet one a second or two


@dataclass
class Stage:
    """A database with the counting app, and processes on it."""

    url: str
    redis_url: str
    variables: dict[str, str]
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def sql(self, query: str, *values: Any) -> list[Any]:
        """Ask the database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def environment(self, **changes: str) -> dict[str, str]:
        """The processes' variables."""
        return {**self.variables, **changes}

    def start(self, name: str, command: list[str], **changes: str) -> None:
        """Start a process that runs until it is killed or the stage ends."""
        self.children[name] = subprocess.Popen(command, env=self.environment(**changes), stdin=subprocess.DEVNULL, start_new_session=True)

    def worker(self, name: str, **changes: str) -> None:
        """Start a worker."""
        celery = [sys.executable, "-m", "celery", "--app", "analytics_platform.celery", "worker", "--loglevel", "WARNING"]
        pool = ["--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle", "--hostname", f"{name}@%h"]
        self.start(name, [*celery, *pool], **changes)

    def name_of(self, process: int) -> str:
        """Which of the processes has this id."""
        return next(name for name, child in self.children.items() if child.pid == process)

    def kill(self, *names: str) -> None:
        """As the kernel does it: no good-bye."""
        for name in names:
            child = self.children.pop(name)
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def kill_all(self) -> None:
        """Every process of the stage."""
        self.kill(*self.children)

    def counting(self, *words: str, **changes: str) -> subprocess.Popen[str]:
        """Start `python -m tests.counting` with these words."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.counting", *words], env=self.environment(**changes), stdout=subprocess.PIPE, text=True
        )

    def counters(self, *keys: str) -> None:
        """Counters at nought."""
        for key in keys:
            self.sql("INSERT INTO public.counters (key, number) VALUES (%s, 0)", key)

    def heard(self, *keys: str) -> dict[str, list[int]]:
        """The numbers that were noted for each key, in the order of the notes."""
        found: dict[str, list[int]] = {key: [] for key in keys}
        for key, number in self.sql("SELECT key, number FROM public.heard WHERE key = ANY(%s) ORDER BY id", list(keys)):
            found[key].append(number)
        return found

    def counted(self, *keys: str) -> dict[str, list[int]]:
        """What should be noted for each key."""
        rows = self.sql("SELECT key, number FROM public.counters WHERE key = ANY(%s)", list(keys))
        return {key: list(range(1, number + 1)) for key, number in rows}

    def all_heard(self, *keys: str) -> Callable[[], bool]:
        """Whether as many notes are there as there were counts."""
        return lambda: sum(map(len, self.heard(*keys).values())) >= sum(map(len, self.counted(*keys).values()))


def until(is_so: Callable[[], Any], what: str) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < deadline, f"not within {WITHIN_S} s: {what}"
        time.sleep(0.02)


def ended_well(process: subprocess.Popen[str]) -> str:
    """Its output, once it has ended without a failure."""
    output, _ = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 0
    return output.strip()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A migrated database and two workers; everything is ended and dropped."""
    import redis

    folder = tmp_path_factory.mktemp("stage")
    development_keys(folder)
    redis_url = urlsplit(os.environ["REDIS_URL"])._replace(path="/0").geturl()
    redis.Redis.from_url(redis_url).flushdb()
    with own_databases(os.environ["DATABASE_URL"], ["counting", "publisher"]) as urls:
        kept = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL") and not name.startswith("PYTEST")}
        environment = {
            **kept,
            "DATABASE_URL": urls["counting"],
            "REDIS_URL": redis_url,
            "DATA_DIR": str(folder),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "tests.counting.settings",
            "PLATFORM_APPS": f"{PUBLISHER},{SUBSCRIBER}",
            "DATABASE_POOL_SIZE": "6",
            "LOG_LEVEL": "ERROR",
        }
        found = Stage(urls["counting"], redis_url, environment)
        publisher_only = found.environment(DATABASE_URL=urls["publisher"], PLATFORM_APPS=PUBLISHER)
        try:
            for variables in (environment, publisher_only):
                subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate_tenants"], env=variables, check=True, capture_output=True)
            for url in urls.values():
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute(TABLES)
            found.worker("one")
            found.worker("two")
            yield found
        finally:
            found.kill_all()
            redis.Redis.from_url(redis_url).flushdb()


def test_a_worker_killed_among_many_publishers_and_consumers_loses_and_repeats_nothing(stage: Stage) -> None:
    keys = ("a", "b", "c", "d")
    stage.counters(*keys)
    publishers = [stage.counting("up", "100", *keys), stage.counting("up", "100", *reversed(keys))]
    until(lambda: stage.sql("SELECT count(DISTINCT process) FROM public.heard") == [(2,)], "both workers handle something")
    stage.kill("two")
    for publisher in publishers:
        ended_well(publisher)
    until(stage.all_heard(*keys), "every event is handled")
    assert stage.heard(*keys) == stage.counted(*keys)
    assert {len(numbers) for numbers in stage.counted(*keys).values()} == {180}


def test_an_emptied_broker_loses_nothing(stage: Stage) -> None:
    import redis

    stage.counters("e")
    publisher = stage.counting("up", "200", "e")
    while publisher.poll() is None:
        redis.Redis.from_url(stage.redis_url).flushdb()
        time.sleep(0.01)
    ended_well(publisher)
    until(stage.all_heard("e"), "every event is handled")
    assert stage.heard("e") == stage.counted("e")


def test_a_broker_that_publishers_cannot_reach_fails_and_loses_nothing(stage: Stage) -> None:
    stage.counters("f")
    ended_well(stage.counting("up", "10", "f", BROKER_URL="redis://127.0.0.1:1/0"))
    until(stage.all_heard("f"), "the sweep has found every event")
    assert stage.heard("f") == stage.counted("f")


def test_a_job_whose_worker_is_killed_ends_as_worker_lost(stage: Stage) -> None:
    stage.worker("three")
    job_id = ended_well(stage.counting("sleep", "60"))
    until(lambda: stage.sql("SELECT 1 FROM public.ran WHERE kind = 'sleep'"), "the job has begun")
    stage.kill(stage.name_of(stage.sql("SELECT process FROM public.ran WHERE kind = 'sleep'")[0][0]))
    stage.sql("UPDATE public.jobs_job SET heartbeat_at = heartbeat_at - interval '1 minute' WHERE id = %s", job_id)
    until(lambda: stage.sql("SELECT 1 FROM public.jobs_job WHERE id = %s AND finished_at IS NOT NULL", job_id), "the job has ended")
    assert stage.sql("SELECT state, error->>'code' FROM public.jobs_job WHERE id = %s", job_id) == [("failed", "worker_lost")]


def test_periodic_work_runs_again_and_again(stage: Stage) -> None:
    ticks = "SELECT count(*) FROM public.jobs_job WHERE kind = 'counting.tick' AND state = %s"
    until(lambda: stage.sql(ticks, "succeeded")[0][0] >= 2, "two runs have ended")
    assert stage.sql(ticks, "queued")[0][0] <= 1


def test_a_subscriber_reads_a_publisher_that_is_another_process(stage: Stage) -> None:
    """The publisher's log is in a database that the subscriber cannot reach; only its internal door is open."""
    stage.kill_all()
    port = free_port()
    publisher_url = stage.url.replace("_counting", "_publisher")
    apart = {"DATABASE_URL": publisher_url, "PLATFORM_APPS": PUBLISHER, "SERVE_INTERNAL": "true"}
    granian = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws", "--workers", "1", "--blocking-threads", "4"]
    stage.start(
        "publisher", [sys.executable, "-m", "granian", *granian, "--log-level", "warning", "analytics_platform.wsgi:application"], **apart
    )
    stage.worker("subscriber", PLATFORM_APPS=SUBSCRIBER, SERVICE_URLS=json.dumps({PUBLISHER: f"http://127.0.0.1:{port}"}))
    with psycopg.connect(publisher_url, autocommit=True) as connection:
        connection.execute("INSERT INTO public.counters (key, number) VALUES ('r', 0)")
    ended_well(stage.counting("up", "100", "r", **apart))
    until(lambda: len(stage.heard("r")["r"]) >= 90, "every event is handled")
    assert stage.heard("r") == {"r": list(range(1, 91))}


def _rabbitmq_answers() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", 5672)) == 0


@pytest.mark.skipif(not _rabbitmq_answers(), reason="no RabbitMQ on 127.0.0.1:5672")
def test_rabbitmq_carries_kicks_too(stage: Stage) -> None:
    import kombu

    stage.kill_all()
    stage.counters("q")
    stage.worker("rabbit", BROKER_URL=RABBITMQ_URL)
    try:
        ended_well(stage.counting("up", "100", "q", BROKER_URL=RABBITMQ_URL))
        until(stage.all_heard("q"), "every event is handled")
    finally:
        stage.kill("rabbit")
        with kombu.Connection(RABBITMQ_URL) as broker:
            for queue in (PUBLISHER, SUBSCRIBER, f"{PUBLISHER}.jobs", f"{SUBSCRIBER}.jobs"):
                broker.default_channel.queue_delete(queue)
    assert stage.heard("q") == stage.counted("q")

"""The embedded PostgreSQL and Redis: start, find again, side by side, and end exactly one's own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from analytics_platform.embedded import PortTaken, ServerFailed, known_addresses, start_postgres, start_redis, stop, stop_postgres
from analytics_platform.embedded.postgres import superuser_url


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    stop(tmp_path)


@pytest.fixture
def other_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("other")
    yield folder
    stop(folder)


def test_postgres_keeps_its_data_and_its_address_over_a_restart(data_dir: Path) -> None:
    first = start_postgres(data_dir)
    with psycopg.connect(first.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    stop_postgres(data_dir)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(first.url)

    second = start_postgres(data_dir)
    with psycopg.connect(second.url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert second.url == first.url


def test_redis_keeps_its_data_over_a_restart(data_dir: Path) -> None:
    with redis.Redis.from_url(start_redis(data_dir).url) as client:
        client.set("kept", "42")
    stop(data_dir)
    with redis.Redis.from_url(start_redis(data_dir).url) as client:
        assert client.get("kept") == b"42"


def test_a_second_start_finds_the_running_servers(data_dir: Path) -> None:
    started = [start_postgres(data_dir), start_redis(data_dir)]
    found = [start_postgres(data_dir), start_redis(data_dir)]
    assert [(s.pid, s.url) for s in found] == [(s.pid, s.url) for s in started]
    assert [s.was_started for s in started + found] == [True, True, False, False]


def test_two_that_start_at_once_get_one_server(data_dir: Path) -> None:
    with ThreadPoolExecutor(2) as both:
        servers = list(both.map(lambda _: start_postgres(data_dir, durable=False), range(2)))
    assert servers[0].pid == servers[1].pid
    assert sorted(s.was_started for s in servers) == [False, True]


def test_folders_have_servers_of_their_own_and_stopping_one_leaves_the_other(data_dir: Path, other_dir: Path) -> None:
    mine, other = start_postgres(data_dir, durable=False), start_postgres(other_dir, durable=False)
    my_redis, other_redis = start_redis(data_dir), start_redis(other_dir)
    stop(data_dir)
    assert not psutil.pid_exists(mine.pid)
    assert not psutil.pid_exists(my_redis.pid)
    with psycopg.connect(other.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with redis.Redis.from_url(other_redis.url) as client:
        assert client.ping() is True


def test_the_servers_outlive_the_process_that_started_them(data_dir: Path) -> None:
    code = "import sys, pathlib; from analytics_platform.embedded import start_postgres as s; print(s(pathlib.Path(sys.argv[1]), durable=False).url)"
    url = subprocess.run([sys.executable, "-c", code, str(data_dir)], capture_output=True, text=True, check=True).stdout.strip()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    stop(data_dir)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_killed_server_comes_back_with_what_was_committed(data_dir: Path) -> None:
    first = start_postgres(data_dir)
    with psycopg.connect(first.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(first.pid, signal.SIGKILL)
    psutil.Process(first.pid).wait(10)
    with psycopg.connect(start_postgres(data_dir).url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_stale_pid_file_that_names_a_stranger_neither_stops_the_start_nor_the_stranger(data_dir: Path) -> None:
    start_postgres(data_dir)
    start_redis(data_dir)
    stop(data_dir)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (data_dir / "postgres/data/postmaster.pid").write_text(f"{stranger.pid}\n")
        (data_dir / "redis/redis.pid").write_text(f"{stranger.pid}\n")
        stop(data_dir)
        assert stranger.poll() is None
        assert start_postgres(data_dir).was_started
        assert start_redis(data_dir).was_started
        assert stranger.poll() is None
        stranger.kill()


def test_a_taken_port_is_named(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} is already in use"):
            start_postgres(data_dir, port=port)
        with pytest.raises(PortTaken, match=f"Port {port} is already in use"):
            start_redis(data_dir, port=port)


def test_a_remembered_port_that_was_taken_since_is_given_up(data_dir: Path) -> None:
    first = start_redis(data_dir)
    stop(data_dir)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", first.port))
        taken.listen()
        second = start_redis(data_dir)
    assert second.port != first.port
    with redis.Redis.from_url(second.url) as client:
        assert client.ping() is True


def test_an_interrupted_initdb_is_made_again(data_dir: Path) -> None:
    (data_dir / "postgres/draft/base").mkdir(parents=True)
    (data_dir / "postgres/draft/PG_VERSION").write_text("18\n")
    with psycopg.connect(start_postgres(data_dir, durable=False).url) as connection:
        assert connection.info.server_version >= 180000


def test_a_server_that_cannot_start_says_why(data_dir: Path) -> None:
    start_postgres(data_dir, durable=False)
    stop(data_dir)
    (data_dir / "postgres/data/postgresql.auto.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(ServerFailed, match="no_such_setting"):
        start_postgres(data_dir, durable=False)


def test_nobody_enters_without_the_generated_password(data_dir: Path) -> None:
    postgres, cache = start_postgres(data_dir, durable=False), start_redis(data_dir)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://postgres:postgres@127.0.0.1:{postgres.port}/postgres")
    with pytest.raises(redis.AuthenticationError), redis.Redis(port=cache.port) as client:
        client.ping()
    for folder in ("postgres", "redis"):
        assert (data_dir / folder / "access.json").stat().st_mode & 0o777 == 0o600
    assert (data_dir / "redis/redis.conf").stat().st_mode & 0o777 == 0o600


def test_the_platform_role_makes_databases_but_is_no_superuser(data_dir: Path) -> None:
    with psycopg.connect(start_postgres(data_dir, durable=False).url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE another")
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)


def test_the_fast_mode_does_not_wait_for_the_disk_and_takes_many_connections(data_dir: Path) -> None:
    start_postgres(data_dir, durable=False)
    with psycopg.connect(superuser_url(data_dir)) as connection:
        shown = {name: connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit", "max_connections")}
    assert shown == {"fsync": ("off",), "synchronous_commit": ("off",), "max_connections": ("300",)}


def test_the_addresses_are_known_to_other_processes(data_dir: Path) -> None:
    assert known_addresses(data_dir) == ("postgresql://127.0.0.1:1/not-started", "redis://127.0.0.1:1/0")
    started = start_postgres(data_dir, durable=False).url, start_redis(data_dir).url
    assert known_addresses(data_dir) == started

"""The thread's own connection to Redis: it answers in order, and outlives what happens to it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import redis

from analytics_platform.kernel import redis as kernel_redis
from analytics_platform.kernel.redis import command, redis_client, tell


def test_answers_each_command_with_its_own_answer() -> None:
    assert [command("INCR", "n") for _ in range(3)] == [1, 2, 3]
    assert command("MGET", "n", "nothing") == [b"3", None]


def test_a_connection_that_was_ended_is_opened_again() -> None:
    number = command("CLIENT", "ID")
    redis_client().client_kill_filter(_id=number)
    assert command("PING") == b"PONG"
    assert command("CLIENT", "ID") != number


def test_an_error_of_a_command_leaves_the_connection_as_it_is() -> None:
    number = command("CLIENT", "ID")
    command("SET", "text", "a")
    with pytest.raises(redis.ResponseError):
        command("INCR", "text")
    assert command("CLIENT", "ID") == number


def test_an_answer_that_comes_too_late_is_nobodys() -> None:
    with pytest.raises(redis.TimeoutError):
        command("BLPOP", "never", 3)
    assert command("PING") == b"PONG"


def test_what_is_not_answered_in_time_is_asked_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    with slow_at_first() as port:
        client = redis.Redis(port=port, socket_timeout=0.3, protocol=2)
        monkeypatch.setattr(kernel_redis, "redis_client", lambda: client)
        assert command("PING") == b"OK"


@contextmanager
def slow_at_first() -> Iterator[int]:
    """A Redis that says nothing on its first connection, and OK to whatever it is asked on the next one."""
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as elsewhere:

        def serve() -> None:
            silent, _ = server.accept()
            answering, _ = server.accept()
            with silent, answering:
                while asked := answering.recv(65_536):
                    answering.sendall(b"+OK\r\n" * len(re.findall(rb"\*\d+\r\n", asked)))

        served = elsewhere.submit(serve)
        yield server.getsockname()[1]
        kernel_redis._kept.connection.disconnect()
        served.result(timeout=5)


def test_each_thread_has_its_own() -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(command, "CLIENT", "ID").result() != command("CLIENT", "ID")


def test_what_nobody_waits_for_is_done_before_what_follows() -> None:
    for number in range(3):
        tell("SET", "n", number)
    assert [command("GET", "n"), command("INCR", "n"), command("GET", "n")] == [b"2", 3, b"3"]


def test_what_nobody_waits_for_is_there_for_others() -> None:
    tell("RPUSH", "list", "a")
    assert redis_client().blpop(["list"], timeout=1) == (b"list", b"a")


def test_an_error_that_nobody_waits_for_disturbs_nobody() -> None:
    tell("SET", "text", "a")
    tell("INCR", "text")
    assert command("GET", "text") == b"a"


def test_an_ended_connection_owes_no_answer() -> None:
    number = command("CLIENT", "ID")
    tell("SET", "n", 1)
    redis_client().client_kill_filter(_id=number)
    assert command("PING") == b"PONG"
    assert command("INCR", "n") == 2


def test_a_redis_that_is_away_is_noticed_at_once(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis_client.cache_clear()
    try:
        with pytest.raises(redis.ConnectionError):
            tell("SET", "n", 1)
    finally:
        redis_client.cache_clear()

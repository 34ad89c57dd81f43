"""The thread's own connection to Redis: it answers in order, and outlives what happens to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from analytics_platform.kernel.redis import command, redis_client


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


def test_each_thread_has_its_own() -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(command, "CLIENT", "ID").result() != command("CLIENT", "ID")

"""Time limits, retries and circuit breakers around every remote call."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar

import pybreaker
import redis as redis_library
import stamina

from analytics_platform.kernel.declare import Problem
from analytics_platform.kernel.redis import redis_client

P = ParamSpec("P")
R = TypeVar("R")
FAILURES_TO_OPEN = 5
OPEN_FOR_S = 15


class CircuitOpen(Problem):
    """The peer failed several times in a row and is left alone for a while."""

    code = "circuit_open"
    status = 503
    title = "A dependency is failing and is being left alone for a moment; try again shortly."


class Transient(Exception):
    """Raised inside `retried` for a failure that may pass; carries what to raise when it does not."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _is_callers_fault(error: BaseException) -> bool:
    """A peer that answers 4xx is well."""
    return isinstance(error, Problem) and error.status < 500


class _Storage(pybreaker.CircuitRedisStorage):
    """State shared by all processes; without Redis a circuit counts as closed rather than stopping the call."""

    @property
    def state(self) -> str:
        try:
            return str(super().state)
        except redis_library.RedisError:
            return str(pybreaker.STATE_CLOSED)

    @state.setter
    def state(self, state: str) -> None:
        super(_Storage, type(self)).state.fset(self, state)  # type: ignore[attr-defined]


@cache
def breaker(name: str) -> pybreaker.CircuitBreaker:
    """The circuit of one peer, by name (`service:execution`, `llm`)."""
    storage = _Storage(pybreaker.STATE_CLOSED, redis_client(), namespace=f"breaker:{name}", fallback_circuit_state=pybreaker.STATE_CLOSED)
    return pybreaker.CircuitBreaker(
        fail_max=FAILURES_TO_OPEN, reset_timeout=OPEN_FOR_S, exclude=[_is_callers_fault], state_storage=storage, name=name
    )


def guarded(name: str, call: Callable[[], R]) -> R:
    """Run `call` inside the circuit of `name`. Raises CircuitOpen without calling when it is open."""
    try:
        return breaker(name).call(call)  # type: ignore[no-any-return]
    except pybreaker.CircuitBreakerError as fault:
        raise CircuitOpen(f"{name} is failing and is being left alone for a moment.", retry_after_s=OPEN_FOR_S) from fault


def retried(call: Callable[[], R], *, attempts: int = 3, within_s: float = 10) -> R:
    """Run `call` again, with back-off and jitter, while it raises Transient. Raises the problem inside the last one."""
    try:
        for attempt in stamina.retry_context(on=Transient, attempts=attempts, timeout=within_s, wait_initial=0.05, wait_max=1.0):
            with attempt:
                return call()
    except Transient as fault:
        raise fault.problem from fault
    raise AssertionError("stamina always runs at least once")


def is_open(name: str) -> bool:
    """Whether calls to `name` are refused at the moment."""
    return bool(breaker(name).current_state == pybreaker.STATE_OPEN)

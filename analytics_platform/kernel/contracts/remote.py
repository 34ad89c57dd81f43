"""The stand-in for a service that lives elsewhere: the same methods, over HTTP, with time limit, retries of reads and a circuit breaker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from analytics_platform.kernel import context, stamps
from analytics_platform.kernel.contracts.wire import encoded_arguments, service_token
from analytics_platform.kernel.declare import Method, Service
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.problems import ServiceFault, ServiceTimedOut, ServiceUnavailable, problem_from
from analytics_platform.kernel.resilience import Transient, guarded, retried

if TYPE_CHECKING:
    import httpx

CALL_TIME_LIMIT_S = 30.0
_client_lock = threading.Lock()


@cache
def _make_client() -> httpx.Client:
    import httpx

    limits = httpx.Limits(max_connections=256, max_keepalive_connections=64)
    return httpx.Client(limits=limits, timeout=httpx.Timeout(CALL_TIME_LIMIT_S, connect=2.0), trust_env=False, follow_redirects=False)


def http_client() -> httpx.Client:
    """The process's one client for calls between services: keep-alive, no redirects, no proxy."""
    with _client_lock:
        return _make_client()


class Remote:
    """Answers for `service` by calling `url`. Bound to a contract's client when the app is not in this process."""

    def __init__(self, service: type[Service], url: str, *, circuit: str = "") -> None:
        self._service = service
        self._url = url.rstrip("/")
        self._circuit = circuit or f"service:{service.app}"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = self._service.methods().get(name)
        if method is None or not method.is_remote_capable:
            raise AttributeError(f"{self._service.__name__}.{name} cannot be called from another process")

        def call(**arguments: Any) -> Any:
            return self._call(method, arguments)

        return call

    def _call(self, method: Method, arguments: dict[str, Any]) -> Any:
        body = encoded_arguments(method, arguments)
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid7())}

        def once() -> Any:
            return guarded(self._circuit, lambda: self._post(method, body, headers))

        if method.kind == "command":
            try:
                return once()
            except Transient as fault:
                raise fault.problem from fault
            finally:
                stamps.forget_admission()
        return retried(once, within_s=context.seconds_left(CALL_TIME_LIMIT_S))

    def _post(self, method: Method, body: bytes, headers: dict[str, str]) -> Any:
        import httpx

        app, seconds = self._service.app, context.seconds_left(CALL_TIME_LIMIT_S)
        if seconds <= 0:
            raise ServiceTimedOut(f"No time is left to ask {app}.")
        token = service_token(audience=app, lifetime_s=seconds)
        try:
            response = http_client().post(
                f"{self._url}/internal/v1/{app}/{method.name}",
                content=body,
                timeout=seconds,
                headers={**headers, "Authorization": f"Bearer {token}"},
            )
        except httpx.TimeoutException as fault:
            raise Transient(ServiceTimedOut(f"{app} did not answer within {seconds:.0f} s.")) from fault
        except httpx.TransportError as fault:
            raise Transient(ServiceUnavailable(f"{app} cannot be reached.", retry_after_s=5)) from fault
        return _answer(app, method, response)


def _answer(app: str, method: Method, response: httpx.Response) -> Any:
    if response.status_code == 200:
        return method.answer.validate_json(response.content)
    if "problem+json" not in response.headers.get("content-type", ""):
        raise ServiceFault(f"{app} answered {response.status_code} to {method.name}.")
    problem = problem_from(response.json())
    if isinstance(problem, ServiceUnavailable):
        raise Transient(problem)
    raise problem

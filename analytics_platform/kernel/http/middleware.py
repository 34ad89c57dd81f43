"""The one middleware of ours: request id, who asks, the tenant in force, limits, one error body, one log line."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import cast

import structlog
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from analytics_platform.kernel.context import acting_as, request_scope
from analytics_platform.kernel.declare import Principal, Problem
from analytics_platform.kernel.epochs import Budget, RateLimited, TokenStale, admit
from analytics_platform.kernel.http.authentication import client_address, forget_api_key, principal_of_request
from analytics_platform.kernel.http.errors import problem_response, response_to
from analytics_platform.kernel.http.streaming import in_this_context
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.observability import count_request, span
from analytics_platform.kernel.problems import Malformed

log = structlog.get_logger("request")
SLOW_S = 1.0
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,100}$")
_TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")


class RequestMiddleware:
    """Everything inside runs under the caller's request id, principal and tenant, restored on the way out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer one request; an exception that reaches here becomes a problem."""
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        id = given if _REQUEST_ID.match(given) else str(uuid7())
        trace = request.headers.get("traceparent", "")
        with request_scope(id=id, trace=trace if _TRACEPARENT.match(trace) else ""), span(f"{request.method} {request.path}"):
            response = self._answer(request)
            response["X-Request-ID"] = id
            self._tell(request, response, started)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/api/"):
            return self._get_response(request)
        try:
            request.get_host()
        except DisallowedHost:
            return problem_response(Malformed("This deployment does not answer to that host name: ALLOWED_HOSTS lists those it does."))
        with ExitStack() as stack:
            try:
                principal, problem, budget = self._admitted(request)
            except Problem as refused:
                response: HttpResponseBase = problem_response(refused)
                if isinstance(refused, RateLimited):
                    _tell_budget(response, Budget(0, 0, refused.retry_after_s or 1))
                return response
            request.principal = principal  # type: ignore[attr-defined]
            request.identity_problem = problem  # type: ignore[attr-defined]
            stack.enter_context(acting_as(principal))
            response = self._get_response(request)
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = in_this_context(cast("Iterable[bytes]", response.streaming_content))
            if budget is not None:
                _tell_budget(response, budget)
            return response

    def _admitted(self, request: HttpRequest) -> tuple[Principal | None, Problem | None, Budget | None]:
        """Who asks, what is wrong with the credentials, what is left to ask. A stale API key is looked up anew, as nobody can refresh it."""
        principal, problem = self._identify(request)
        try:
            try:
                return principal, problem, self._admit(request, principal)
            except TokenStale:
                if not forget_api_key(request):
                    raise
            principal, problem = self._identify(request)
            return principal, problem, self._admit(request, principal)
        except TokenStale as stale:
            return None, stale, None

    def _identify(self, request: HttpRequest) -> tuple[Principal | None, Problem | None]:
        """Bad credentials are kept as a problem: it is raised where somebody must be signed in, and public endpoints go on."""
        try:
            return principal_of_request(request), None
        except Problem as problem:
            return None, problem

    def _admit(self, request: HttpRequest, principal: Principal | None) -> Budget:
        caller = f"u:{principal.tenant_id}:{principal.user_id}" if principal else f"a:{client_address(request)}"
        return admit(caller, principal)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django's hook for what a view raised. Django's own error pages would be HTML."""
        if request.path.startswith("/admin/"):
            return None
        return response_to(exception)

    def _tell(self, request: HttpRequest, response: HttpResponseBase, started: float) -> None:
        seconds = time.perf_counter() - started
        match = request.resolver_match
        count_request(request.method or "", match.route if match else "unmatched", response.status_code, seconds)
        is_remarkable = response.status_code >= 400 or seconds >= SLOW_S  # what went well and quickly is in the metrics
        tell = log.info if is_remarkable else log.debug
        tell("request", method=request.method, path=request.path, status=response.status_code, duration_ms=round(seconds * 1000, 1))


def _tell_budget(response: HttpResponseBase, budget: Budget) -> None:
    response["RateLimit-Limit"] = str(budget.limit)
    response["RateLimit-Remaining"] = str(budget.remaining)
    response["RateLimit-Reset"] = str(budget.reset_s)

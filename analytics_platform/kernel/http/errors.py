"""The one place where an exception becomes an answer."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions as drf

from analytics_platform.kernel import problems
from analytics_platform.kernel.context import NotSignedIn
from analytics_platform.kernel.declare import NotBound, Problem
from analytics_platform.kernel.epochs import RateLimited

log = structlog.get_logger(__name__)


def problem_response(problem: Problem) -> HttpResponse:
    """The problem as application/problem+json, with `Retry-After` and `WWW-Authenticate` where they belong."""
    response = JsonResponse(problems.body_of(problem), status=problem.status, content_type=problems.CONTENT_TYPE)
    if problem.retry_after_s is not None:
        response["Retry-After"] = str(problem.retry_after_s)
    elif problem.status in (429, 503):
        response["Retry-After"] = "5"
    if problem.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response


def as_problem(error: BaseException) -> Problem | None:
    """The problem that an exception of Django's or DRF's stands for; None for a defect of ours."""
    match error:
        case Problem():
            return error
        case NotBound():
            log.error("service_not_bound", detail=str(error))
            return problems.ServiceUnavailable(retry_after_s=30)
        case Http404() | drf.NotFound():
            return problems.NotFound()
        case RequestDataTooBig():
            return problems.TooLarge()
        case drf.NotAuthenticated() | drf.AuthenticationFailed():
            return NotSignedIn()
        case drf.PermissionDenied() | DjangoPermissionDenied():
            return problems.PermissionDenied()
        case drf.MethodNotAllowed():
            return problems.MethodNotAllowed(str(error.detail))
        case drf.UnsupportedMediaType():
            return problems.UnsupportedMediaType(str(error.detail))
        case drf.ParseError() | SuspiciousOperation():
            return problems.Malformed(str(getattr(error, "detail", "")))
        case drf.Throttled():
            return RateLimited(retry_after_s=60)
    return None


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's hook: known errors are rendered, everything else rises to the middleware."""
    problem = as_problem(error)
    return None if problem is None else problem_response(problem)


def response_to(error: Exception) -> HttpResponse:
    """The answer to any exception; a defect of ours is logged with its traceback and told without it."""
    problem = as_problem(error)
    if problem is None:
        log.error("unhandled_error", exc_info=error)
        problem = Problem()
    return problem_response(problem)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    return problem_response(problems.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return problem_response(Problem())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400: an unknown host, a body that is too large."""
    return problem_response((as_problem(exception) if exception else None) or problems.Malformed())

"""Errors → application/problem+json (RFC 9457): the one body every error has."""

from __future__ import annotations

from typing import Any

from analytics_platform.kernel.context import request_id
from analytics_platform.kernel.declare import PROBLEMS, FieldError, Problem

CONTENT_TYPE = "application/problem+json"


class Invalid(Problem):
    """The body or the query string does not have the documented form."""

    code = "invalid"
    status = 400
    title = "The request is not valid."


class Malformed(Problem):
    """The body is no JSON."""

    code = "malformed"
    status = 400
    title = "The body cannot be read."


class PermissionDenied(Problem):
    """Signed in, but without the permission."""

    code = "permission_denied"
    status = 403
    title = "You may not do that."


class NotFound(Problem):
    """Nothing is there, or it belongs to another tenant."""

    code = "not_found"
    status = 404
    title = "There is nothing at this address."


class MethodNotAllowed(Problem):
    """The path exists, the method does not."""

    code = "method_not_allowed"
    status = 405
    title = "This method is not allowed here."


class UnsupportedMediaType(Problem):
    """The body's media type is not understood here."""

    code = "unsupported_media_type"
    status = 415
    title = "This media type is not supported here."


class TooLarge(Problem):
    """More bytes than the limit."""

    code = "too_large"
    status = 413
    title = "The body is too large."


class StaleVersion(Problem):
    """The resource has changed since the version that was sent."""

    code = "stale_version"
    status = 409
    title = "This has been changed by somebody else since you read it; read it again."


class ServiceUnavailable(Problem):
    """A part of the platform cannot be reached."""

    code = "service_unavailable"
    status = 503
    title = "A part of the platform cannot be reached; try again shortly."


class ServiceTimedOut(Problem):
    """A part of the platform did not answer in time."""

    code = "service_timed_out"
    status = 504
    title = "A part of the platform did not answer in time."


class ServiceFault(Problem):
    """A part of the platform gave an answer that is not in its contract."""

    code = "service_fault"
    status = 502
    title = "A part of the platform gave a bad answer."


def body_of(problem: Problem, *, with_extra: bool = True) -> dict[str, Any]:
    """The problem as the JSON object that is sent."""
    body: dict[str, Any] = {
        "type": f"urn:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": request_id(),
    }
    if problem.errors:
        body["errors"] = [error.model_dump() for error in problem.errors]
    if problem.retry_after_s is not None:
        body["retry_after_s"] = problem.retry_after_s
    return {**problem.extra, **body} if with_extra else body


_STANDARD = {"type", "title", "status", "detail", "code", "request_id", "errors", "retry_after_s"}


def problem_from(body: dict[str, Any]) -> Problem:
    """The declared error behind a body that came over the wire; ServiceFault for a code nobody declared."""
    declared = PROBLEMS.get(str(body.get("code")))
    if declared is None or (declared.status >= 500 and declared is Problem):
        return ServiceFault(str(body.get("detail", "")))
    problem = declared.__new__(declared)
    Problem.__init__(
        problem,
        str(body.get("detail", "")),
        errors=[FieldError.model_validate(error) for error in body.get("errors", [])],
        retry_after_s=body.get("retry_after_s"),
        **{key: value for key, value in body.items() if key not in _STANDARD},
    )
    return problem

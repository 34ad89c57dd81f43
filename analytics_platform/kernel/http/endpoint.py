"""Views: parse, one call, answer. `endpoint` says what an operation takes, gives and refuses, for the code and for the OpenAPI document."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_origin

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from pydantic import BaseModel, ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics_platform.kernel.context import NotSignedIn, principal_or_none
from analytics_platform.kernel.declare import CursorPage, FieldError, Page, Problem
from analytics_platform.kernel.http.errors import response_to
from analytics_platform.kernel.http.idempotency import once
from analytics_platform.kernel.http.pagination import PageQuery, cursor_body, page_body
from analytics_platform.kernel.problems import Invalid, Malformed, MethodNotAllowed, PermissionDenied, UnsupportedMediaType

V = TypeVar("V", bound=Callable[..., Any])
_NOTHING_TO_NEGOTIATE: Any = object()
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # written as an escape; raw ones are no JSON


@dataclass(frozen=True)
class Operation:
    """Everything that is to be known of one method of one path."""

    summary: str
    description: str
    permission: str | None
    is_public: bool
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: Any
    status: int
    also: Mapping[int, Any]
    errors: tuple[type[Problem], ...]
    is_idempotent: bool
    media_types: tuple[str, ...]
    upload: bool
    text_types: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """An answer with a status or headers of its own: 202 with `Location`, 201 from a PUT."""

    data: Any = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class ApiView(APIView):
    """The base of every view. Handlers carry `@endpoint`; a handler without one is refused when the class is made."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in cls.http_method_names:
            handler = cls.__dict__.get(name)
            if handler is not None and name != "options" and not hasattr(handler, "operation"):
                raise TypeError(f"{cls.__name__}.{name} has no @endpoint")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The handler's answer. Who asks is known to the middleware, and `endpoint` parses and renders, so DRF is asked for neither."""
        if request.method == "OPTIONS":
            return super().dispatch(request, *args, **kwargs)
        self.args, self.kwargs = args, kwargs
        self.request = asked = Request(request, negotiator=_NOTHING_TO_NEGOTIATE)
        name = (request.method or "").lower()
        handler = getattr(self, name, None) if name in self.http_method_names else None
        if handler is None:
            return self._refuse(request)
        try:
            return handler(asked, *args, **kwargs)  # type: ignore[no-any-return]
        except Exception as fault:  # the edge of a view: errors become problems here, inside the request's context
            return response_to(fault)

    def _refuse(self, request: HttpRequest) -> HttpResponse:
        response = response_to(MethodNotAllowed(f'Method "{request.method}" not allowed.'))
        response["Allow"] = ", ".join(self.allowed_methods)
        return response

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Never 406: an operation that answers in several media types looks at `Accept` itself."""
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type

    def handle_exception(self, exc: Exception) -> Any:
        """As the one error body."""
        return response_to(exc)


def endpoint(
    *,
    summary: str,
    description: str = "",
    permission: str | None = None,
    public: bool = False,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    answer: Any = None,
    status: int | None = None,
    also: Mapping[int, Any] | None = None,
    errors: tuple[type[Problem], ...] = (),
    idempotent: bool | None = None,
    media_types: tuple[str, ...] = ("application/json",),
    upload: bool = False,
    text_types: tuple[str, ...] = (),
) -> Callable[[V], V]:
    """Declare one operation.

    `permission` is `<app>.<action>`; without it any signed-in caller may, and `public=True` lets everybody. `body` and `query` are pydantic models,
    handed to the handler as `body=` and `query=`. `answer` is a DTO, `Page[Dto]`, `CursorPage[Dto]`, `list[Dto]` or None (204); `also` holds further
    statuses, `media_types` what the answer may be in. POSTs honour Idempotency-Key unless `idempotent=False`. An `upload` parses its own body;
    with `text_types` the body is a document of one of these media types, handed over as `text=`, in bytes.
    """

    def decorate(handler: V) -> V:
        operation = Operation(
            summary=summary,
            description=description,
            permission=permission,
            is_public=public,
            body=body,
            query=query,
            answer=answer,
            status=status or (204 if answer is None else 200),
            also=also or {},
            errors=errors,
            is_idempotent=(handler.__name__ == "post" and not public and not upload) if idempotent is None else idempotent,
            media_types=media_types,
            upload=upload,
            text_types=text_types,
        )

        @functools.wraps(handler)
        def wrapped(view: ApiView, request: Request, **path: Any) -> HttpResponseBase:
            _authorise(operation, request)
            arguments = {**path, **_query(operation, request), **_body(operation, request)}

            def run() -> HttpResponse:
                return _rendered(operation, request, handler(view, request, **arguments), arguments.get("query"))

            if not operation.is_idempotent:
                return run()
            key = request.headers.get("Idempotency-Key", "")
            return once(key=key, scope=f"{request.method} {request.path}", body=request._request.body if key else b"", run=run)

        wrapped.operation = operation  # type: ignore[attr-defined]
        return wrapped  # type: ignore[return-value]

    return decorate


def _authorise(operation: Operation, request: Request) -> None:
    if operation.is_public:
        return
    principal = principal_or_none()
    if principal is None:
        raise getattr(request._request, "identity_problem", None) or NotSignedIn()
    if operation.permission is not None and not principal.may(operation.permission):
        raise PermissionDenied(f"This needs the permission {operation.permission}.")


def _query(operation: Operation, request: Request) -> dict[str, Any]:
    if operation.query is None:
        return {}
    given: dict[str, Any] = {}
    for name in request.query_params:
        values = request.query_params.getlist(name)
        spec = operation.query.model_fields.get(name)
        given[name] = values if spec is not None and get_origin(spec.annotation) in (list, tuple) else values[-1]
    if any("\0" in value for name in request.query_params for value in request.query_params.getlist(name)):
        raise Invalid("A NUL character cannot be stored or searched for.")
    return {"query": _validated(lambda model: model.model_validate(given), operation.query)}


def _body(operation: Operation, request: Request) -> dict[str, Any]:
    if operation.text_types:
        if request._request.content_type not in operation.text_types:
            raise UnsupportedMediaType(f"Send {' or '.join(operation.text_types)}.")
        return {"text": request._request.body}
    if operation.body is None:
        return {}
    raw = request._request.body
    if raw and request._request.content_type not in ("application/json", ""):
        raise UnsupportedMediaType("Send application/json.")
    if _NUL.search(raw):
        raise Invalid("A NUL character cannot be stored or searched for.")
    return {"body": _validated(lambda model: model.model_validate_json(raw or b"{}"), operation.body)}


def _validated(validate: Callable[[type[BaseModel]], BaseModel], model: type[BaseModel]) -> BaseModel:
    try:
        return validate(model)
    except ValidationError as fault:
        if any(error["type"] == "json_invalid" for error in fault.errors()):
            raise Malformed("The body is not valid JSON.") from fault
        raise Invalid(errors=field_errors(fault)) from fault


def field_errors(fault: ValidationError) -> list[FieldError]:
    """pydantic's faults as ours: dotted path, code, sentence; never the value, which may be a secret."""
    return [
        FieldError(field=".".join(str(part) for part in error["loc"]), code=error["type"], message=error["msg"])
        for error in fault.errors(include_url=False, include_input=False, include_context=False)
    ]


def _rendered(operation: Operation, request: HttpRequest | Request, result: Any, query: Any) -> HttpResponse:
    if isinstance(result, HttpResponseBase):
        return result  # type: ignore[return-value]
    wrapped = result if isinstance(result, Answer) else Answer(result)
    status = wrapped.status or operation.status
    data = wrapped.data
    http = request._request if isinstance(request, Request) else request
    if data is None:
        content = b""
    elif isinstance(data, Page):
        content = _json(page_body(http, data, query or PageQuery()))
    elif isinstance(data, CursorPage):
        content = _json(cursor_body(http, data))
    elif isinstance(data, BaseModel):
        content = data.model_dump_json(by_alias=True).encode()
    else:
        content = _json([item.model_dump(mode="json", by_alias=True) if isinstance(item, BaseModel) else item for item in data])
    response = HttpResponse(content, status=status, headers=dict(wrapped.headers))
    if data is None:
        del response["Content-Type"]
    else:
        response["Content-Type"] = "application/json"
    return response


def _json(data: Any) -> bytes:
    import json

    return json.dumps(data, separators=(",", ":")).encode()

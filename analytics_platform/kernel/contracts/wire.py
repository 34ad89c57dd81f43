"""The wire form of a call: JSON arguments, JSON answers, and a short-lived token that carries what travels beside them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

import jwt
from django.conf import settings

from analytics_platform.kernel import context
from analytics_platform.kernel.declare import Method, Principal, Problem

TOKEN_LIFETIME_S = 60
_ALGORITHM = "HS256"


class ServiceTokenInvalid(Problem):
    """The token of a call between services is missing, odd, expired or meant for another service."""

    code = "service_token_invalid"
    status = 401
    title = "The service token is not valid."


def encoded_arguments(method: Method, arguments: dict[str, Any]) -> bytes:
    """Validated and as JSON. Raises pydantic.ValidationError for what could not cross a network."""
    return method.arguments(**arguments).model_dump_json(exclude_unset=True).encode()


def decoded_arguments(method: Method, body: bytes) -> dict[str, Any]:
    """The keyword arguments in the JSON body, typed."""
    parsed = method.arguments.model_validate_json(body)
    return {name: getattr(parsed, name) for name in parsed.model_fields_set}


def service_token(*, audience: str, lifetime_s: float) -> str:
    """A token for one call: who asks, in which tenant, for which request, until when."""
    now = time.time()
    principal = context.principal_or_none()
    tenant = context.tenant_or_none()
    claims = {
        "iss": ",".join(settings.PLATFORM_APPS),
        "aud": audience,
        "iat": int(now),
        "exp": int(now + min(TOKEN_LIFETIME_S, max(lifetime_s, 1) + 1)),
        "principal": None if principal is None else principal.model_dump(mode="json"),
        "tenant": None if tenant is None else str(tenant),
        "request_id": context.request_id(),
        "trace": context.traceparent(),
        "deadline": now + lifetime_s,
    }
    return jwt.encode(claims, settings.SERVICE_KEY, algorithm=_ALGORITHM)


@contextmanager
def scope_of_token(token: str, *, audience: str) -> Iterator[None]:
    """What travelled beside the call, put in force. Raises ServiceTokenInvalid."""
    try:
        claims = jwt.decode(token, settings.SERVICE_KEY, algorithms=[_ALGORITHM], audience=audience, options={"require": ["exp", "aud"]})
    except jwt.PyJWTError as fault:
        raise ServiceTokenInvalid from fault
    principal = None if claims["principal"] is None else Principal.model_validate(claims["principal"])
    tenant = None if claims["tenant"] is None else UUID(claims["tenant"])
    with ExitStack() as stack:
        stack.enter_context(context.request_scope(id=claims["request_id"], trace=claims["trace"], deadline=claims["deadline"]))
        stack.enter_context(context.acting_as(principal))
        stack.enter_context(context.tenant_in_force(tenant))
        yield

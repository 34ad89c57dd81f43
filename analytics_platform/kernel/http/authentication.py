"""Who is asking: a bearer token or an API key, turned into a Principal."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from analytics_platform.kernel.declare import Principal, Problem
from analytics_platform.kernel.http.tokens import TokenInvalid, verify
from analytics_platform.kernel.identity import identity

API_KEY_CACHE_S = 30
_api_keys: dict[str, tuple[float, Principal]] = {}


class TenantMismatch(Problem):
    """`X-Tenant` names another tenant than the token's."""

    code = "tenant_mismatch"
    status = 403
    title = "X-Tenant does not name the tenant of your token; use POST /auth/switch."


def principal_of_request(request: HttpRequest) -> Principal | None:
    """Who the credentials name; None where there are none. Raises TokenInvalid, NotSignedIn, TenantMismatch."""
    authorization = request.headers.get("Authorization", "")
    key = request.headers.get("X-API-Key", "")
    if authorization:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenInvalid("Authorization must be `Bearer <access token>`.")
        principal = verify(token.strip())
    elif key:
        principal = _of_api_key(key)
    else:
        return None
    wanted = request.headers.get("X-Tenant")
    if wanted and wanted != principal.tenant_slug:
        raise TenantMismatch
    return principal


def _of_api_key(key: str) -> Principal:
    digest = _digest(key)
    known = _api_keys.get(digest)
    if known is not None and known[0] > time.monotonic() and (not known[1].expires_at or known[1].expires_at > time.time()):
        return known[1]
    principal = identity.resolve_api_key(key=key)
    if len(_api_keys) > 10_000:
        _api_keys.clear()
    _api_keys[digest] = (time.monotonic() + API_KEY_CACHE_S, principal)
    return principal


def forget_api_key(request: HttpRequest) -> bool:
    """What is remembered of the key that came with the request is out of date. False where none came."""
    key = "" if "Authorization" in request.headers else request.headers.get("X-API-Key", "")
    return bool(key) and _api_keys.pop(_digest(key), None) is not None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def client_address(request: HttpRequest) -> str:
    """The peer's address; behind a proxy that the operator trusts, what that proxy added last: entries before it are the client's own words."""
    if settings.TRUST_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            return str(forwarded.rsplit(",", 1)[-1].strip())
    return str(request.META.get("REMOTE_ADDR", ""))


class PrincipalAuthentication(BaseAuthentication):
    """DRF's view of what the middleware has found out already."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """The principal stands where DRF expects a user."""
        principal = getattr(request._request, "principal", None)
        return None if principal is None else (principal, None)

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="api"'

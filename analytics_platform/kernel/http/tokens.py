"""Access tokens: verified here by everyone, without a database; signed by apps.auth alone."""

from __future__ import annotations

import time
from threading import Lock
from typing import Any

import jwt
from django.conf import settings

from analytics_platform.kernel.declare import Principal, Problem

ALGORITHM = "RS256"
ISSUER = "analytics-platform"
_CLAIMS = ("user_id", "tenant_id", "tenant_slug", "role", "permissions", "attributes", "session_id", "email", "issued_ms")


class TokenInvalid(Problem):
    """The token is expired, odd, or not signed by this platform."""

    code = "token_invalid"
    status = 401
    title = "The token is not valid; sign in again."


class _Verified:
    """Tokens verified lately, so that a busy client's signature is checked once."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: dict[str, Principal] = {}
        self._lock = Lock()

    def get(self, token: str) -> Principal | None:
        found = self._kept.get(token)
        if found is not None and found.expires_at <= time.time():
            self._kept.pop(token, None)
            return None
        return found

    def put(self, token: str, principal: Principal) -> None:
        with self._lock:
            if len(self._kept) >= self._size:
                for old in list(self._kept)[: self._size // 2]:
                    del self._kept[old]
            self._kept[token] = principal


_verified = _Verified(size=4096)


def claims_of(principal: Principal) -> dict[str, Any]:
    """The claims that carry a principal: what apps.auth signs beside `exp`, `iat`, `iss`, `jti` and `token_type`."""
    claims = principal.model_dump(mode="json", include=set(_CLAIMS))
    return claims | ({"limits": principal.limits} if principal.limits else {})


def verify(token: str) -> Principal:
    """Who the token says is asking. Raises TokenInvalid."""
    found = _verified.get(token)
    if found is None:
        found = _decoded(token)
        _verified.put(token, found)
    return found


def _decoded(token: str) -> Principal:
    try:
        claims = jwt.decode(
            token, settings.JWT_PUBLIC_KEY, algorithms=[ALGORITHM], issuer=ISSUER, options={"require": ["exp", "iat", "iss"]}
        )
    except jwt.PyJWTError as fault:
        raise TokenInvalid from fault
    if claims.get("token_type") != "access" or any(name not in claims for name in _CLAIMS):
        raise TokenInvalid
    return Principal.model_validate(
        {**{name: claims[name] for name in _CLAIMS}, "limits": claims.get("limits", {}), "expires_at": claims["exp"]}
    )

"""Random tokens and keys: shown once, stored as a hash. They have 256 bits, so a plain SHA-256 is enough."""

from __future__ import annotations

import hashlib
import secrets

_KEY_PREFIX = "apk_"


def new_token() -> str:
    """A token nobody can guess."""
    return secrets.token_urlsafe(32)


def new_api_key() -> tuple[str, str]:
    """(the key, the part that it can be recognised by)."""
    prefix = _KEY_PREFIX + secrets.token_hex(4)
    return f"{prefix}_{secrets.token_urlsafe(32)}", prefix


def hash_of(token: str) -> str:
    """How a token is stored and looked up."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()

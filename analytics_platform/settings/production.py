"""Production: refuses to start on a missing, short or known secret, on DEBUG, on open hosts, or without its databases."""

from __future__ import annotations

import base64
import binascii

from environ import ImproperlyConfigured

from analytics_platform.settings.base import *  # noqa: F403
from analytics_platform.settings.base import ENV
from analytics_platform.settings.environment import Environment

DEBUG = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_REFERRER_POLICY = "same-origin"

_KNOWN = ("changeme", "change-me", "secret", "insecure", "password", "default", "example", "test")


def _weak(value: str) -> bool:
    return len(value) < 32 or len(set(value)) < 12 or any(word in value.lower() for word in _KNOWN)


def _is_encryption_key(value: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(value)) == 32 and len(set(value)) >= 12
    except (binascii.Error, ValueError):
        return False


def faults(env: Environment, *, debug_variable: str) -> list[str]:
    """Everything that is wrong with this environment, each as a sentence; empty when it may start."""
    found = []
    if debug_variable.lower() in ("1", "true", "yes", "on"):
        found.append("DEBUG must not be set in production.")
    for name, value in (("SECRET_KEY", env.secret_key), ("SERVICE_KEY", env.service_key)):
        if _weak(value):
            found.append(f"{name} is missing, short or known: give at least 32 random characters.")
    if not env.encryption_keys or not all(_is_encryption_key(key) for key in env.encryption_keys):
        found.append("ENCRYPTION_KEYS must be one or more random keys of 32 bytes in URL-safe base64, the current one first.")
    if "auth" in env.platform_apps and "PRIVATE KEY" not in env.jwt_private_key:
        found.append("JWT_PRIVATE_KEY (or JWT_PRIVATE_KEY_FILE) must be an RSA key in PEM.")
    if "PUBLIC KEY" not in env.jwt_public_key:
        found.append("JWT_PUBLIC_KEY (or JWT_PUBLIC_KEY_FILE) must be an RSA public key in PEM.")
    if not env.allowed_hosts or any(host in ("*", ".") for host in env.allowed_hosts):
        found.append("ALLOWED_HOSTS must list the host names that this deployment answers to, without '*'.")
    if not env.database_url and not env.app_database_urls:
        found.append("DATABASE_URL is missing.")
    if not env.redis_url:
        found.append("REDIS_URL is missing.")
    return found


def _check() -> None:
    import os

    found = faults(ENV, debug_variable=os.environ.get("DEBUG", ""))
    if found:
        raise ImproperlyConfigured("The platform does not start:\n- " + "\n- ".join(found))


_check()

"""Permissions and built-in roles: pure, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import NAMESPACE_URL, UUID, uuid5

APPS = (
    "auth",
    "datasources",
    "files",
    "schema",
    "mapping",
    "querygen",
    "execution",
    "viz",
    "dashboards",
    "history",
    "notifications",
    "metrics",
)
ACTIONS = ("read", "write", "delete", "run", "share", "admin")
PERMISSIONS = frozenset(f"{app}.{action}" for app in APPS for action in ACTIONS)
"""Every permission there is, as `<app>.<action>`."""

OWNER = "owner"
_MANAGED_BY_ADMINS = ("auth", "datasources", "metrics")
_FOR_VIEWERS = frozenset({"querygen.run", "viz.run", "history.write", "history.delete", "notifications.write"})


def _granted(may: Callable[[str, str], bool]) -> frozenset[str]:
    return frozenset(f"{app}.{action}" for app in APPS for action in ACTIONS if may(app, action))


_viewer = _granted(lambda app, action: (action == "read" and app != "metrics") or f"{app}.{action}" in _FOR_VIEWERS)
_analyst = _viewer | _granted(lambda app, action: app not in _MANAGED_BY_ADMINS and action != "admin") | {"datasources.run"}

BUILT_IN: dict[str, frozenset[str]] = {
    OWNER: PERMISSIONS,
    "admin": PERMISSIONS - {"auth.admin"},  # owners alone manage roles, keys and the tenant itself
    "analyst": _analyst,
    "viewer": _viewer,
}
"""The built-in roles, each a superset of the next."""


def built_in_id(name: str) -> UUID:
    """Built-in roles have the same id in every company."""
    return uuid5(NAMESPACE_URL, f"urn:role:{name}")


def unknown(permissions: Iterable[str]) -> list[str]:
    """Those that are no permission of this platform."""
    return sorted(set(permissions) - PERMISSIONS)

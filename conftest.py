"""Fixtures of the whole suite: two tenants that are really there, clients that are signed in, and a way to let events and jobs settle."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import jwt
import pytest
from django.conf import settings
from django.test import Client

from analytics_platform.kernel.context import acting_as
from analytics_platform.kernel.declare import Principal
from analytics_platform.kernel.ids import uuid7

BUILT_IN = (
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
_RIGHTS: dict[str, Callable[[str, str], bool]] = {
    "owner": lambda app, action: True,
    "admin": lambda app, action: not (app == "auth" and action == "admin"),
    "analyst": lambda app, action: action == "read" or (app not in ("auth", "datasources") and action != "admin"),
    "viewer": lambda app, action: action == "read" or (app, action) == ("querygen", "run"),
}


def rights_of(role: str) -> frozenset[str]:
    """The permissions of a built-in role, as a token carries them."""
    return frozenset(f"{app}.{action}" for app in BUILT_IN for action in ACTIONS if _RIGHTS[role](app, action))


class ApiClient(Client):
    """Django's client, signed in: JSON in, JSON out, real tokens through the real middleware."""

    def __init__(self, principal: Principal | None = None, **defaults: Any) -> None:
        super().__init__(SERVER_NAME="localhost", **defaults)
        self.principal = principal
        if principal is not None:
            self.defaults["HTTP_AUTHORIZATION"] = f"Bearer {access_token(principal)}"

    def generic(self, method: str, path: str, data: Any = "", content_type: str = "application/json", *args: Any, **extra: Any) -> Any:
        """A dict or list as the body is sent as JSON; paths are relative to /api/v1."""
        if isinstance(data, (dict, list)):
            data, content_type = json.dumps(data, default=str), "application/json"
        full = path if path.startswith(("/api/", "/internal/", "http://")) else f"/api/v1{path}"
        return super().generic(method, full, data, content_type, *args, **extra)

    def post(self, path: str, data: Any = None, content_type: str = "application/json", *args: Any, **extra: Any) -> Any:
        """JSON unless another content type is named."""
        body = {} if data is None else data
        return super().post(path, body, content_type, *args, **extra)

    def put(self, path: str, data: Any = "", content_type: str = "application/json", *args: Any, **extra: Any) -> Any:
        """JSON unless another content type is named."""
        return super().put(path, data, content_type, *args, **extra)

    def patch(self, path: str, data: Any = "", content_type: str = "application/json", *args: Any, **extra: Any) -> Any:
        """JSON unless another content type is named."""
        return super().patch(path, data, content_type, *args, **extra)


def access_token(principal: Principal) -> str:
    """A token as apps.auth signs it."""
    from analytics_platform.kernel.http.tokens import ALGORITHM, ISSUER, claims_of

    now = int(time.time())
    claims = {**claims_of(principal), "iat": now, "exp": now + 600, "iss": ISSUER, "jti": str(uuid7()), "token_type": "access"}
    return jwt.encode(claims, settings.JWT_PRIVATE_KEY, algorithm=ALGORITHM)


@dataclass(frozen=True)
class TestTenant:
    """A tenant with its schemas made, and a way to act in it."""

    __test__ = False
    id: UUID
    slug: str

    def principal(self, role: str = "owner", **changes: Any) -> Principal:
        """A member of this tenant who does not have to exist in apps.auth; jobs act as it too."""
        from analytics_platform.kernel.testing import remember

        values = {
            "user_id": uuid7(),
            "tenant_id": self.id,
            "tenant_slug": self.slug,
            "role": role,
            "permissions": rights_of(role),
            "session_id": uuid7(),
            "email": f"{role}@{self.slug}.example",
            "issued_ms": int(time.time() * 1000),
        }
        principal = Principal(**{**values, **changes})
        remember(principal)
        return principal

    def api(self, role: str = "owner", **changes: Any) -> ApiClient:
        """A signed-in client."""
        return ApiClient(self.principal(role, **changes))

    def acting(self, role: str = "owner", **changes: Any) -> Any:
        """A context in which services are called by a member of this tenant."""
        return acting_as(self.principal(role, **changes))


def _made_tenant(slug: str) -> TestTenant:
    from analytics_platform.kernel.tenancy.schemas import ensure_tenant

    tenant = TestTenant(uuid7(), slug)
    ensure_tenant(tenant_id=tenant.id)
    return tenant


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Each xdist worker has databases of its own; pytest-django's default, kept for the split layout too."""
    import os

    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        for config in settings.DATABASES.values():
            config.setdefault("TEST", {})["NAME"] = f"test_{config['NAME']}_{worker}"


@pytest.fixture(scope="session")
def _session_tenants(django_db_setup: None, django_db_blocker: Any) -> tuple[TestTenant, TestTenant]:
    """Made once for each worker; tests roll their writes back."""
    with django_db_blocker.unblock():
        return _made_tenant("acme"), _made_tenant("globex")


@pytest.fixture(autouse=True)
def _redis_is_clean() -> Iterator[None]:
    """Nothing of another test's is in Redis, and every epoch is known."""
    from analytics_platform.kernel.epochs import mark_known
    from analytics_platform.kernel.redis import redis_client

    redis_client().flushdb()
    mark_known()
    yield


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))


def _tenant_for(request: pytest.FixtureRequest, session_tenants: tuple[TestTenant, TestTenant], place: int) -> Iterator[TestTenant]:
    """The worker's own tenant inside a rolled-back test; a fresh one, dropped afterwards, where the test commits."""
    if not _is_transactional(request):
        request.getfixturevalue("db")
        yield session_tenants[place]
        return
    from analytics_platform.kernel.tenancy.schemas import drop_tenant

    request.getfixturevalue("transactional_db")
    tenant = _made_tenant(("acme", "globex")[place])
    yield tenant
    drop_tenant(tenant_id=tenant.id)


@pytest.fixture
def tenant(request: pytest.FixtureRequest, _session_tenants: tuple[TestTenant, TestTenant]) -> Iterator[TestTenant]:
    """The tenant that a test works in."""
    yield from _tenant_for(request, _session_tenants, 0)


@pytest.fixture
def other_tenant(request: pytest.FixtureRequest, _session_tenants: tuple[TestTenant, TestTenant]) -> Iterator[TestTenant]:
    """Another one, which must see nothing of it."""
    yield from _tenant_for(request, _session_tenants, 1)


@pytest.fixture
def api(tenant: TestTenant) -> ApiClient:
    """A client signed in as the tenant's owner."""
    return tenant.api()


@pytest.fixture
def anonymous(db: None) -> ApiClient:
    """A client that is not signed in."""
    return ApiClient()


@pytest.fixture
def settle() -> Callable[[], None]:
    """Deliver all events and run all due jobs, in process, until nothing is left to do."""
    from analytics_platform.kernel.testing import settle

    return settle


_NEED_DATABASES = frozenset({"tenant", "other_tenant", "api", "anonymous", "db", "transactional_db"})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test may use every database: the router decides which one it needs.

    Before pytest-django sorts them: tests that commit empty all tables, those of the worker's own tenants too, and so come last.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is None and _NEED_DATABASES.isdisjoint(getattr(item, "fixturenames", ())):
            continue
        kwargs = {"databases": "__all__"} if marker is None else {"databases": "__all__", **marker.kwargs}
        item.add_marker(pytest.mark.django_db(**kwargs), append=False)

"""Which database an app's tables live in, and in which schema: one router that decides by app and schema."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, cast

from django.apps import apps as django_apps
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Model

from analytics_platform.kernel.context import PUBLIC, active_schema

EVERYWHERE = frozenset({"tenancy", "events", "jobs"})
"""Labels of the kernel's own tables: in `public` of every database."""


def alias_of(app: str) -> str:
    """The database alias of an app (by package name) that runs here."""
    return str(settings.APP_DATABASES[app])


def alias_of_label(label: str) -> str:
    """The database alias of a Django app label; Django's own apps live beside the users that the admin's log refers to."""
    return str(settings.APP_DATABASES.get(package_of(label)) or settings.APP_DATABASES.get("auth", "default"))


def package_of(label: str) -> str:
    """`accounts` → `auth`: an app's package name, which the topology speaks of."""
    name = django_apps.get_app_config(label).name
    return name.removeprefix("apps.")


def is_tenants(label: str) -> bool:
    """Whether this app's tables live in each tenant's schema."""
    return getattr(django_apps.get_app_config(label), "tables", "public") == "tenant"


def transaction_for(app: str, *, durable: bool = True) -> AbstractContextManager[None]:
    """A transaction in the app's own database: each use case that changes state is inside one."""
    return transaction.atomic(using=alias_of(app), durable=durable)


NO_WAITING = "SET LOCAL synchronous_commit = off"
"""A transaction that says so does not wait for the disk: a crash of the database may lose its last half second."""


def write_at_once(alias: str, sql: str, values: Sequence[Any], *, is_dear: bool = True) -> int:
    """A statement that is a transaction of its own, in one round trip; how many rows it wrote. What is not dear does not wait for the disk.

    Raises RuntimeError inside a transaction, whose fate it would share.
    """
    from analytics_platform.kernel.tenancy.backend.base import DatabaseWrapper

    if alias in open_transactions():
        raise RuntimeError(f"there is a transaction open on {alias!r}")
    return cast(DatabaseWrapper, connections[alias]).execute_at_once(sql if is_dear else f"{NO_WAITING}; {sql}", values)


def open_transactions() -> list[str]:
    """Aliases with a transaction open in this thread, not counting the one a test case wraps around itself."""
    return [
        c.alias
        for c in connections.all(initialized_only=True)
        if any(not getattr(block, "_from_testcase", False) for block in c.atomic_blocks)
    ]


class PlatformRouter:
    """Named in DATABASE_ROUTERS and in TENANT_SYNC_ROUTER. A tenant's table can never appear in `public`, nor the reverse."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """The app's own database."""
        return self._home(model, hints)

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """The app's own database."""
        return self._home(model, hints)

    def _home(self, model: type[Model], hints: dict[str, Any]) -> str:
        label = model._meta.app_label
        if label in EVERYWHERE:
            instance = hints.get("instance")
            return (instance._state.db if instance is not None else None) or "default"
        return alias_of_label(label)

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """Never across databases."""
        return alias_of_label(one._meta.app_label) == alias_of_label(other._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        """An app's tables belong to its database, and there to `public` or to the tenants' schemas, never to both."""
        in_public = active_schema() == PUBLIC
        if app_label in EVERYWHERE:
            return in_public
        if not django_apps.get_app_config(app_label).name.startswith("apps.") and "auth" not in settings.PLATFORM_APPS:
            return False  # Django's own apps serve the admin, which runs in the whole deployable only
        return db == alias_of_label(app_label) and is_tenants(app_label) != in_public

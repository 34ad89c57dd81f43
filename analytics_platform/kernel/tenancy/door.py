"""Making and dropping a tenant everywhere: each process answers for its own databases, at the internal door."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from uuid import UUID

import structlog
from django.conf import settings

from analytics_platform.kernel import blobs
from analytics_platform.kernel.context import tenant_in_force
from analytics_platform.kernel.contracts.remote import Remote
from analytics_platform.kernel.declare import Problem, Service, command
from analytics_platform.kernel.tenancy import schemas

log = structlog.get_logger("tenancy")


class Tenancy(Service):
    """The tenants' schemas in the databases of one process."""

    app = "tenancy"

    @command
    def ensure(self, *, tenant_id: UUID) -> None:
        """Make the tenant's schemas where they are missing."""

    @command
    def drop(self, *, tenant_id: UUID) -> None:
        """Remove the tenant's schemas, and all that is in them, where they are there."""


class TenancyService(Tenancy):
    """Answered in every process."""

    def ensure(self, *, tenant_id: UUID) -> None:
        """In all databases of this process."""
        schemas.ensure_tenant(tenant_id=tenant_id)

    def drop(self, *, tenant_id: UUID) -> None:
        """From all databases of this process, and from the storage."""
        schemas.drop_tenant(tenant_id=tenant_id)
        with tenant_in_force(tenant_id):
            blobs.delete_all()


def ensure_everywhere(tenant_id: UUID) -> None:
    """The tenant's schemas in all databases of the deployment, made at the same time. Raises the Problem of a process that could not."""
    _everywhere("ensure", tenant_id)


def drop_everywhere(tenant_id: UUID) -> None:
    """Remove the tenant's schemas from all databases of the deployment. Raises the Problem of a process that could not, after all have tried."""
    _everywhere("drop", tenant_id)


def other_processes() -> list[str]:
    """The addresses of the processes that the apps which are not here run in."""
    return sorted({url for app, url in settings.SERVICE_URLS.items() if app not in settings.PLATFORM_APPS})


def _everywhere(method: str, tenant_id: UUID) -> None:
    here: Callable[..., None] = getattr(TenancyService(), method)
    urls = other_processes()
    if not urls:
        here(tenant_id=tenant_id)
        return
    with ThreadPoolExecutor(max_workers=len(urls)) as pool:
        calls = [partial(getattr(Remote(Tenancy, url, circuit=f"tenancy:{url}"), method), tenant_id=tenant_id) for url in urls]
        asked = [pool.submit(copy_context().run, call) for call in calls]
        here(tenant_id=tenant_id)
        faults = [fault for call in asked if (fault := call.exception()) is not None]
    for fault in faults:
        log.warning("tenant_not_reached", method=method, tenant_id=str(tenant_id), error=str(fault))
    if faults:
        raise next((fault for fault in faults if isinstance(fault, Problem)), faults[0])

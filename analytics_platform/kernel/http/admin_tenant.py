"""The admin works in one tenant at a time: `?tenant=<id>` on any admin page chooses it, the session keeps it, the header shows it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.apps import apps as django_apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from analytics_platform.kernel.context import tenant_in_force, tenant_or_none
from analytics_platform.kernel.databases import is_tenants
from analytics_platform.kernel.tenancy.models import Tenant

SESSION_KEY = "admin_tenant"
PREFIX = "/admin/"


class AdminTenantMiddleware:
    """Puts the chosen tenant in force for a signed-in member of the staff; a tenant's tables are not shown before one is chosen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer one page of the admin in its tenant."""
        if not request.path.startswith(PREFIX) or not getattr(request.user, "is_staff", False):
            return self._get_response(request)
        if "tenant" in request.GET:
            return self._choose(request, request.GET["tenant"])
        chosen = request.session.get(SESSION_KEY)
        if chosen is None and _is_of_tenants(request.path):
            messages.info(request, "Choose a tenant first: follow “work in it” beside one.")
            return HttpResponseRedirect(PREFIX)
        with tenant_in_force(None if chosen is None else UUID(chosen)):
            response = self._get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response = response.render()
            return response

    def _choose(self, request: HttpRequest, wanted: str) -> HttpResponseBase:
        try:
            tenant = Tenant.objects.filter(pk=UUID(wanted)).first() if wanted else None
        except ValueError:
            tenant = None
        if tenant is None:
            request.session.pop(SESSION_KEY, None)
        else:
            request.session[SESSION_KEY] = str(tenant.pk)
        rest = request.GET.copy()
        del rest["tenant"]
        return HttpResponseRedirect(f"{request.path}?{rest.urlencode()}" if rest else request.path)


def _is_of_tenants(path: str) -> bool:
    """Whether the page is about a model whose table lives in the tenants' schemas."""
    label = path.removeprefix(PREFIX).split("/")[0]
    return any(config.label == label for config in django_apps.get_app_configs()) and is_tenants(label)


def tenant_badge(request: HttpRequest) -> list[str] | None:
    """What the admin's header shows: the tenant that the pages are of."""
    tenant_id = tenant_or_none()
    return ["no tenant chosen", "info"] if tenant_id is None else [f"tenant {tenant_id}", "warning"]

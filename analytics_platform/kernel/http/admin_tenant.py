"""The admin works in one tenant at a time: `?tenant=<id>` on any admin page chooses it, the session keeps it, the header shows it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.apps import apps as django_apps
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from analytics_platform.kernel.context import tenant_in_force
from analytics_platform.kernel.databases import is_tenants
from analytics_platform.kernel.tenancy.models import Tenant

SESSION_KEY = "admin_tenant"
PREFIX = "/admin/"


def choice_url(tenant_id: UUID, *, name: str) -> str:
    """Where a link leads that chooses a tenant; `name` is what the header then shows."""
    return f"{PREFIX}?{urlencode({'tenant': tenant_id, 'tenant_name': name})}"


class AdminTenantMiddleware:
    """Puts the chosen tenant in force for a signed-in member of the staff; a tenant's tables are not shown before one is chosen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer one page of the admin in its tenant."""
        if not request.path.startswith(PREFIX) or not getattr(request.user, "is_staff", False):
            return self._get_response(request)
        if "tenant" in request.GET:
            return self._choose(request)
        chosen = request.session.get(SESSION_KEY)
        if chosen is None and _is_of_tenants(request.path):
            messages.info(request, "Choose a tenant first: follow “work in it” beside one.")
            return HttpResponseRedirect(settings.ADMIN_TENANTS_PATH)
        with tenant_in_force(None if chosen is None else UUID(chosen["id"])):
            response = self._get_response(request)
            if isinstance(response, TemplateResponse) and not response.is_rendered:
                response.render()
            return response

    def _choose(self, request: HttpRequest) -> HttpResponseBase:
        """Keep the choice for this session; an id that is no tenant's ends it."""
        try:
            tenant = Tenant.objects.filter(pk=UUID(request.GET["tenant"])).first()
        except ValueError:
            tenant = None
        if tenant is None:
            request.session.pop(SESSION_KEY, None)
        else:
            request.session[SESSION_KEY] = {"id": str(tenant.pk), "name": request.GET.get("tenant_name") or str(tenant.pk)}
        return HttpResponseRedirect(request.path)


def _is_of_tenants(path: str) -> bool:
    """Whether the page is about a model whose table lives in the tenants' schemas."""
    label = path.removeprefix(PREFIX).split("/")[0]
    return any(config.label == label for config in django_apps.get_app_configs()) and is_tenants(label)


def tenant_badge(request: HttpRequest) -> list[str]:
    """What the admin's header shows: the tenant that the pages are of."""
    chosen = request.session.get(SESSION_KEY)
    return ["no tenant chosen", "info"] if chosen is None else [f"tenant {chosen['name']}", "warning"]

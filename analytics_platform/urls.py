"""Every path of this process: the gateway's own, each app's under /api/v1, the internal door, the admin."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from analytics_platform.kernel.contracts.door import internal_call
from analytics_platform.kernel.http.resolving import remembering


def _app_urls() -> list[URLPattern | URLResolver]:
    """`apps/<app>/api/urls.py` of each app that runs here; the paths in it are relative to /api/v1/."""
    found: list[URLPattern | URLResolver] = []
    for app in settings.PLATFORM_APPS:
        if find_spec(f"apps.{app}.api") is not None and find_spec(f"apps.{app}.api.urls") is not None:
            found.append(path("api/v1/", include(f"apps.{app}.api.urls")))
    return found


_paths: list[URLPattern | URLResolver] = [
    path("api/v1/", include("analytics_platform.kernel.jobs.urls")),
    path("internal/v1/<slug:service>/<slug:method>", internal_call),
    *_app_urls(),
]
if "gateway" in settings.PLATFORM_APPS:
    _paths += import_module("apps.gateway.api.urls").rootpatterns
else:
    _paths += import_module("analytics_platform.kernel.http.health").urlpatterns
if "auth" in settings.PLATFORM_APPS:
    from django.contrib import admin

    _paths.append(path("admin/", admin.site.urls))
urlpatterns: list[URLPattern | URLResolver] = [remembering(_paths)]

handler400 = "analytics_platform.kernel.http.errors.bad_request"
handler404 = "analytics_platform.kernel.http.errors.page_not_found"
handler500 = "analytics_platform.kernel.http.errors.server_error"

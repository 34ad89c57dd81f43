"""The gateway's endpoints."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerView
from rest_framework.request import Request

from analytics_platform.kernel.declare import Problem
from analytics_platform.kernel.http.endpoint import ApiView, endpoint
from apps.gateway.contract import Directory, gateway


class UnknownApiVersion(Problem):
    """Only v1 is spoken here."""

    code = "unknown_api_version"
    status = 404
    title = "There is no such version of the API; use /api/v1."


class DirectoryView(ApiView):
    """The front page of the API."""

    @endpoint(summary="The services of this platform", public=True, answer=Directory)
    def get(self, request: Request) -> Directory:
        """One card a service."""
        return gateway.directory()


class OpenApiView(SpectacularJSONAPIView):
    """The OpenAPI document."""

    schema = None


class DocsView(SpectacularSwaggerView):
    """The browsable reference; its scripts are served by this process."""

    schema = None
    url = "/api/v1/openapi.json"


def unknown_version(request: HttpRequest, version: str, rest: str = "") -> HttpResponse:
    """Any version but v1."""
    raise UnknownApiVersion(f"There is no version {version!r} of the API; use /api/v1.")

"""Paths of the gateway: its own under /api/v1, and those at the root."""

from django.urls import path, re_path

from analytics_platform.kernel.http import health
from apps.gateway.api import views

urlpatterns = [
    path("", views.DirectoryView.as_view()),
    path("openapi.json", views.OpenApiView.as_view(), name="openapi"),
    path("docs", views.DocsView.as_view()),
    path("metrics", health.metrics),
]
rootpatterns = [
    *health.urlpatterns,
    re_path(r"^api/(?P<version>(?!v1/)[^/]+)(?:/(?P<rest>.*))?$", views.unknown_version),
]

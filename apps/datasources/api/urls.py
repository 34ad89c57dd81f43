"""Paths of data sources, under /api/v1/."""

from django.urls import path

from apps.datasources.api import policy_views, views

urlpatterns = [
    path("data-sources", views.DataSourceList.as_view()),
    path("data-sources/kinds", views.SourceKindList.as_view()),
    path("data-sources/<uuid:data_source_id>", views.DataSourceDetail.as_view()),
    path("data-sources/<uuid:data_source_id>/health-check", views.HealthCheckView.as_view()),
    path("data-sources/<uuid:data_source_id>/health", views.HealthHistory.as_view()),
    path("data-sources/<uuid:data_source_id>/policies", policy_views.PolicyList.as_view()),
    path("data-sources/<uuid:data_source_id>/policies/<uuid:policy_id>", policy_views.PolicyDetail.as_view()),
]

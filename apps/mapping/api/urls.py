"""Paths of mapping, under /api/v1/."""

from django.urls import path

from apps.mapping.api import registry_views, views

urlpatterns = [
    path("mappings/schemas", registry_views.SchemaList.as_view()),
    path("mappings/schemas/import", registry_views.SchemaImport.as_view()),
    path("mappings/schemas/<str:name>", registry_views.SchemaDetail.as_view()),
    path("mappings/schemas/<str:name>/<int:version>", registry_views.SchemaVersionDetail.as_view()),
    path("mappings/rules", registry_views.RuleList.as_view()),
    path("mappings/rules/<uuid:rule_id>", registry_views.RuleDetail.as_view()),
    path("mappings/translate", views.TranslationView.as_view()),
    path("mappings/coverage", views.CoverageView.as_view()),
    path("mappings/<uuid:data_source_id>", views.SourceMappingDetail.as_view()),
    path("mappings/<uuid:data_source_id>/import", views.SourceMappingImport.as_view()),
    path("mappings/<uuid:data_source_id>/suggest", views.SuggestionView.as_view()),
]

"""Paths of schema, under /api/v1."""

from django.urls import path

from apps.schema.api import views

urlpatterns = [
    path("schema/introspect", views.Introspection.as_view()),
    path("schema/<uuid:data_source_id>", views.SchemaDetail.as_view()),
    path("schema/<uuid:data_source_id>/refresh", views.Refresh.as_view()),
    path("schema/<uuid:data_source_id>/tables", views.Tables.as_view()),
    path("schema/<uuid:data_source_id>/tables/<path:table_name>", views.Table.as_view()),
    path("schema/<uuid:data_source_id>/versions", views.Versions.as_view()),
    path("schema/<uuid:data_source_id>/versions/<int:version>", views.VersionDetail.as_view()),
    path("schema/<uuid:data_source_id>/diff", views.Diff.as_view()),
    path("schema/<uuid:data_source_id>/catalog", views.Catalog.as_view()),
]

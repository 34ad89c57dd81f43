"""Paths of execution, relative to /api/v1/."""

from django.urls import path

from apps.execution.api import file_views, views

urlpatterns = [
    path("execute/sql", views.ExecuteSqlView.as_view()),
    path("execute/file", views.ExecuteFileView.as_view()),
    path("execute/results/<uuid:execution_id>", views.ResultView.as_view()),
    path("execute/cancel/<uuid:execution_id>", views.CancelView.as_view()),
    path("execute/export", views.ExportView.as_view()),
    path("execute/explain", views.ExplainView.as_view()),
    path("execute/executions", views.ExecutionsView.as_view()),
    path("files/<uuid:file_id>/preview", file_views.FilePreviewView.as_view()),
    path("files/<uuid:file_id>/download", file_views.FileDownloadView.as_view()),
]

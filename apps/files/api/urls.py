"""Paths of files, under /api/v1/."""

from django.urls import path

from apps.files.api import views

urlpatterns = [
    path("files", views.FileList.as_view()),
    path("files/upload", views.FileUpload.as_view()),
    path("files/<uuid:file_id>", views.FileDetail.as_view()),
    path("files/<uuid:file_id>/download", views.FileDownload.as_view()),
    path("files/<uuid:file_id>/preview", views.FilePreviewView.as_view()),
    path("files/<uuid:file_id>/process", views.FileProcess.as_view()),
]

"""Paths of files, under /api/v1/. Rows and bytes of files leave through execution, which knows the policies: see its urls."""

from django.urls import path

from apps.files.api import views

urlpatterns = [
    path("files", views.FileList.as_view()),
    path("files/upload", views.FileUpload.as_view()),
    path("files/<uuid:file_id>", views.FileDetail.as_view()),
    path("files/<uuid:file_id>/process", views.FileProcess.as_view()),
]

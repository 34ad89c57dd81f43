"""Paths under /api/v1."""

from django.urls import path

from apps.querygen.api import views

urlpatterns = [
    path("queries/generate", views.Generate.as_view()),
    path("queries/generate-with-agent", views.GenerateWithAgent.as_view()),
    path("queries/validate", views.Validate.as_view()),
    path("queries/history", views.History.as_view()),
    path("queries/suggestions", views.SuggestionList.as_view()),
    path("queries/templates", views.TemplateList.as_view()),
    path("queries/templates/<uuid:template_id>", views.TemplateDetail.as_view()),
    path("queries/templates/<uuid:template_id>/render", views.TemplateRender.as_view()),
    path("queries/examples", views.ExampleList.as_view()),
    path("queries/examples/<uuid:example_id>", views.ExampleDetail.as_view()),
    path("queries/<uuid:query_id>", views.QueryDetail.as_view()),
    path("queries/<uuid:query_id>/feedback", views.Feedback.as_view()),
]

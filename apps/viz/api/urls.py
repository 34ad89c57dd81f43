"""Paths of viz, under /api/v1."""

from django.urls import path

from apps.viz.api import views

urlpatterns = [
    path("visualizations/types", views.ChartTypes.as_view()),
    path("visualizations/select-type", views.TypeSelection.as_view()),
    path("visualizations/generate-config", views.ConfigGeneration.as_view()),
    path("visualizations/templates", views.TemplateList.as_view()),
    path("visualizations/templates/<uuid:template_id>", views.TemplateDetail.as_view()),
    path("visualizations/<uuid:visualization_id>", views.VisualizationDetail.as_view()),
    path("visualizations/<uuid:visualization_id>/render", views.VisualizationPicture.as_view()),
]

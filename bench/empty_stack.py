"""The platform's packages with nothing of ours: Django, DRF and simplejwt answer `{}` to whoever is signed in, under the same web server."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

from bench.load import STACK_KEY

settings.configure(
    SECRET_KEY=os.environ[STACK_KEY],
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTStatelessUserAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "UNAUTHENTICATED_USER": None,
    },
)
application = get_wsgi_application()

from rest_framework.request import Request  # noqa: E402 - these read the settings
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class EmptyView(APIView):
    def get(self, request: Request) -> Response:
        """Nothing."""
        return Response({})


urlpatterns = [path("", EmptyView.as_view())]

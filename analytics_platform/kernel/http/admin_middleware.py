"""Django's middlewares of the admin, kept to the admin: requests of the API have tokens and no use for sessions, cookies and messages."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin

from analytics_platform.kernel.http.admin_tenant import PREFIX


class OfTheAdmin(MiddlewareMixin):
    """Put before a middleware: requests to anything else pass it by."""

    def __call__(self, request: HttpRequest) -> Any:
        """As the middleware does, in the admin."""
        return super().__call__(request) if request.path_info.startswith(PREFIX) else self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> Any:
        """The same before the view, where the middleware looks there."""
        looks = getattr(super(), "process_view", None)
        return looks(request, *args) if looks is not None and request.path_info.startswith(PREFIX) else None


class AdminSession(OfTheAdmin, SessionMiddleware):
    pass


class AdminCsrf(OfTheAdmin, CsrfViewMiddleware):
    pass


class AdminAuthentication(OfTheAdmin, AuthenticationMiddleware):
    pass


class AdminMessages(OfTheAdmin, MessageMiddleware):
    pass

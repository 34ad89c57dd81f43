"""Signing in to the admin: staff only, and as rarely wrong as at the API."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from analytics_platform.kernel.declare import Problem
from analytics_platform.kernel.http.authentication import client_address
from apps.auth.contract import Visitor
from apps.auth.models import User
from apps.auth.signing_in import authenticated


class AdminBackend(ModelBackend):
    """Attempts are counted by address and e-mail; past the limit even the right password is refused for a while."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The user, if it may enter the admin. Raises PermissionDenied, which Django shows as a failed sign-in."""
        if request is None or not username or not password:
            return None
        try:
            user = authenticated(email=username, password=password, visitor=Visitor(address=client_address(request)))
        except Problem as fault:
            raise PermissionDenied from fault
        return user if user.is_staff else None

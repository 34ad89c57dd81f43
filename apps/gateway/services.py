"""The gateway's contract, answered from the contracts of all apps."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings

from analytics_platform.settings.environment import ALL_APPS
from apps.gateway.contract import Directory, Gateway, ServiceCard


class GatewayService(Gateway):
    """Reads what the contracts say of themselves."""

    def directory(self) -> Directory:
        """Each app's card: its contract's first line says what it is for."""
        cards = [
            ServiceCard(name=app, purpose=_purpose(app), version="v1", docs=f"/api/v1/docs#tag/{app}", local=app in settings.PLATFORM_APPS)
            for app in ALL_APPS
        ]
        return Directory(version="v1", openapi="/api/v1/openapi.json", docs="/api/v1/docs", services=cards)


def _purpose(app: str) -> str:
    text = import_module(f"apps.{app}.contract").__doc__ or ""
    return text.strip().split("\n")[0]

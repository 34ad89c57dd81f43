"""This process's sessions on sources, with what the operator allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from analytics_platform.sources.hub import Sources


def sources() -> Sources:
    """The process's own, shared by its apps; imported on first use, as the drivers are heavy."""
    from analytics_platform.sources.configured import configured_sources

    return configured_sources(settings)

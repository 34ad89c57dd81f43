"""Which view answers a path: Django's own resolving, which is done once for each path that has no parameter in it."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import ResolverMatch, RoutePattern

_MOST_KEPT = 1_000


class RememberingResolver(URLResolver):
    """Tries its patterns one after the other, unless the path led to a view without parameters before: it always will."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known: dict[str, ResolverMatch] = {}

    def resolve(self, path: Any) -> ResolverMatch:
        """The view of a path. Raises Resolver404."""
        found = self._known.get(path)
        if found is None:
            found = super().resolve(path)
            if not found.args and not found.kwargs and len(self._known) < _MOST_KEPT:
                self._known[str(path)] = found
        return found


def remembering(patterns: list[URLPattern | URLResolver]) -> RememberingResolver:
    """All of these, as the one entry of a URLconf."""
    return RememberingResolver(RoutePattern(""), patterns)

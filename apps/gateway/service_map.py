"""The map of services, calls and events, drawn from the contracts themselves."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from analytics_platform.kernel.declare import CLIENTS, Service
from analytics_platform.settings.environment import ALL_APPS


def services() -> dict[str, type[Service]]:
    """Each app's own contract, by app."""
    found = {}
    for app in ALL_APPS:
        import_module(f"apps.{app}.contract")
        found[app] = next(c.service for c in CLIENTS[app] if c.service.__module__ == f"apps.{app}.contract")
    return found


def calls() -> dict[str, list[str]]:
    """Which apps each app calls."""
    return {app: sorted(callee.app for callee in service.depends_on) for app, service in services().items()}


def mermaid() -> str:
    """The calls as a Mermaid graph: an arrow points at the callee."""
    lines = ["graph LR"]
    for app, callees in calls().items():
        lines += [f"    {app} --> {callee}" for callee in callees] or [f"    {app}"]
    return "\n".join(lines)


def table() -> str:
    """Every app with what it is for, what it calls, publishes and consumes, as a Markdown table."""
    return "\n".join(["| app | what it is for | calls | publishes | consumes |", "|---|---|---|---|---|", *_rows()])


def _rows() -> Iterator[str]:
    for app, service in services().items():
        purpose = (import_module(service.__module__).__doc__ or "").strip().split("\n")[0]
        cells = (
            ", ".join(sorted(callee.app for callee in service.depends_on)),
            ", ".join(event.event_name() for event in service.publishes),
            ", ".join(service.consumes),
        )
        yield f"| `{app}` | {purpose} | {' | '.join(cell or '–' for cell in cells)} |"


def page() -> str:
    """What stands between the markers in docs/architecture.md."""
    return f"```mermaid\n{mermaid()}\n```\n\n{table()}\n"

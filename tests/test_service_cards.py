"""A contract's card says what is so: whom the app calls, what it publishes, what it hears."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from analytics_platform.kernel.declare import EVENT_APPS
from analytics_platform.kernel.events.subscriptions import subscriptions_of
from apps.gateway.service_map import calls, services

ROOT = Path(__file__).resolve().parents[1]
WORKING = ("gateway", "auth", "datasources", "files", "schema", "mapping", "querygen", "execution", "viz")


def sources_of(app: str) -> Iterator[tuple[Path, ast.Module]]:
    """The app's own modules, without its tests."""
    for path in (ROOT / "apps" / app).rglob("*.py"):
        if "tests" not in path.parts and "migrations" not in path.parts:
            yield path, ast.parse(path.read_text())


def clients_called(app: str) -> set[str]:
    """Apps whose contract's client (not only its types) this app imports, outside of subscribers."""
    clients = {client: callee for callee, service in services().items() for client in _client_names(callee)}
    found = set()
    for path, tree in sources_of(app):
        if path.name == "subscribers.py" or "management" in path.parts:
            continue  # events may go either way; a command is the operator's own entry, run in the whole deployable
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("apps.") and node.module.endswith(".contract"):
                found |= {clients[name.name] for name in node.names if name.name in clients}
    return found - {app}


def _client_names(app: str) -> list[str]:
    tree = ast.parse((ROOT / "apps" / app / "contract.py").read_text())
    return [
        node.targets[0].id
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "client"
    ]


def published_by(app: str) -> set[str]:
    """Event classes that are constructed inside a call of `publish`."""
    names = {event.__name__ for event in EVENT_APPS}
    return {
        node.func.id
        for _, tree in sources_of(app)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    }


@pytest.mark.parametrize("app", WORKING)
def test_depends_on_whom_it_calls(app: str) -> None:
    assert clients_called(app) <= set(calls()[app])


@pytest.mark.parametrize("app", WORKING)
def test_publishes_what_it_says_and_nothing_else(app: str) -> None:
    assert published_by(app) == {event.__name__ for event in services()[app].publishes}


@pytest.mark.parametrize("app", WORKING)
def test_hears_what_it_says(app: str) -> None:
    heard = {name for subscription in subscriptions_of(app) for name in subscription.names}
    assert heard == set(services()[app].consumes)


def test_calls_run_in_no_circle() -> None:
    assert list(graphlib.TopologicalSorter(calls()).static_order())


def test_everything_consumed_is_published_by_somebody() -> None:
    published = {f"{app}.{event.event_name()}" for event, app in EVENT_APPS.items()}
    wanted = {name for service in services().values() for name in service.consumes if name != "*"}
    assert wanted <= published


def test_the_map_in_the_docs_is_what_the_contracts_say() -> None:
    call_command("service_map", "--check")

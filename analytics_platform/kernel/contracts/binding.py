"""Deciding who answers for each contract: the app itself, its wire form in tests, or another process."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string

from analytics_platform.kernel.contracts.remote import Remote
from analytics_platform.kernel.contracts.wire import decoded_arguments, encoded_arguments
from analytics_platform.kernel.databases import open_transactions
from analytics_platform.kernel.declare import CLIENTS, Client, Problem, Service
from analytics_platform.kernel.problems import body_of, problem_from
from analytics_platform.settings.environment import ALL_APPS

IMPLEMENTATIONS: dict[str, Service] = {}
"""Which services this process answers for, by app: what the internal door opens on."""


class PlatformAppConfig(AppConfig):
    """What each app's `apps.py` says of it: where its tables live and who implements its contract."""

    default = False  # each app's own subclass is the one that Django picks
    tables: str = "public"
    service: str = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = True

    def ready(self) -> None:
        """Bind the contract to its implementation, then learn the app's subscribers and tasks."""
        app = self.name.removeprefix("apps.")
        import_module(f"{self.name}.contract")
        if self.service:
            bind_local(app, import_string(self.service)())
        for module in ("subscribers", "tasks"):
            if find_spec(f"{self.name}.{module}") is not None:
                import_module(f"{self.name}.{module}")


def bind_local(app: str, implementation: Service) -> None:
    """Let `implementation` answer for the app in this process."""
    IMPLEMENTATIONS[app] = implementation
    for client in CLIENTS.get(app, []):
        client.bind(RoundTrip(client, implementation) if settings.CONTRACTS_ROUND_TRIP else implementation)


def bind_remote() -> None:
    """Let every app that is not here answer over HTTP where its address is known; the others stay unbound and say so when called."""
    for app in ALL_APPS:
        import_module(f"apps.{app}.contract")
        if app not in settings.PLATFORM_APPS and app in settings.SERVICE_URLS:
            for client in CLIENTS.get(app, []):
                client.bind(Remote(client.service, settings.SERVICE_URLS[app]))


class CallInsideTransaction(RuntimeError):
    """A contract was called with a transaction open: on the day that app moves out, the transaction waits for the network."""


class RoundTrip:
    """A local call sent through its wire form, so that tests fail on what could not cross a network."""

    def __init__(self, client: Client, implementation: Service) -> None:
        self._client = client
        self._implementation = implementation

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = self._client.methods[name]
        implementation = getattr(self._implementation, name)
        if not method.is_remote_capable:
            return implementation  # type: ignore[no-any-return]

        def call(**arguments: Any) -> Any:
            if held := open_transactions():
                raise CallInsideTransaction(f"{self._client.service.app}.{name} was called inside a transaction on {', '.join(held)}")
            sent = decoded_arguments(method, encoded_arguments(method, arguments))
            try:
                answer = implementation(**sent)
            except Problem as problem:
                raise problem_from(body_of(problem)) from problem
            return method.answer.validate_json(method.answer.dump_json(answer))

        return call

"""Who handles what in this process: handlers of `subscribers.py`, held against what the contracts say they consume."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings

from analytics_platform.kernel.declare import CLIENTS, EVENT_APPS
from analytics_platform.kernel.events.envelope import name_of

H = TypeVar("H", bound=Callable[..., None])
EVERYTHING = "*"


class SubscriptionRefused(TypeError):
    """A handler that its app's contract does not announce, or that has the wrong form."""


@dataclass(frozen=True)
class Subscription:
    """One handler of one app."""

    app: str
    names: frozenset[str]
    handler: Callable[..., None]
    is_batch: bool

    def wants(self, name: str) -> bool:
        """Whether the handler takes events of this name."""
        return name in self.names or EVERYTHING in self.names


SUBSCRIPTIONS: list[Subscription] = []
"""Every handler that this process has, in the order of registration."""


def subscriber(*names: str, batch: bool = False, app: str | None = None) -> Callable[[H], H]:
    """Handle events by name (`"files.FileDeleted"`, or `"*"` for all).

    A handler is called as `handler(event=…, envelope=…)`, with the event's tenant in force, or, with `batch=True`, as `handler(envelopes=[…])` with
    all events of one tenant. It runs inside the transaction that advances the app's cursor: it writes to its own database alone, is quick, and leaves
    slow or outside work to a job that it enqueues. `app` is the handler's own, read off its module. Raises SubscriptionRefused.
    """

    def decorate(handler: H) -> H:
        where = f"{handler.__module__}.{handler.__qualname__}"
        subscription = Subscription(app or _app_of_module(handler.__module__), frozenset(names), handler, batch)
        _check(subscription, where)
        SUBSCRIPTIONS.append(subscription)
        return handler

    return decorate


def subscriptions_of(app: str) -> list[Subscription]:
    """The handlers of an app that runs here."""
    return [subscription for subscription in SUBSCRIPTIONS if subscription.app == app]


def subscribing_apps() -> list[str]:
    """The apps of this process that handle any event."""
    return sorted({subscription.app for subscription in SUBSCRIPTIONS})


def wanted_names(app: str) -> list[str]:
    """The full names of all events that the app's handlers take."""
    own = subscriptions_of(app)
    return [name for name in map(name_of, EVENT_APPS) if any(subscription.wants(name) for subscription in own)]


def consumers_of(name: str) -> set[str]:
    """The apps to tell of an event: those with a handler here, and those elsewhere whose contract consumes it."""
    here = {subscription.app for subscription in SUBSCRIPTIONS if subscription.wants(name)}
    elsewhere = {app for app in settings.SERVICE_URLS if app not in settings.PLATFORM_APPS and consumed_by(app) & {name, EVERYTHING}}
    return here | elsewhere


def consumed_by(app: str) -> set[str]:
    """What the app's contract says it consumes."""
    return {name for client in CLIENTS.get(app, []) for name in client.service.consumes}


def _app_of_module(module: str) -> str:
    parts = module.split(".")
    if parts[0] != "apps" or len(parts) < 3:
        raise SubscriptionRefused(f"{module} belongs to no app: handlers live in apps/<app>/subscribers.py")
    return parts[1]


def _check(subscription: Subscription, where: str) -> None:
    consumed = consumed_by(subscription.app)
    if EVERYTHING not in consumed and (unannounced := subscription.names - consumed):
        raise SubscriptionRefused(f"{where}: {', '.join(sorted(unannounced))} is not in `consumes` of the contract of {subscription.app!r}")
    known = {EVERYTHING, *map(name_of, EVENT_APPS)}
    if not subscription.names or (unknown := subscription.names - known):
        raise SubscriptionRefused(f"{where}: no contract publishes {', '.join(sorted(unknown)) if subscription.names else 'nothing'}")
    wanted = {"envelopes"} if subscription.is_batch else {"event", "envelope"}
    parameters: dict[str, Any] = dict(inspect.signature(subscription.handler).parameters)
    if set(parameters) != wanted or any(p.kind is not p.KEYWORD_ONLY for p in parameters.values()):
        raise SubscriptionRefused(f"{where}: a handler takes (*, {', '.join(sorted(wanted, reverse=True))})")

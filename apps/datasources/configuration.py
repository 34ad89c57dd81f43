"""A configuration's way in and out: parsed by its kind, secrets kept or asked for anew, hidden in answers. No Django, no network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics_platform.kernel.declare import FieldError
from analytics_platform.kernel.problems import Invalid
from analytics_platform.sources.hub import CONNECTORS, parse_config
from analytics_platform.sources.problems import SourceConfigInvalid
from apps.datasources.contract import HIDDEN, Config


def parsed(kind: str, given: Mapping[str, Any]) -> Config:
    """The configuration with its defaults filled in, as JSON. Raises Invalid with every fault."""
    if kind not in CONNECTORS:
        known = ", ".join(CONNECTORS)
        raise Invalid(errors=[FieldError(field="kind", code="unknown_kind", message=f"There is no kind {kind!r}; there are {known}.")])
    try:
        config: Config = parse_config(kind, given).model_dump(mode="json")
    except SourceConfigInvalid as fault:
        raise Invalid(errors=fault.errors) from fault
    for name in secret_fields(kind):
        if config.get(name) == HIDDEN:
            raise _secret_needed(name, "Send the secret itself: there is none stored that could be kept.")
    return config


def changed(kind: str, stored: Config, given: Mapping[str, Any], *, keep_missing: bool) -> Config:
    """What is stored with what was given in its place: hidden secrets are kept, and with `keep_missing` whatever was not given.

    A stored secret goes to the host that it was given for and to no other: with a new host it has to be sent again. Raises Invalid.
    """
    asked: dict[str, Any] = {**stored, **given} if keep_missing else dict(given)
    asked = {name: value for name, value in asked.items() if value is not None or not keep_missing}
    moved = "host" in asked and asked["host"] != stored.get("host")
    for name in secret_fields(kind):
        was_sent = name in given and given[name] != HIDDEN
        if was_sent or name not in asked:
            continue
        if moved and stored.get(name):
            raise _secret_needed(name, "The host is a new one: send the secret for it.")
        asked[name] = stored.get(name) or ""
    return parsed(kind, asked)


def masked(kind: str, config: Config) -> Config:
    """The configuration as answers show it."""
    return {name: HIDDEN if name in secret_fields(kind) and value else value for name, value in config.items()}


def secret_fields(kind: str) -> tuple[str, ...]:
    """Names of the fields that no answer shows."""
    return CONNECTORS[kind].config_model.secret_fields


def _secret_needed(name: str, message: str) -> Invalid:
    return Invalid(errors=[FieldError(field=f"config.{name}", code="secret_needed", message=message)])

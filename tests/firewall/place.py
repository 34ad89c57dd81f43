"""Where SQL is sent, and what comes back: a place behind a door, the door, and its answer to each text."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from analytics_platform.llm.tests.scripted_model import ScriptedModel
from apps.datasources.contract import data_sources
from tests.firewall.shops import Shop


@dataclass(frozen=True)
class Place:
    """Where a door leads: a client, the source or the files behind it, and a model that says what it is told to."""

    api: Any
    tenant: Any
    source_id: UUID
    file_ids: tuple[str, ...] = ()
    model: ScriptedModel | None = None
    prepared: dict[Any, Any] = field(default_factory=dict)

    def once(self, make: Callable[[Place], Any]) -> Any:
        """What a door needs there before it is knocked at, made once however often that is."""
        if make not in self.prepared:
            self.prepared[make] = make(self)
        return self.prepared[make]


@dataclass(frozen=True)
class Refusal:
    """What a door answered: its status, and every code in the answer. A verdict may say no with 200."""

    is_refused: bool
    status: int
    codes: frozenset[str]


Knock = Callable[[Place, str], Any]
KnockWithMany = Callable[[Place, list[str]], Any]


@dataclass(frozen=True)
class Door:
    """One way in. `takes` names the documented operation and field, or the internal method and argument, that it stands for.

    `own_codes` are what it may say of an attack before the pipeline sees it.
    """

    takes: str
    knock: Knock
    needs: str = "source"
    own_codes: tuple[str, ...] = ()

    def refusal(self, place: Place, sql: str) -> Refusal:
        """Sends SQL through the door."""
        status, body = _read(self.knock(place, sql))
        codes = [error["code"] for error in body.get("errors") or ()]
        return Refusal(status >= 300 or body.get("valid") is False, status, frozenset([*codes, body.get("code", "")]))

    def refusals(self, place: Place, texts: Iterable[str]) -> list[Refusal]:
        """Its answer to each."""
        return [self.refusal(place, text) for text in texts]

    def __str__(self) -> str:
        return self.takes


def told_of_one(place: int, status: int, body: dict[str, Any]) -> Refusal:
    """What an answer says of one of the texts, each of which has faults at its own place: `entities.3.sql`."""
    codes = {error["code"] for error in body.get("errors") or () if error["field"].split(".")[1:2] == [str(place)]}
    return Refusal(status >= 300 and bool(codes), status, frozenset(codes))


def told_of_all(place: int, status: int, body: dict[str, Any]) -> Refusal:
    """Where the first text that is not refused is the answer, a refusal speaks of all of them."""
    return Refusal(status >= 300, status, frozenset((body.get("code", ""),)))


@dataclass(frozen=True)
class WideDoor:
    """A way in for many texts at once."""

    takes: str
    knock: KnockWithMany
    needs: str
    width: int = 50
    told_of: Callable[[int, int, dict[str, Any]], Refusal] = told_of_one
    own_codes: tuple[str, ...] = ()

    def refusal(self, place: Place, sql: str) -> Refusal:
        """Sends one text through the door."""
        return self.refusals(place, [sql])[0]

    def refusals(self, place: Place, texts: Iterable[str]) -> list[Refusal]:
        """Its answer to each."""
        waiting, answers = list(texts), []
        while waiting:
            sent, waiting = waiting[: self.width], waiting[self.width :]
            status, body = _read(self.knock(place, sent))
            answers += [self.told_of(i, status, body) for i in range(len(sent))]
        return answers

    def __str__(self) -> str:
        return self.takes


def place_on(api: Any, tenant: Any, shop: Shop, **more: Any) -> Place:
    """The shop as a source of the tenant."""
    return place_at(api, tenant, shop.kind, shop.config, **more)


def place_at(api: Any, tenant: Any, kind: str, config: dict[str, Any], **more: Any) -> Place:
    """A source of the tenant, new."""
    with tenant.acting():
        source = data_sources.create(name=f"{kind} {uuid.uuid4()}", kind=kind, config=config)
    return Place(api, tenant, source.id, **more)


def made(answer: Any) -> dict[str, Any]:
    """What an answer says was made."""
    assert answer.status_code < 300, answer.content
    body: dict[str, Any] = answer.json()
    return body


def called(place: Place, call: str, body: dict[str, Any]) -> Any:
    """A call as another service of the platform makes it."""
    from analytics_platform.kernel.contracts.wire import service_token

    with place.tenant.acting():
        token = service_token(audience=call.partition("/")[0], lifetime_s=30)
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    return place.api.post(f"/internal/v1/{call}", body, **headers)


def _read(answer: Any) -> tuple[int, dict[str, Any]]:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, (json.loads(content) if "json" in answer.get("Content-Type", "") else None) or {}

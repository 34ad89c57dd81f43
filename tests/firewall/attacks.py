"""Which attacks are sent through which doors, and which of them got in."""

from __future__ import annotations

from typing import Any

import pytest

from analytics_platform.sql.dialects import DIALECTS, Dialect
from analytics_platform.sql.tests.statements import Statement, refused
from tests.firewall.doors import DOORS
from tests.firewall.place import Door, Place, Refusal, WideDoor


def _of(dialect: Dialect, turn: int) -> list[Statement]:
    """Its own attacks, and in its turn those that are the same for every dialect."""
    attacks = [attack for attack in refused() if attack.dialect == dialect]
    shared = [attack for attack in attacks if attack.sql in _IN_EVERY_DIALECT]
    own = [attack for attack in attacks if attack.sql not in _IN_EVERY_DIALECT]
    return [attack for attack in (*own, *shared[turn :: len(DIALECTS)]) if attack.sql]


_TEXTS = [{attack.sql for attack in refused() if attack.dialect == dialect} for dialect in DIALECTS]
_IN_EVERY_DIALECT = set.intersection(*_TEXTS)

ATTACKS = {dialect: _of(dialect, turn) for turn, dialect in enumerate(DIALECTS)}
"""What is sent through the doors of each engine. The empty text is no SQL: fields refuse it as such, or take it for nothing sent."""


def doors(*needs: str) -> list[Any]:
    """The doors that need one of these, as parameters."""
    return [pytest.param(door, id=str(door)) for door in DOORS if door.needs in needs]


def let_in(door: Door | WideDoor, place: Place, attacks: list[Statement]) -> list[tuple[str, Refusal]]:
    """The attacks that were not refused, or for another reason than their own."""
    answers = door.refusals(place, [attack.sql for attack in attacks])
    return [
        (attack.sql, answer)
        for attack, answer in zip(attacks, answers, strict=True)
        if not (answer.is_refused and answer.codes & {*attack.codes, *door.own_codes})
    ]

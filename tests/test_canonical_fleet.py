"""A canonical schema and four shapes that share nothing with the shipped ones: the same answers as the facts give, alone and side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fleet.connected import Fleet, connected, known, rows_of, truth
from tests.fleet.statements import STATEMENTS


@pytest.fixture
def fleet(api: Any, settle: Callable[[], None], tmp_path: Path) -> Iterator[Fleet]:
    with connected(api, settle, tmp_path) as found:
        yield found


def ask(api: Any, sql: str, parameters: dict[str, Any] | None = None, **where: Any) -> Any:
    return api.post("/execute/sql", {"sql": sql, "canonical": "fleet", "parameters": parameters or None, **where})


def test_every_shape_gives_what_the_facts_give(api: Any, fleet: Fleet) -> None:
    wrong: dict[str, Any] = {}
    with truth() as run:
        for statement in STATEMENTS:
            expected = [tuple(map(known, row)) for row in run(statement.truth, statement.parameters)]
            for shape, source_id in fleet.ids.items():
                answer = ask(api, statement.sql, statement.parameters, data_source_id=source_id)
                refused = (answer.status_code, answer.json().get("code")) == (422, "not_translatable")
                found = "refused" if refused else rows_of(answer.json()) if answer.status_code == 200 else answer.json()
                wanted = "refused" if shape in statement.not_on else expected
                wrong |= {f"{statement.name} on {shape}": (found, wanted)} if found != wanted else {}
    assert wrong == {}


def test_side_by_side_rows_are_those_of_each_alone(api: Any, fleet: Fleet) -> None:
    names = (
        "star_of_trips",
        "outer_default_enum",
        "metric_joined",
        "month",
        "boolean_null",
        "time_grouped",
        "decimal_division",
        "parameters",
    )
    for statement in (statement for statement in STATEMENTS if statement.name in names):
        together = ask(api, statement.sql, statement.parameters, data_source_ids=list(fleet.ids.values())).json()
        assert together["incomplete"] == []
        assert together["columns"][0] == {"name": "data_source", "type": "string"}
        with truth() as run:
            expected = [tuple(map(known, row)) for row in run(statement.truth, statement.parameters)]
        for shape in fleet.ids:
            assert [row[1:] for row in rows_of(together) if row[0] == shape] == expected, (statement.name, shape)

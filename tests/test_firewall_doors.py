"""The attacks, all of them, through every door, at each of the four engines: none runs, each is refused for its own reason, and nothing at the source has changed.

One test sends all attacks through one door. What a door needs is made once, so a knock is one request: 2 to 5 ms. Attacks that are the same for every
dialect take turns at the engines; the service is asked of all of them. Two doors cost more and get a part: a model that writes the attack, 25 ms, and a
source of files, 20 ms.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from analytics_platform.llm.tests.scripted_model import ScriptedModel, serving
from analytics_platform.sql.dialects import DIALECTS, Dialect
from analytics_platform.sql.tests.shop import shop_statements
from analytics_platform.sql.tests.statements import harmless, refused
from apps.execution.contract import executions
from tests.firewall.attacks import ATTACKS, doors, let_in
from tests.firewall.place import Door, Place, WideDoor, called, made, place_at, place_on
from tests.firewall.shops import Shop, untouched


@pytest.fixture
def uploaded(api: Any, settle: Callable[[], None]) -> tuple[str, ...]:
    """Orders and customers as uploaded files."""
    connection = duckdb.connect()
    for statement in shop_statements("duckdb"):
        connection.execute(statement)
    ids = []
    for table in ("orders", "customers"):
        relation = connection.sql(f"SELECT * FROM {table}")
        text = io.StringIO()
        csv.writer(text).writerows([relation.columns, *relation.fetchall()])
        form = {"file": SimpleUploadedFile(f"{table}.csv", text.getvalue().encode(), content_type="text/csv")}
        ids.append(api.post("/files/upload", form, content_type=MULTIPART_CONTENT).json()["id"])
    settle()
    return tuple(ids)


@pytest.fixture
def model(settings: Any) -> Iterator[ScriptedModel]:
    """A model that the platform asks."""
    with serving(ScriptedModel("{}")) as scripted:
        settings.LLM_BASE_URL, settings.LLM_API_KEY, settings.LLM_MODEL = scripted.url, "key", "scripted"
        yield scripted


@pytest.mark.parametrize("door", doors("source"))
def test_no_attack_gets_in_through(door: Door, api: Any, tenant: Any, internal: None, shop: Shop) -> None:
    place = place_on(api, tenant, shop)
    assert not door.refusal(place, "SELECT COUNT(*) FROM orders").is_refused
    with untouched(shop):
        assert let_in(door, place, ATTACKS[shop.dialect]) == []


@pytest.mark.parametrize("door", [*doors("source")[:4], *doors("files")])
def test_no_attack_reaches_uploaded_files_through(door: Door, api: Any, tenant: Any, internal: None, uploaded: tuple[str, ...]) -> None:
    place = place_at(api, tenant, "files", {"file_ids": list(uploaded)}, file_ids=uploaded)
    assert not door.refusal(place, "SELECT COUNT(*) FROM orders").is_refused
    attacks = ATTACKS["duckdb"] if door.needs == "files" else ATTACKS["duckdb"][::5]
    assert let_in(door, place, attacks) == []


@pytest.mark.parametrize("door", doors("model"))
def test_a_model_that_writes_attacks_gets_nothing_run(door: WideDoor, api: Any, tenant: Any, model: ScriptedModel, shop: Shop) -> None:
    place = place_on(api, tenant, shop, model=model)
    quarter = [attack.sql for attack in ATTACKS[shop.dialect]][len(door.takes) % 2 :: 4]
    with untouched(shop):
        answers = door.refusals(place, quarter)
    assert {(answer.status, *answer.codes) for answer in answers} == {(502, "model_answer_invalid")}
    assert api.get("/execute/executions").json()["results"] == []


def test_what_is_harmless_gives_the_same_rows_through_every_door(api: Any, tenant: Any, internal: None, shop: Shop) -> None:
    place = place_on(api, tenant, shop)
    statements = [statement.sql for statement in harmless(shop.dialect)[::10]]
    answers = [(sql, [sorted(map(str, rows)) for rows in rows_through_doors(place, sql)]) for sql in statements]
    assert [sql for sql, rows in answers if any(rows[0] != others for others in rows)] == []
    assert any(rows[0] for _, rows in answers)


def rows_through_doors(place: Place, sql: str) -> list[list[Any]]:
    """What a statement gives where it is run, run by another service, and kept as a template."""
    sent = {"data_source_id": str(place.source_id), "sql": sql}
    run = made(place.api.post("/execute/sql", sent))
    service = made(called(place, "execution/run", sent))
    template = made(place.api.post("/queries/templates", {**sent, "name": f"t {uuid.uuid4()}"}))
    rendered = made(place.api.post(f"/queries/templates/{template['id']}/render", {"execute": True}))
    return [run["rows"], service["rows"], rendered["execution"]["rows"]]


def test_all_attacks_are_refused_by_the_service(api: Any, tenant: Any, shop: Shop) -> None:
    place = place_on(api, tenant, shop)
    attacks = [attack for attack in refused() if attack.dialect == shop.dialect]
    with tenant.acting(), untouched(shop):
        verdicts = [(attack, executions.validate(data_source_id=place.source_id, sql=attack.sql)) for attack in attacks]
    assert [attack.sql for attack, verdict in verdicts if verdict.valid or verdict.errors[0].code not in attack.codes] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_engine_has_two_hundred_attacks_at_every_door(dialect: Dialect) -> None:
    assert len({attack.sql for attack in ATTACKS[dialect]}) >= 200

"""Mappings of the fleet through the REST API: what is refused and where, what breaks, who may, and what several sources say together."""

from __future__ import annotations

import copy
import socket
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fleet.connected import MAPPINGS, Fleet, connected
from tests.fleet.facts import SCHEMA, TRIPS

TOTAL = "SELECT total_distance FROM trip"


@pytest.fixture
def fleet(api: Any, settle: Callable[[], None], tmp_path: Path) -> Iterator[Fleet]:
    with connected(api, settle, tmp_path, "postgres", "sqlite") as found:
        yield found


def ask(api: Any, sql: str, **where: Any) -> Any:
    return api.post("/execute/sql", {"sql": sql, "canonical": "fleet", **where})


def changed(shape: str, place: int, **fields: dict[str, Any]) -> dict[str, Any]:
    """The mapping of one entity with some of its fields changed."""
    entity = copy.deepcopy(MAPPINGS[shape]["entities"][place])
    for entry in entity["fields"]:
        entry.update(fields.get(entry["field"], {}))
    return {"entities": [entity]}


def rename(fleet: Fleet) -> None:
    """Columns get other names in both sources, behind the platform's back."""
    with sqlite3.connect(fleet.sqlite) as connection:
        connection.execute("ALTER TABLE trp RENAME COLUMN km TO kilometres")
    connection.close()
    fleet.postgres.execute("ALTER TABLE ops.journeys RENAME COLUMN metres TO length_m")


WRONG_FIELDS: list[tuple[str, dict[str, Any], str]] = [
    ("is_full", {"expression": "product", "values": {"1": "perhaps"}}, "fields.6.values.1"),
    ("day", {"expression": "product", "values": {"1": "soon"}}, "fields.2.values.1"),
    ("id", {"values": {"1": "one"}}, "fields.0.values.1"),
    ("litres", {"default": "none"}, "fields.3.default"),
    ("cost", {"expression": "depot_code", "rule": "thousandth"}, "fields.4.expression"),
    ("cost", {"rule": "nothing"}, "fields.4.rule"),
    ("cost", {"expression": "cents, product"}, "fields.4.expression"),
    ("cost", {"expression": "(SELECT label FROM ops.depots)"}, "fields.4.expression"),
]


def test_a_wrong_field_is_refused_with_its_place_and_nothing_else(api: Any, fleet: Fleet) -> None:
    for field, change, place in WRONG_FIELDS:
        answer = api.patch(f"/mappings/{fleet.ids['postgres']}", changed("postgres", 3, **{field: change}))
        assert (answer.status_code, answer.json()["code"]) == (422, "mapping_invalid"), place
        assert [error["field"] for error in answer.json()["errors"]] == [f"entities.3.{place}"]


def test_a_filter_that_is_no_condition_is_refused(api: Any, fleet: Fleet) -> None:
    body = changed("postgres", 3)
    for condition in ("cents", "depot_code", "on_day"):
        body["entities"][0]["filter"] = condition
        answer = api.patch(f"/mappings/{fleet.ids['postgres']}", body)
        assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [("entities.3.filter", "type_mismatch")]


NONSENSE = [
    "SELECT kind, count(*) AS n FROM vehicle",
    "SELECT trip_count, id FROM trip",
    "SELECT purpose, toll, count(*) AS n FROM trip GROUP BY purpose",
    "SELECT purpose FROM trip GROUP BY purpose ORDER BY distance_km",
    "SELECT purpose FROM trip GROUP BY purpose HAVING toll > 1",
    "SELECT id + 1 AS x FROM vehicle",
    "SELECT sum(kind) AS s FROM vehicle",
    "SELECT is_electric * 2 AS x FROM vehicle",
    "SELECT id FROM vehicle WHERE kind",
    "SELECT id FROM trip WHERE started_at > 'yesterday'",
    "SELECT id FROM trip WHERE distance_km = 'far'",
    "SELECT id FROM trip WHERE departs_at BETWEEN '6' AND 'noon'",
    "SELECT id FROM trip WHERE",
]


def test_what_makes_no_sense_is_refused_by_every_shape_alike(api: Any, fleet: Fleet) -> None:
    for sql in NONSENSE:
        answers = [ask(api, sql, data_source_id=source_id) for source_id in fleet.ids.values()]
        assert [(answer.status_code, answer.json().get("code")) for answer in answers] == [(422, "syntax_error")] * len(answers), sql
        assert {answer.json()["detail"] for answer in answers} == {answers[0].json()["detail"]}
        assert "<" not in answers[0].json()["detail"]


def test_a_column_that_was_renamed_unnoticed_breaks_the_mapping_and_is_no_error_of_the_source(
    api: Any, fleet: Fleet, settle: Callable[[], None]
) -> None:
    rename(fleet)
    for shape, column in (("postgres", "ops.journeys.metres"), ("sqlite", "trp.km")):
        answer = ask(api, TOTAL, data_source_id=fleet.ids[shape])
        assert (answer.status_code, answer.json()["code"], answer.json()["columns"]) == (409, "mapping_broken", [column])
        assert ask(api, "SELECT trip_count FROM trip", data_source_id=fleet.ids[shape]).json()["rows"] == [[len(TRIPS)]]
    settle()
    for source_id in fleet.ids.values():
        mapping = api.get(f"/mappings/{source_id}").json()
        assert (mapping["status"], mapping["broken_fields"]) == ("broken", ["trip.distance_km"])
    covered = api.get("/mappings/coverage", {"schema": "fleet", "sql": TOTAL}).json()["sources"]
    assert [(source["can_answer"], source["lacks"]) for source in covered] == [(False, ["trip.distance_km"])] * 2


def test_a_column_renamed_unnoticed_is_told_beside_the_others_and_by_exports(api: Any, fleet: Fleet) -> None:
    fleet.postgres.execute("ALTER TABLE ops.journeys RENAME COLUMN metres TO length_m")
    together = ask(api, TOTAL, data_source_ids=list(fleet.ids.values())).json()
    assert [row[0] for row in together["rows"]] == ["sqlite"]
    [lacking] = together["incomplete"]
    assert (lacking["data_source"], lacking["code"], lacking["missing"]) == ("postgres", "mapping_broken", ["ops.journeys.metres"])
    fleet.postgres.execute("ALTER TABLE ops.journeys RENAME COLUMN toll_minor TO toll_cents")
    exported = api.post(
        "/execute/export",
        {"data_source_id": fleet.ids["postgres"], "sql": "SELECT toll FROM trip", "canonical": "fleet", "format": "csv"},
    )
    assert (exported.status_code, exported.json()["code"]) == (409, "mapping_broken")


def test_a_column_renamed_unnoticed_is_told_instead_of_a_plan(api: Any, fleet: Fleet) -> None:
    fleet.postgres.execute("ALTER TABLE ops.journeys RENAME COLUMN metres TO length_m")
    explained = api.post("/execute/explain", {"data_source_id": fleet.ids["postgres"], "sql": TOTAL, "canonical": "fleet"})
    assert (explained.status_code, explained.json()["code"], explained.json()["columns"]) == (
        409,
        "mapping_broken",
        ["ops.journeys.metres"],
    )


def test_an_error_that_is_the_statements_own_stays_one(api: Any, fleet: Fleet) -> None:
    answer = ask(api, "SELECT 1 / (count(*) - count(*)) AS x FROM trip", data_source_id=fleet.ids["postgres"])
    assert (answer.status_code, answer.json()["code"]) == (422, "query_failed")


def test_a_source_that_is_down_is_told_beside_the_others(api: Any, fleet: Fleet) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = api.get(f"/data-sources/{fleet.ids['postgres']}").json()["config"]
    api.patch(f"/data-sources/{fleet.ids['postgres']}", {"config": {**config, "port": port, "password": "root"}})
    body = {"question": "how many trips by purpose", "canonical": "fleet", "execute": True, "engine": "offline"}
    found = api.post("/queries/generate-with-agent", {**body, "data_source_ids": list(fleet.ids.values())}).json()["execution"]
    assert {row[0] for row in found["rows"]} == {"sqlite"}
    assert sum(row[2] for row in found["rows"]) == len(TRIPS)
    assert [(one["data_source"], one["code"]) for one in found["incomplete"]] == [("postgres", "source_unreachable")]


def test_tables_of_a_translation_are_those_that_it_reads(api: Any, fleet: Fleet) -> None:
    sql = "SELECT kind, sum(toll) AS toll FROM vehicle v JOIN trip t ON t.vehicle_id = v.id GROUP BY kind"
    found = api.post("/mappings/translate", {"data_source_id": fleet.ids["postgres"], "sql": sql}).json()
    assert sorted(found["tables"]) == ["ops.journeys", "ops.units"]
    assert [(entry["output"], entry["canonical"], entry["actual"]) for entry in found["lineage"]] == [
        ("kind", ["vehicle.kind"], ["ops.units.kind_code"]),
        ("toll", ["trip.toll"], ["ops.journeys.toll_minor", "ops.journeys.toll_currency"]),
    ]


FILTERS = [
    ("purpose = 'private'", "why = 3"),
    ("purpose IN ('private', 'delivery')", "why IN (1, 3)"),
    ("distance_km > 901.5", "metres > 901500"),
    ("distance_km BETWEEN 10 AND 11", "metres BETWEEN 10000 AND 11000"),
    ("started_at >= '2025-04-01'", "started >= '2025-04-01'"),
    ("started_at >= '2024-03-01' AND started_at < DATE '2024-03-03'", "started >= '2024-03-01' AND started < '2024-03-03'"),
]


def test_a_filter_finds_its_rows_by_the_index_that_hand_written_sql_would_use(api: Any, fleet: Fleet) -> None:
    more = """INSERT INTO ops.journeys SELECT depot_code, unit_no, seq + 10000 * g, company, staff_no, started - g * interval '7 hours', ended, plan_departure,
        metres + g * 17, CASE WHEN g % 60 = 0 THEN why ELSE 2 END, toll_minor, toll_currency, void FROM ops.journeys, generate_series(1, 150) AS g"""
    fleet.postgres.execute(more)
    fleet.postgres.execute("ANALYZE")
    for canonical, by_hand in FILTERS:
        body = {"data_source_id": fleet.ids["postgres"], "sql": f"SELECT count(*) AS n FROM trip WHERE {canonical}"}
        statements = (
            api.post("/mappings/translate", body).json()["sql"],
            f"SELECT count(*) AS n FROM ops.journeys WHERE NOT void AND {by_hand}",
        )
        mine, theirs = (shape_of(fleet.postgres.execute(f"EXPLAIN (COSTS OFF) {sql}").fetchall()) for sql in statements)
        assert mine == theirs, canonical
        assert any("Index" in line for line in mine)


def shape_of(plan: list[tuple[str]]) -> list[str]:
    return [line.strip() for (line,) in plan if "Scan" in line or "Aggregate" in line]


def test_documents_give_the_same_again(api: Any, fleet: Fleet) -> None:
    text = api.get("/mappings/schemas/fleet?format=yaml").content.decode()
    again = api.post("/mappings/schemas/import", text.replace("name: fleet", "name: pool", 1), "application/yaml")
    assert again.status_code == 201, again.json()
    assert again.json()["entities"] == api.get("/mappings/schemas/fleet").json()["entities"]
    for shape, source_id in fleet.ids.items():
        before = api.get(f"/mappings/{source_id}").json()["entities"]
        document = api.get(f"/mappings/{source_id}?format=yaml").content.decode()
        assert api.delete(f"/mappings/{source_id}").status_code == 204
        assert api.post(f"/mappings/{source_id}/import", document, "application/yaml").status_code == 201, shape
        assert api.get(f"/mappings/{source_id}").json()["entities"] == before


def test_sources_of_two_versions_stand_side_by_side(api: Any, fleet: Fleet) -> None:
    two = copy.deepcopy(SCHEMA)
    two["entities"][0]["fields"].append({"name": "colour", "type": "string"})
    assert api.post("/mappings/schemas", {**two, "version": 2}).status_code == 201
    assert api.patch(f"/mappings/{fleet.ids['sqlite']}", {"schema_version": 2}).json()["schema_version"] == 2
    found = ask(api, "SELECT count(*) AS n FROM vehicle", data_source_ids=list(fleet.ids.values())).json()
    assert (found["rows"], found["incomplete"]) == ([["postgres", 13], ["sqlite", 13]], [])
    lacking = ask(api, "SELECT colour FROM vehicle", data_source_id=fleet.ids["sqlite"]).json()
    assert (lacking["code"], lacking["missing"]) == ("not_mapped", ["vehicle.colour"])


def test_a_viewer_may_ask_and_not_map(tenant: Any, fleet: Fleet, settle: Callable[[], None]) -> None:
    viewer, source_id = tenant.api("viewer"), fleet.ids["sqlite"]
    body = {"question": "total distance by vehicle kind", "canonical": "fleet", "execute": True, "engine": "offline"}
    asked = viewer.post("/queries/generate-with-agent", {**body, "data_source_id": source_id})
    assert (asked.status_code, len(asked.json()["execution"]["rows"])) == (200, 3)
    assert ask(viewer, TOTAL, data_source_id=source_id).json()["code"] == "free_sql_not_allowed"
    refused = [
        viewer.put(f"/mappings/{source_id}", MAPPINGS["sqlite"]),
        viewer.delete(f"/mappings/{source_id}"),
        viewer.post(f"/mappings/{source_id}/suggest", {"schema": "fleet"}),
        viewer.post("/mappings/schemas", SCHEMA),
    ]
    assert [answer.status_code for answer in refused] == [403] * 4


def test_another_tenant_sees_nothing_of_it(fleet: Fleet, other_tenant: Any) -> None:
    other, source_id = other_tenant.api(), fleet.ids["sqlite"]
    answers = [
        other.get(f"/mappings/{source_id}"),
        other.put(f"/mappings/{source_id}", MAPPINGS["sqlite"]),
        other.post("/mappings/translate", {"data_source_id": source_id, "sql": TOTAL}),
        other.get("/mappings/schemas/fleet"),
        ask(other, TOTAL, data_source_id=source_id),
        ask(other, TOTAL, data_source_ids=list(fleet.ids.values())),
        other.post("/queries/generate", {"data_source_id": source_id, "question": "how many trips", "canonical": "fleet"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7


def test_files_named_in_the_schemas_own_words_are_proposed_right(api: Any, settle: Callable[[], None], tmp_path: Path) -> None:
    with connected(api, settle, tmp_path, "files") as found:
        proposal = api.post(f"/mappings/{found.ids['files']}/suggest", {"schema": "fleet"}).json()
    proposed = {(entity["entity"], field["field"]): field["expression"] for entity in proposal["entities"] for field in entity["fields"]}
    columns = {"kind": "body", "fuel": "fuel"}
    wanted = {
        (e["entity"], f["field"]): columns.get(f["field"], f["expression"]) for e in MAPPINGS["files"]["entities"] for f in e["fields"]
    }
    right = [name for name, expression in wanted.items() if proposed.get(name, "").strip('"') == expression.strip('"')]
    assert len(right) >= 0.8 * len(wanted), sorted(set(wanted) - set(right))

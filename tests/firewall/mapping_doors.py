"""The doors of canonical mappings. Statements in canonical words go in one by one; parts of a mapping and metrics, many at once."""

from __future__ import annotations

import uuid
from typing import Any

from tests.firewall.place import Door, Knock, KnockWithMany, Place, WideDoor, called, made

PARTS = ("sql", "filter", "expression")
"""The parts of a mapping that are SQL of the source's dialect."""

_WIDTH = 50


def _customers() -> dict[str, Any]:
    fields = [{"field": "id", "expression": "id"}, {"field": "name", "expression": "name"}]
    return {"schema": "commerce", "schema_version": 1, "entities": [{"entity": "customer", "source": "customers", "fields": fields}]}


def _mapped(place: Place) -> dict[str, Any]:
    return made(place.api.post(f"/mappings/{place.source_id}", _customers()))


def _canonical(path: str, **more: Any) -> Knock:
    def knock(place: Place, sql: str) -> Any:
        place.once(_mapped)
        return place.api.post(path, {"data_source_id": str(place.source_id), "sql": sql, **more})

    return knock


def _coverage(place: Place, sql: str) -> Any:
    return place.api.get("/mappings/coverage", {"schema": "commerce", "sql": sql})


def _canonical_call(call: str, **more: Any) -> Knock:
    def knock(place: Place, sql: str) -> Any:
        place.once(_mapped)
        return called(place, call, {"sql": sql, **({} if more else {"data_source_id": str(place.source_id)}), **more})

    return knock


def _many_things(place: Place) -> str:
    """The name of a published schema with room for many texts."""
    fields = [{"name": "id", "type": "integer", "key": True}, {"name": "name", "type": "string"}]
    entities = [{"name": f"thing{i}", "fields": fields} for i in range(_WIDTH)]
    return str(made(place.api.post("/mappings/schemas", {"name": f"s{uuid.uuid4().hex[:12]}", "entities": entities}))["name"])


def _thing(i: int, part: str = "", text: str = "") -> dict[str, Any]:
    """An entity that is the customers, one part of which is the text."""
    fields = [{"field": "id", "expression": "id"}, {"field": "name", "expression": text if part == "expression" else "name"}]
    rows = {"sql": text} if part == "sql" else {"source": "customers"}
    return {"entity": f"thing{i}", **rows, "fields": fields} | ({"filter": text} if part == "filter" else {})


def _mapping(place: Place, entities: list[dict[str, Any]]) -> dict[str, Any]:
    return {"schema": place.once(_many_things), "schema_version": 1, "entities": entities}


def _mapped_thing(place: Place) -> dict[str, Any]:
    return made(place.api.post(f"/mappings/{place.source_id}", _mapping(place, [_thing(0)])))


def _things(part: str, texts: list[str]) -> list[dict[str, Any]]:
    return [_thing(i, part, text) for i, text in enumerate(texts)]


def _new_mapping(part: str) -> KnockWithMany:
    def knock(place: Place, texts: list[str]) -> Any:
        place.api.delete(f"/mappings/{place.source_id}")
        return place.api.post(f"/mappings/{place.source_id}", _mapping(place, _things(part, texts)))

    return knock


def _changed_mapping(method: str, part: str) -> KnockWithMany:
    def knock(place: Place, texts: list[str]) -> Any:
        place.once(_mapped_thing)
        body = _mapping(place, _things(part, texts))
        sent = body if method == "put" else {"entities": body["entities"]}
        return getattr(place.api, method)(f"/mappings/{place.source_id}?schema={body['schema']}", sent)

    return knock


def _mapping_call(call: str, part: str) -> KnockWithMany:
    """What the internal call takes is a mapping in parts; the source is mapped already where it is changed."""

    def knock(place: Place, texts: list[str]) -> Any:
        body = _mapping(place, _things(part, texts))
        if call == "create":
            place.api.delete(f"/mappings/{place.source_id}")
        else:
            place.once(_mapped_thing)
        sent = {"entities": body["entities"], "schema": body["schema"]} if call == "change" else {"mapping": body}
        return called(place, f"mapping/{call}", {"data_source_id": str(place.source_id), **sent})

    return knock


def _schema(expressions: list[str]) -> dict[str, Any]:
    """A canonical schema with one entity and a metric of each expression."""
    fields = [{"name": "id", "type": "integer", "key": True}, {"name": "total", "type": "decimal"}]
    metrics = [{"name": f"whole{i}", "expression": text, "entity": "sale"} for i, text in enumerate(expressions)]
    return {"name": f"s{uuid.uuid4().hex[:12]}", "entities": [{"name": "sale", "fields": fields}], "metrics": metrics}


def _rule(text: str) -> dict[str, str]:
    return {"name": f"r{uuid.uuid4().hex[:12]}", "expression": text}


def _new_rule(place: Place, text: str) -> Any:
    return place.api.post("/mappings/rules", _rule(text))


def _made_rule(place: Place) -> dict[str, Any]:
    return made(_new_rule(place, "input / 100.0"))


def _changed_rule(method: str) -> Knock:
    def knock(place: Place, text: str) -> Any:
        rule = place.once(_made_rule)
        return getattr(place.api, method)(f"/mappings/rules/{rule['id']}", {**_rule(text), "name": rule["name"]})

    return knock


def _rule_call(call: str) -> Knock:
    def knock(place: Place, text: str) -> Any:
        which = {} if call == "create_rule" else {"rule_id": place.once(_made_rule)["id"]}
        return called(place, f"mapping/{call}", {"rule": _rule(text), **which})

    return knock


MAPPING_DOORS: list[Door | WideDoor] = [
    Door("POST /execute/sql sql", _canonical("/execute/sql", canonical="commerce"), needs="statement"),
    Door("POST /mappings/translate sql", _canonical("/mappings/translate"), needs="statement"),
    Door("GET /mappings/coverage sql", _coverage, needs="statement"),
    Door("mapping/coverage sql", _canonical_call("mapping/coverage", schema="commerce"), needs="statement"),
    Door("mapping/translate sql", _canonical_call("mapping/translate"), needs="statement"),
    Door("mapping/translate_for_user sql", _canonical_call("mapping/translate_for_user"), needs="statement"),
    WideDoor("POST /mappings/schemas expression", lambda place, texts: place.api.post("/mappings/schemas", _schema(texts)), needs="metric"),
    WideDoor(
        "mapping/publish_schema expression",
        lambda place, texts: called(place, "mapping/publish_schema", {"schema": _schema(texts)}),
        needs="metric",
    ),
    Door("POST /mappings/rules expression", _new_rule, needs="rule"),
    Door("PUT /mappings/rules/{} expression", _changed_rule("put"), needs="rule"),
    Door("PATCH /mappings/rules/{} expression", _changed_rule("patch"), needs="rule"),
    Door("mapping/create_rule expression", _rule_call("create_rule"), needs="rule"),
    Door("mapping/update_rule expression", _rule_call("update_rule"), needs="rule"),
    *(WideDoor(f"POST /mappings/{{}} {part}", _new_mapping(part), needs=part) for part in PARTS),
    *(WideDoor(f"PUT /mappings/{{}} {part}", _changed_mapping("put", part), needs=part) for part in PARTS),
    *(WideDoor(f"PATCH /mappings/{{}} {part}", _changed_mapping("patch", part), needs=part) for part in PARTS),
    *(
        WideDoor(f"mapping/{call} {part}", _mapping_call(call, part), needs=part)
        for call in ("create", "update", "change")
        for part in PARTS
    ),
]

"""Every door that takes SQL, as one line each: what is sent, and where the answer says why it was refused."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from analytics_platform.llm.tests.scripted_model import ScriptedModel


@dataclass(frozen=True)
class Place:
    """Where a door leads: a client, the source or the files behind it, and a model that says what it is told to."""

    api: Any
    tenant: Any
    source_id: UUID
    file_ids: tuple[str, ...] = ()
    model: ScriptedModel | None = None


@dataclass(frozen=True)
class Refusal:
    """What a door answered: its status, and every code in the answer. A verdict may say no with 200."""

    is_refused: bool
    status: int
    codes: frozenset[str]


Knock = Callable[[Place, str], Any]


@dataclass(frozen=True)
class Door:
    """One way in. `takes` names the documented operation and field, or the internal method and argument, that it stands for."""

    takes: str
    knock: Knock
    needs: str = "source"

    def refusal(self, place: Place, sql: str) -> Refusal:
        """Sends SQL through the door."""
        answer = self.knock(place, sql)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        body = (json.loads(content) if "json" in answer.get("Content-Type", "") else None) or {}
        codes = [error["code"] for error in body.get("errors") or ()]
        is_refused = answer.status_code >= 300 or body.get("valid") is False
        return Refusal(is_refused, answer.status_code, frozenset([*codes, body.get("code", "")]))

    def __str__(self) -> str:
        return self.takes


def _sent(path: str, **more: Any) -> Knock:
    return lambda place, sql: place.api.post(path, {"data_source_id": str(place.source_id), "sql": sql, **more})


def _file(place: Place, sql: str) -> Any:
    return place.api.post("/execute/file", {"file_ids": list(place.file_ids), "sql": sql})


def _template(place: Place, sql: str) -> Any:
    return place.api.post("/queries/templates", {"name": f"t {uuid.uuid4()}", "data_source_id": str(place.source_id), "sql": sql})


def _changed_template(method: str) -> Knock:
    def knock(place: Place, sql: str) -> Any:
        made = _template(place, "SELECT 1 AS one").json()
        body = {"name": made["name"], "sql": sql}
        return getattr(place.api, method)(f"/queries/templates/{made['id']}", body)

    return knock


def _stored_template(place: Place, sql: str) -> Any:
    """A template that got past the check at its making: it is checked again when it runs."""
    from apps.querygen.models import Template

    made = _template(place, "SELECT 1 AS one").json()
    with place.tenant.acting():
        Template.objects.filter(id=made["id"]).update(sql=sql)
    return place.api.post(f"/queries/templates/{made['id']}/render", {"execute": True})


def _feedback(place: Place, sql: str) -> Any:
    asked = {"data_source_id": str(place.source_id), "question": "how many orders are there", "engine": "offline"}
    question = place.api.post("/queries/generate", asked).json()
    return place.api.post(f"/queries/{question['id']}/feedback", {"rating": 1, "corrected_sql": sql})


def _suggestions(place: Place, sql: str) -> Any:
    return place.api.get("/queries/suggestions", {"data_source_id": str(place.source_id), "sql": sql})


def _model(path: str, **more: Any) -> Knock:
    """The model writes the attack, once and again when it is told what is wrong with it."""

    def knock(place: Place, sql: str) -> Any:
        assert place.model is not None
        place.model.replies[:] = [json.dumps({"sql": sql, "explanation": "Counts."})]
        question = f"how many orders are there {uuid.uuid4()}"
        return place.api.post(path, {"data_source_id": str(place.source_id), "question": question, "engine": "llm", **more})

    return knock


def _internal(call: str, argument: str = "sql", **more: Any) -> Knock:
    """A call as another service of the platform makes it."""

    def knock(place: Place, sql: str) -> Any:
        body = {name: value(place) if callable(value) else value for name, value in more.items()}
        outer, _, inner = argument.partition(".")
        sent = {inner: sql, **(_policy() if outer == "policy" else {})} if inner else sql
        return _called(place, call, {**body, outer: sent})

    return knock


def _called(place: Place, call: str, body: dict[str, Any]) -> Any:
    from analytics_platform.kernel.contracts.wire import service_token

    with place.tenant.acting():
        token = service_token(audience=call.partition("/")[0], lifetime_s=30)
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    return place.api.post(f"/internal/v1/{call}", body, **headers)


def _policy(**more: Any) -> dict[str, Any]:
    return {"name": f"p {uuid.uuid4()}", "table": "orders", **more}


def _new_policy(place: Place, predicate: str) -> Any:
    return place.api.post(f"/data-sources/{place.source_id}/policies", _policy(row_filter=predicate))


def _changed_policy(method: str) -> Knock:
    def knock(place: Place, predicate: str) -> Any:
        made = _new_policy(place, "1 = 1").json()
        path = f"/data-sources/{place.source_id}/policies/{made['id']}"
        return getattr(place.api, method)(path, _policy(row_filter=predicate))

    return knock


def _mapping(part: str = "", text: str = "") -> dict[str, Any]:
    """A mapping of the customers, one part of which is the text."""
    fields = [{"field": "id", "expression": "id"}, {"field": "name", "expression": text if part == "expression" else "name"}]
    rows = {"sql": text} if part == "sql" else {"source": "customers"}
    return {"schema": "commerce", "schema_version": 1, "entities": [{"entity": "customer", **rows, "fields": fields} | _filter(part, text)]}


def _filter(part: str, text: str) -> dict[str, str]:
    return {"filter": text} if part == "filter" else {}


def _mapped(place: Place) -> None:
    place.api.delete(f"/mappings/{place.source_id}")
    assert place.api.post(f"/mappings/{place.source_id}", _mapping()).status_code == 201


def _new_mapping(part: str) -> Knock:
    def knock(place: Place, text: str) -> Any:
        place.api.delete(f"/mappings/{place.source_id}")
        return place.api.post(f"/mappings/{place.source_id}", _mapping(part, text))

    return knock


def _changed_mapping(method: str, part: str) -> Knock:
    def knock(place: Place, text: str) -> Any:
        _mapped(place)
        body = _mapping(part, text)
        sent = body if method == "put" else {"entities": body["entities"]}
        return getattr(place.api, method)(f"/mappings/{place.source_id}?schema=commerce", sent)

    return knock


def _canonical(path: str, **more: Any) -> Knock:
    def knock(place: Place, sql: str) -> Any:
        _mapped(place)
        return place.api.post(path, {"data_source_id": str(place.source_id), "sql": sql, **more})

    return knock


def _coverage(place: Place, sql: str) -> Any:
    return place.api.get("/mappings/coverage", {"schema": "commerce", "sql": sql})


def _schema(metric: str) -> dict[str, Any]:
    """A canonical schema with one entity and one metric."""
    fields = [{"name": "id", "type": "integer", "key": True}, {"name": "total", "type": "decimal"}]
    metrics = [{"name": "whole", "expression": metric, "entity": "sale"}]
    return {"name": f"s{uuid.uuid4().hex[:12]}", "entities": [{"name": "sale", "fields": fields}], "metrics": metrics}


def _new_schema(place: Place, text: str) -> Any:
    return place.api.post("/mappings/schemas", _schema(text))


def _rule(text: str) -> dict[str, str]:
    return {"name": f"r{uuid.uuid4().hex[:12]}", "expression": text}


def _new_rule(place: Place, text: str) -> Any:
    return place.api.post("/mappings/rules", _rule(text))


def _changed_rule(method: str) -> Knock:
    def knock(place: Place, text: str) -> Any:
        made = _new_rule(place, "input / 100.0").json()
        return getattr(place.api, method)(f"/mappings/rules/{made['id']}", {**_rule(text), "name": made["name"]})

    return knock


def _internal_mapping(call: str, part: str) -> Knock:
    """What the internal call takes is a mapping in parts; the source is mapped already where it is changed."""

    def knock(place: Place, text: str) -> Any:
        place.api.delete(f"/mappings/{place.source_id}")
        body = _mapping(part, text)
        if call != "create":
            _mapped(place)
        sent = {"entities": body["entities"], "schema": "commerce"} if call == "change" else {"mapping": body}
        return _called(place, f"mapping/{call}", {"data_source_id": str(place.source_id), **sent})

    return knock


def _internal_rule(call: str) -> Knock:
    def knock(place: Place, text: str) -> Any:
        made = {} if call == "create_rule" else {"rule_id": _new_rule(place, "input / 100.0").json()["id"]}
        return _called(place, f"mapping/{call}", {"rule": _rule(text), **made})

    return knock


def _source(place: Place) -> str:
    return str(place.source_id)


def _template_id(place: Place) -> str:
    return str(_template(place, "SELECT 1 AS one").json()["id"])


def _policy_id(place: Place) -> str:
    return str(_new_policy(place, "1 = 1").json()["id"])


def _question_id(place: Place) -> str:
    asked = {"data_source_id": str(place.source_id), "question": "how many orders are there", "engine": "offline"}
    return str(place.api.post("/queries/generate", asked).json()["id"])


PARTS = ("sql", "filter", "expression")
"""The parts of a mapping that are SQL of the source's dialect."""

DOORS = [
    Door("POST /execute/sql sql", _sent("/execute/sql")),
    Door("POST /execute/sql sql", _sent("/execute/sql", mode="async")),
    Door("POST /execute/explain sql", _sent("/execute/explain")),
    Door("POST /execute/export sql", _sent("/execute/export", format="csv")),
    Door("POST /execute/file sql", _file, needs="files"),
    Door("POST /queries/validate sql", _sent("/queries/validate")),
    Door("POST /queries/templates sql", _template),
    Door("PUT /queries/templates/{} sql", _changed_template("put")),
    Door("PATCH /queries/templates/{} sql", _changed_template("patch")),
    Door("POST /queries/templates/{}/render", _stored_template),
    Door("POST /queries/{}/feedback corrected_sql", _feedback),
    Door("GET /queries/suggestions sql", _suggestions),
    Door("POST /queries/generate", _model("/queries/generate"), needs="model"),
    Door("POST /queries/generate-with-agent", _model("/queries/generate-with-agent", execute=True), needs="model"),
    Door("POST /data-sources/{}/policies row_filter", _new_policy, needs="predicate"),
    Door("PUT /data-sources/{}/policies/{} row_filter", _changed_policy("put"), needs="predicate"),
    Door("PATCH /data-sources/{}/policies/{} row_filter", _changed_policy("patch"), needs="predicate"),
    Door(
        "datasources/create_policy row_filter",
        _internal("datasources/create_policy", "policy.row_filter", data_source_id=_source),
        needs="predicate",
    ),
    Door(
        "datasources/update_policy row_filter",
        _internal("datasources/update_policy", "policy.row_filter", data_source_id=_source, policy_id=_policy_id),
        needs="predicate",
    ),
    Door(
        "datasources/change_policy row_filter",
        _internal("datasources/change_policy", "changes.row_filter", data_source_id=_source, policy_id=_policy_id),
        needs="predicate",
    ),
    Door("POST /execute/sql sql", _canonical("/execute/sql", canonical="commerce"), needs="statement"),
    Door("POST /mappings/translate sql", _canonical("/mappings/translate"), needs="statement"),
    Door("GET /mappings/coverage sql", _coverage, needs="statement"),
    Door("POST /mappings/schemas expression", _new_schema, needs="metric"),
    Door(
        "mapping/publish_schema expression",
        lambda place, text: _called(place, "mapping/publish_schema", {"schema": _schema(text)}),
        needs="metric",
    ),
    Door("POST /mappings/rules expression", _new_rule, needs="rule"),
    Door("PUT /mappings/rules/{} expression", _changed_rule("put"), needs="rule"),
    Door("PATCH /mappings/rules/{} expression", _changed_rule("patch"), needs="rule"),
    Door("mapping/create_rule expression", _internal_rule("create_rule"), needs="rule"),
    Door("mapping/update_rule expression", _internal_rule("update_rule"), needs="rule"),
    *(Door(f"POST /mappings/{{}} {part}", _new_mapping(part), needs=part) for part in PARTS),
    *(Door(f"PUT /mappings/{{}} {part}", _changed_mapping("put", part), needs=part) for part in PARTS),
    *(Door(f"PATCH /mappings/{{}} {part}", _changed_mapping("patch", part), needs=part) for part in PARTS),
    *(
        Door(f"mapping/{call} {part}", _internal_mapping(call, part), needs=part)
        for call in ("create", "update", "change")
        for part in PARTS
    ),
    Door("mapping/coverage sql", _internal("mapping/coverage", schema="commerce"), needs="statement"),
    Door("mapping/translate sql", _internal("mapping/translate", data_source_id=_source), needs="statement"),
    Door("mapping/translate_for_user sql", _internal("mapping/translate_for_user", data_source_id=_source), needs="statement"),
    Door("execution/run sql", _internal("execution/run", data_source_id=_source)),
    Door("execution/execute sql", _internal("execution/execute", data_source_id=_source)),
    Door("execution/explain sql", _internal("execution/explain", data_source_id=_source)),
    Door("execution/validate sql", _internal("execution/validate", data_source_id=_source)),
    Door("querygen/validate sql", _internal("querygen/validate", data_source_id=_source)),
    Door("querygen/suggestions sql", _internal("querygen/suggestions", data_source_id=_source)),
    Door("querygen/create_template sql", _internal("querygen/create_template", data_source_id=_source, name=lambda _: str(uuid.uuid4()))),
    Door("querygen/update_template sql", _internal("querygen/update_template", template_id=_template_id)),
    Door("querygen/give_feedback corrected_sql", _internal("querygen/give_feedback", "corrected_sql", query_id=_question_id, rating=1)),
]
"""A door that is added to the platform is added here, or `test_every_field_that_takes_sql_is_behind_a_door` fails."""


@contextmanager
def untouched(read: Callable[[], object]) -> Iterator[None]:
    """What `read` gives is the same afterwards."""
    before = read()
    yield
    assert read() == before

"""Every door that takes SQL, as one line each: what is sent, and where the answer says why it was refused."""

from __future__ import annotations

import json
import uuid
from typing import Any

from tests.firewall.mapping_doors import MAPPING_DOORS
from tests.firewall.place import Door, Knock, KnockWithMany, Place, WideDoor, called, made, told_of_all


def _sent(path: str, **more: Any) -> Knock:
    return lambda place, sql: place.api.post(path, {"data_source_id": str(place.source_id), "sql": sql, **more})


def _file(place: Place, sql: str) -> Any:
    return place.api.post("/execute/file", {"file_ids": list(place.file_ids), "sql": sql})


def _template(place: Place, sql: str) -> Any:
    return place.api.post("/queries/templates", {"name": f"t {uuid.uuid4()}", "data_source_id": str(place.source_id), "sql": sql})


def _made_template(place: Place) -> dict[str, Any]:
    return made(_template(place, "SELECT 1 AS one"))


def _changed_template(method: str) -> Knock:
    def knock(place: Place, sql: str) -> Any:
        known = place.once(_made_template)
        return getattr(place.api, method)(f"/queries/templates/{known['id']}", {"name": known["name"], "sql": sql})

    return knock


def _stored_template(place: Place, sql: str) -> Any:
    """A template that got past the check at its making: it is checked again when it runs."""
    from apps.querygen.models import Template

    known = place.once(_made_template)
    with place.tenant.acting():
        Template.objects.filter(id=known["id"]).update(sql=sql)
    return place.api.post(f"/queries/templates/{known['id']}/render", {"execute": True})


def _asked_question(place: Place) -> dict[str, Any]:
    asked = {"data_source_id": str(place.source_id), "question": "how many orders are there", "engine": "offline"}
    return made(place.api.post("/queries/generate", asked))


def _feedback(place: Place, sql: str) -> Any:
    return place.api.post(f"/queries/{place.once(_asked_question)['id']}/feedback", {"rating": 1, "corrected_sql": sql})


def _suggestions(place: Place, sql: str) -> Any:
    return place.api.get("/queries/suggestions", {"data_source_id": str(place.source_id), "sql": sql})


def _model(path: str, **more: Any) -> KnockWithMany:
    """The model writes an attack, and the next one each time that it is told what is wrong with it."""

    def knock(place: Place, texts: list[str]) -> Any:
        assert place.model is not None
        place.model.requests.clear()
        place.model.replies[:] = [json.dumps({"sql": sql, "explanation": "Counts."}) for sql in texts]
        question = f"how many orders are there {uuid.uuid4()}"
        answer = place.api.post(path, {"data_source_id": str(place.source_id), "question": question, "engine": "llm", **more})
        assert answer.status_code < 300 or len(place.model.requests) >= len(texts)
        return answer

    return knock


def _internal(call: str, argument: str = "sql", **more: Any) -> Knock:
    """A call as another service of the platform makes it."""

    def knock(place: Place, sql: str) -> Any:
        body = {name: value(place) if callable(value) else value for name, value in more.items()}
        outer, _, inner = argument.partition(".")
        sent = {inner: sql, **(_policy() if outer == "policy" else {})} if inner else sql
        return called(place, call, {**body, outer: sent})

    return knock


def _policy(**more: Any) -> dict[str, Any]:
    return {"name": f"p {uuid.uuid4()}", "table": "orders", **more}


def _new_policy(place: Place, predicate: str) -> Any:
    return place.api.post(f"/data-sources/{place.source_id}/policies", _policy(row_filter=predicate))


def _made_policy(place: Place) -> dict[str, Any]:
    return made(_new_policy(place, "1 = 1"))


def _changed_policy(method: str) -> Knock:
    def knock(place: Place, predicate: str) -> Any:
        known = place.once(_made_policy)
        path = f"/data-sources/{place.source_id}/policies/{known['id']}"
        return getattr(place.api, method)(path, _policy(row_filter=predicate))

    return knock


def _source(place: Place) -> str:
    return str(place.source_id)


def _template_id(place: Place) -> str:
    return str(place.once(_made_template)["id"])


def _policy_id(place: Place) -> str:
    return str(place.once(_made_policy)["id"])


def _question_id(place: Place) -> str:
    return str(place.once(_asked_question)["id"])


_READ_FIRST = ("syntax_error", "bad_parameter")
"""A template is read for its parameters first."""

DOORS: list[Door | WideDoor] = [
    Door("POST /execute/sql sql", _sent("/execute/sql")),
    Door("POST /execute/sql sql", _sent("/execute/sql", mode="async")),
    Door("POST /execute/explain sql", _sent("/execute/explain")),
    Door("POST /execute/export sql", _sent("/execute/export", format="csv")),
    Door("POST /execute/file sql", _file, needs="files"),
    Door("POST /queries/validate sql", _sent("/queries/validate")),
    Door("POST /queries/templates sql", _template, own_codes=_READ_FIRST),
    Door("PUT /queries/templates/{} sql", _changed_template("put"), own_codes=_READ_FIRST),
    Door("PATCH /queries/templates/{} sql", _changed_template("patch"), own_codes=_READ_FIRST),
    Door("POST /queries/templates/{}/render", _stored_template),
    Door("POST /queries/{}/feedback corrected_sql", _feedback),
    Door("GET /queries/suggestions sql", _suggestions),
    WideDoor("POST /queries/generate", _model("/queries/generate"), needs="model", width=4, told_of=told_of_all),
    WideDoor(
        "POST /queries/generate-with-agent",
        _model("/queries/generate-with-agent", execute=True),
        needs="model",
        width=4,
        told_of=told_of_all,
    ),
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
    *MAPPING_DOORS,
    Door("execution/run sql", _internal("execution/run", data_source_id=_source)),
    Door("execution/execute sql", _internal("execution/execute", data_source_id=_source)),
    Door("execution/explain sql", _internal("execution/explain", data_source_id=_source)),
    Door("execution/validate sql", _internal("execution/validate", data_source_id=_source)),
    Door("querygen/validate sql", _internal("querygen/validate", data_source_id=_source)),
    Door("querygen/suggestions sql", _internal("querygen/suggestions", data_source_id=_source)),
    Door(
        "querygen/create_template sql",
        _internal("querygen/create_template", data_source_id=_source, name=lambda _: str(uuid.uuid4())),
        own_codes=_READ_FIRST,
    ),
    Door("querygen/update_template sql", _internal("querygen/update_template", template_id=_template_id), own_codes=_READ_FIRST),
    Door("querygen/give_feedback corrected_sql", _internal("querygen/give_feedback", "corrected_sql", query_id=_question_id, rating=1)),
]
"""A door that is added to the platform is added here, or `test_every_field_that_takes_sql_is_behind_a_door` fails."""

"""The endpoints, as a client sees them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from analytics_platform.llm.tests.scripted_model import ScriptedModel

GOOD = {"sql": "SELECT COUNT(*) AS orders FROM orders WHERE status = 'completed'", "explanation": "Counts completed orders."}


def asked(source_id: UUID, question: str, **more: Any) -> dict[str, Any]:
    return {"data_source_id": str(source_id), "question": question, **more}


def test_generates_sql_with_what_it_was_based_on(api: Any, source_id: UUID) -> None:
    answer = api.post("/queries/generate", asked(source_id, "total sales by month"))

    assert answer.status_code == 200
    body = answer.json()
    assert body["engine"] == "offline"
    assert body["dialect"] == "sqlite"
    assert body["tables"] == ["order_items", "orders"]
    assert 0.5 < body["confidence"] <= 1
    assert body["cached"] is False
    assert {"id", "explanation", "columns", "assumptions", "warnings", "model", "duration_ms", "conversation_id"} <= body.keys()


def test_finds_values_by_the_words_of_the_question(api: Any, profiled_id: UUID) -> None:
    body = api.post("/queries/generate", asked(profiled_id, "how many customers are in germany")).json()
    assert "'Germany'" in body["sql"]


def test_the_same_question_on_the_same_schema_is_answered_from_before(api: Any, source_id: UUID) -> None:
    first = api.post("/queries/generate", asked(source_id, "how many orders are there")).json()
    second = api.post("/queries/generate", asked(source_id, "How many orders  are there")).json()
    assert (second["cached"], second["sql"]) == (True, first["sql"])
    assert second["id"] != first["id"]


def test_a_disliked_answer_is_not_given_again(api: Any, source_id: UUID) -> None:
    first = api.post("/queries/generate", asked(source_id, "how many orders are there")).json()
    assert api.post(f"/queries/{first['id']}/feedback", {"rating": -1}).status_code == 204
    assert api.post("/queries/generate", asked(source_id, "how many orders are there")).json()["cached"] is False


def test_says_what_it_cannot_answer_and_what_is_closest(api: Any, source_id: UUID) -> None:
    answer = api.post("/queries/generate", asked(source_id, "weather in Berlin"))
    assert (answer.status_code, answer.json()["code"]) == (422, "cannot_answer")
    assert "orders" in answer.json()["closest"]


def test_asks_back_and_takes_the_answer(api: Any, source_id: UUID) -> None:
    answer = api.post("/queries/generate", asked(source_id, "top 3 customers"))
    assert (answer.status_code, answer.json()["code"]) == (422, "ambiguous")
    option = answer.json()["clarifications"][0]["options"][1]["value"]

    settled = api.post("/queries/generate", {"clarification": option, "conversation_id": answer.json()["conversation_id"]})

    assert settled.status_code == 200
    assert "COUNT(*)" in settled.json()["sql"]
    assert settled.json()["conversation_id"] == answer.json()["conversation_id"]


def test_a_follow_up_builds_on_the_question_before(api: Any, profiled_id: UUID) -> None:
    first = api.post("/queries/generate", asked(profiled_id, "total sales")).json()
    second = api.post("/queries/generate", {"question": "and by category?", "conversation_id": first["conversation_id"]}).json()
    third = api.post("/queries/generate", {"question": "only in Germany", "conversation_id": first["conversation_id"]}).json()
    assert "products.category" in second["sql"]
    assert "products.category" in third["sql"]
    assert "'Germany'" in third["sql"]
    assert third["assumptions"][0] == "Read as: total sales by category in Germany"


@pytest.mark.parametrize(
    "body",
    [
        {"question": "how many orders"},
        {"data_source_id": str(uuid4())},
        {"data_source_id": "x", "question": "how many"},
        {"data_source_id": str(uuid4()), "question": ""},
        {"data_source_id": str(uuid4()), "question": "x" * 2001},
        {"data_source_id": str(uuid4()), "question": "how many", "engine": "magic"},
        {"data_source_id": str(uuid4()), "question": "how many", "unknown": 1},
    ],
)
def test_refuses_a_body_that_is_not_as_documented(api: Any, body: dict[str, Any]) -> None:
    answer = api.post("/queries/generate", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_source_that_is_not_there_is_not_found(api: Any) -> None:
    answer = api.post("/queries/generate", asked(uuid4(), "how many orders"))
    assert (answer.status_code, answer.json()["code"]) == (404, "data_source_not_found")


def test_the_agent_runs_what_it_wrote_and_draws_it(api: Any, source_id: UUID) -> None:
    body = api.post("/queries/generate-with-agent", asked(source_id, "revenue by category", execute=True)).json()
    assert [step["node"] for step in body["steps"]] == ["retrieve", "draft", "check"]
    assert body["attempts"] == 1
    assert body["execution"]["status"] == "completed"
    assert sorted(row[0] for row in body["execution"]["rows"]) == ["Books", "Electronics", "Home"]
    assert body["visualization"]["spec"]


def events_of(content: bytes) -> list[tuple[str, dict[str, Any]]]:
    frames = [frame.split("\n") for frame in content.decode().strip().split("\n\n")]
    return [(frame[0].removeprefix("event: "), json.loads(frame[1].removeprefix("data: "))) for frame in frames]


@pytest.mark.django_db(transaction=True)
def test_streams_its_steps(api: Any, source_id: UUID) -> None:
    answer = api.post("/queries/generate-with-agent", asked(source_id, "how many orders", execute=True), HTTP_ACCEPT="text/event-stream")
    events = events_of(b"".join(answer.streaming_content))
    assert answer["Content-Type"] == "text/event-stream"
    assert [name for name, _ in events] == ["step", "step", "step", "sql", "result", "done"]
    assert dict(events)["result"]["execution"]["rows"] == [[7]]
    assert dict(events)["done"]["sql"] == dict(events)["sql"]["sql"]


@pytest.mark.django_db(transaction=True)
def test_a_stream_ends_with_its_problem(api: Any, source_id: UUID) -> None:
    answer = api.post("/queries/generate-with-agent", asked(source_id, "weather in Berlin"), HTTP_ACCEPT="text/event-stream")
    name, data = events_of(b"".join(answer.streaming_content))[-1]
    assert (name, data["code"], data["status"]) == ("error", "cannot_answer", 422)


def test_the_model_answers_where_one_is_configured(api: Any, source_id: UUID, scripted: Callable[..., ScriptedModel]) -> None:
    scripted(GOOD)
    body = api.post("/queries/generate-with-agent", asked(source_id, "how many completed orders", execute=True)).json()
    assert (body["engine"], body["model"]) == ("llm", "scripted-1")
    assert [step["node"] for step in body["steps"]] == ["retrieve", "draft", "check", "dry_run"]
    assert body["execution"]["rows"] == [[5]]


def test_bad_sql_of_the_model_is_repaired(api: Any, source_id: UUID, scripted: Callable[..., ScriptedModel]) -> None:
    model = scripted({"sql": "SELECT COUNT(*) FROM orderz"}, GOOD)
    body = api.post("/queries/generate-with-agent", asked(source_id, "how many completed orders")).json()
    assert body["attempts"] == 2
    assert "unknown_table" in model.requests[1]["messages"][-1]["content"]


def test_a_model_that_is_down_is_stood_in_for_and_it_says_so(api: Any, source_id: UUID, scripted: Callable[..., ScriptedModel]) -> None:
    scripted(500)
    body = api.post("/queries/generate", asked(source_id, "how many completed orders")).json()
    assert body["engine"] == "offline"
    assert "answered by the offline engine" in body["warnings"][0]


def test_a_model_that_takes_longer_than_it_may_is_not_waited_for(
    api: Any, source_id: UUID, scripted: Callable[..., Any], settings: Any
) -> None:
    scripted({"sql": "SELECT 1"}).takes_s = 8.0
    settings.LLM_TIMEOUT_S = 3
    body = api.post("/queries/generate", {"data_source_id": str(source_id), "question": "how many orders"}).json()
    assert body["engine"] == "offline"
    assert "did not answer" in body["warnings"][0]


def test_a_stand_in_is_not_kept_for_when_the_model_is_back(api: Any, source_id: UUID, scripted: Callable[..., ScriptedModel]) -> None:
    model = scripted(500, GOOD)
    api.post("/queries/generate", asked(source_id, "how many completed orders"))
    assert api.post("/queries/generate", asked(source_id, "how many completed orders")).json()["engine"] == "llm"
    assert len(model.requests) == 2


def test_a_model_that_keeps_failing_is_left_alone(api: Any, source_id: UUID, scripted: Callable[..., ScriptedModel]) -> None:
    model = scripted(500)
    for number in range(8):
        api.post("/queries/generate", asked(source_id, f"how many orders in {2010 + number}"))
    assert len(model.requests) < 8


def test_asking_for_a_model_that_is_not_there_is_unavailable(api: Any, source_id: UUID) -> None:
    answer = api.post("/queries/generate", asked(source_id, "how many orders", engine="llm"))
    assert (answer.status_code, answer.json()["code"]) == (503, "model_unavailable")


def test_no_value_of_a_private_source_reaches_the_model(api: Any, private_id: UUID, scripted: Callable[..., ScriptedModel]) -> None:
    model = scripted({"sql": "SELECT nothing FROM orders"}, GOOD)
    api.post("/queries/generate", asked(private_id, "how many orders"))
    assert len(model.requests) == 2
    assert "ordered_at" in model.sent
    assert [value for value in ("Ada", "Germany", "Laptop", "Electronics", "cancelled") if value in model.sent] == []


def test_a_model_that_follows_an_injection_changes_nothing(api: Any, source_id: UUID, scripted: Callable[..., ScriptedModel]) -> None:
    scripted({"sql": "DELETE FROM orders"})
    answer = api.post("/queries/generate-with-agent", asked(source_id, "how many orders", engine="llm", execute=True))
    assert (answer.status_code, answer.json()["code"]) == (502, "model_answer_invalid")
    assert api.post("/queries/generate-with-agent", asked(source_id, "how many orders", engine="offline", execute=True)).json()[
        "execution"
    ]["rows"] == [[7]]


def test_validates_without_running(api: Any, source_id: UUID) -> None:
    good = api.post("/queries/validate", {"data_source_id": str(source_id), "sql": "SELECT id FROM orders"}).json()
    bad = api.post("/queries/validate", {"data_source_id": str(source_id), "sql": "DROP TABLE orders"}).json()
    assert (good["valid"], good["read_only"], good["errors"]) == (True, True, [])
    assert (bad["valid"], bad["read_only"], bad["errors"][0]["code"]) == (False, False, "not_read_only")


def test_history_is_paged_newest_first_and_holds_refusals(api: Any, source_id: UUID) -> None:
    for question in ("how many orders", "weather in Berlin", "total sales"):
        api.post("/queries/generate", asked(source_id, question))
    first = api.get("/queries/history?page_size=2").json()
    second = api.get(first["next"]).json()
    assert [row["question"] for row in first["results"]] == ["total sales", "weather in Berlin"]
    assert first["results"][1]["error_code"] == "cannot_answer"
    assert [row["question"] for row in second["results"]] == ["how many orders"]
    assert second["next"] is None


def test_a_cursor_that_was_not_given_out_is_refused(api: Any) -> None:
    assert api.get("/queries/history?cursor=abc").status_code == 400


def test_people_see_their_own_questions_alone(tenant: Any, source_id: UUID) -> None:
    ann, bob = tenant.api("viewer"), tenant.api("viewer")
    made = ann.post("/queries/generate", asked(source_id, "how many orders")).json()
    assert [row["id"] for row in ann.get("/queries/history").json()["results"]] == [made["id"]]
    assert bob.get("/queries/history").json()["results"] == []
    assert bob.get(f"/queries/{made['id']}").status_code == 404
    assert bob.post("/queries/generate", {"question": "and by status", "conversation_id": made["conversation_id"]}).status_code == 404
    assert [row["id"] for row in tenant.api("owner").get("/queries/history").json()["results"]] == [made["id"]]


def test_a_confirmed_answer_becomes_an_example_and_can_be_forgotten(api: Any, source_id: UUID) -> None:
    made = api.post("/queries/generate", asked(source_id, "how many orders")).json()
    assert api.get("/queries/examples").json()["count"] == 0
    api.post(f"/queries/{made['id']}/feedback", {"rating": 1})
    example = api.get(f"/queries/examples?data_source_id={source_id}").json()["results"][0]
    assert example["sql"] == made["sql"]
    assert api.delete(f"/queries/examples/{example['id']}").status_code == 204
    assert api.get("/queries/examples").json()["count"] == 0


def test_a_corrected_answer_reaches_the_model(api: Any, source_id: UUID, scripted: Callable[..., ScriptedModel]) -> None:
    made = api.post("/queries/generate", asked(source_id, "how many orders", engine="offline")).json()
    corrected = "SELECT COUNT(*) FROM orders WHERE status <> 'cancelled'"
    assert api.post(f"/queries/{made['id']}/feedback", {"rating": -1, "corrected_sql": corrected}).status_code == 204
    model = scripted(GOOD)
    api.post("/queries/generate", asked(source_id, "how many orders in 2024"))
    assert "Confirmed examples" in model.sent
    assert "cancelled" in model.sent


def test_a_correction_that_would_not_run_is_refused(api: Any, source_id: UUID) -> None:
    made = api.post("/queries/generate", asked(source_id, "how many orders")).json()
    answer = api.post(f"/queries/{made['id']}/feedback", {"rating": -1, "corrected_sql": "DELETE FROM orders"})
    assert (answer.status_code, answer.json()["code"]) == (422, "sql_refused")
    assert api.get("/queries/examples").json()["count"] == 0


def test_a_viewer_may_judge_but_not_correct(tenant: Any, source_id: UUID) -> None:
    viewer = tenant.api("viewer")
    made = viewer.post("/queries/generate", asked(source_id, "how many orders")).json()
    assert viewer.post(f"/queries/{made['id']}/feedback", {"rating": 1}).status_code == 204
    assert viewer.post(f"/queries/{made['id']}/feedback", {"rating": 1, "corrected_sql": "SELECT 1"}).status_code == 403


def test_suggests_questions_and_improvements(api: Any, source_id: UUID) -> None:
    body = api.get(f"/queries/suggestions?data_source_id={source_id}").json()
    assert "total sales by month" in body["questions"]
    advice = api.get(f"/queries/suggestions?data_source_id={source_id}&sql=SELECT+*+FROM+orders").json()["optimizations"]
    assert "select_star" in [found["code"] for found in advice]


TEMPLATE = {
    "name": "orders by status",
    "sql": "SELECT COUNT(*) AS n FROM orders WHERE status = :status",
    "parameters": [{"name": "status", "type": "string"}],
}


def test_a_template_lives_its_life(api: Any, source_id: UUID) -> None:
    made = api.post("/queries/templates", {**TEMPLATE, "data_source_id": str(source_id)})
    assert (made.status_code, made.json()["version"]) == (201, 1)
    path = f"/queries/templates/{made.json()['id']}"
    assert api.get(path).json() == made.json()
    assert api.get("/queries/templates?search=status").json()["count"] == 1
    changed = api.patch(path, {"description": "Counts.", "version": 1})
    assert (changed.json()["description"], changed.json()["version"]) == ("Counts.", 2)
    assert api.patch(path, {"description": "Late.", "version": 1}).status_code == 409
    assert api.put(path, {**TEMPLATE, "name": "renamed"}).json()["name"] == "renamed"
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_a_template_is_rendered_with_bound_values(api: Any, source_id: UUID) -> None:
    made = api.post("/queries/templates", {**TEMPLATE, "data_source_id": str(source_id)}).json()
    hostile = "x'; DROP TABLE orders; --"
    body = api.post(f"/queries/templates/{made['id']}/render", {"parameters": {"status": hostile}, "execute": True}).json()
    assert (body["sql"], body["parameters"]) == (TEMPLATE["sql"], {"status": hostile})
    assert body["execution"]["rows"] == [[0]]
    assert api.post(f"/queries/templates/{made['id']}/render", {"parameters": {"status": "completed"}, "execute": True}).json()[
        "execution"
    ]["rows"] == [[5]]


def test_a_viewer_runs_templates_and_writes_none(tenant: Any, source_id: UUID) -> None:
    made = tenant.api().post("/queries/templates", {**TEMPLATE, "data_source_id": str(source_id)}).json()
    viewer = tenant.api("viewer")
    assert viewer.post(f"/queries/templates/{made['id']}/render", {"parameters": {"status": "pending"}, "execute": True}).json()[
        "execution"
    ]["rows"] == [[1]]
    assert viewer.post("/queries/templates", {**TEMPLATE, "name": "x", "data_source_id": str(source_id)}).status_code == 403


def test_a_template_that_would_not_run_is_refused(api: Any, source_id: UUID) -> None:
    bodies = [
        {**TEMPLATE, "sql": "DELETE FROM orders WHERE status = :status"},
        {**TEMPLATE, "sql": "SELECT nothing FROM orders WHERE status = :status"},
        {**TEMPLATE, "parameters": []},
    ]
    answers = [api.post("/queries/templates", {**body, "data_source_id": str(source_id)}) for body in bodies]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (422, "sql_refused"),
        (422, "sql_refused"),
        (422, "template_invalid"),
    ]


def test_two_templates_cannot_have_one_name(api: Any, source_id: UUID) -> None:
    api.post("/queries/templates", {**TEMPLATE, "data_source_id": str(source_id)})
    answer = api.post("/queries/templates", {**TEMPLATE, "data_source_id": str(source_id)})
    assert (answer.status_code, answer.json()["code"]) == (409, "query_template_exists")


def test_nobody_is_let_in_without_signing_in(anonymous: Any) -> None:
    paths = ["/queries/history", "/queries/templates", "/queries/examples", f"/queries/suggestions?data_source_id={uuid4()}"]
    assert {anonymous.get(path).status_code for path in paths} == {401}
    assert {anonymous.post(f"/queries/{path}").status_code for path in ("generate", "generate-with-agent", "validate")} == {401}

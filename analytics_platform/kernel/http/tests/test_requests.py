"""What every request gets: an identity, a tenant, limits, one error body, and nothing left behind."""

from __future__ import annotations

import json
import time

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from analytics_platform.kernel import epochs
from analytics_platform.kernel.context import active_schema, principal_or_none, tenant_of
from analytics_platform.kernel.redis import redis_client

pytestmark = [pytest.mark.layouts, pytest.mark.urls("analytics_platform.kernel.http.tests.probe_urls")]


def assert_problem(response, status: int, code: str) -> dict:
    """The one error body, checked whole."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(body)
    assert (body["status"], body["code"]) == (status, code)
    assert body["request_id"] == response["X-Request-ID"]
    return body


def test_works_in_the_tenant_of_the_token_and_leaves_nothing_behind(tenant) -> None:
    answer = tenant.api().post("/probe", {"name": "a"}, headers={"X-Request-ID": "mine-1"})
    assert answer.status_code == 201
    assert answer.json()["schema_in_force"] == tenant_of(tenant.id).schema
    assert answer.json()["request_id"] == answer["X-Request-ID"] == "mine-1"
    assert active_schema() == "public"
    assert principal_or_none() is None


def test_refuses_a_nul_character_wherever_it_hides(tenant) -> None:
    client = tenant.api()
    assert_problem(client.post("/probe", '{"name": "a\\u0000b"}'), 400, "invalid")
    assert_problem(client.post("/probe", '{"name": "a\\\\\\u0000b"}'), 400, "invalid")
    assert client.post("/probe", '{"name": "a\\\\u0000b"}').status_code == 201


def test_asks_no_database_who_is_asking(tenant) -> None:
    client = tenant.api()
    with CaptureQueriesContext(connections["default"]) as queries:
        assert client.post("/probe", {"name": "a"}).status_code == 201
    assert len(queries) == 0


def test_refuses_who_is_not_signed_in(anonymous) -> None:
    body = assert_problem(anonymous.post("/probe", {"name": "a"}), 401, "not_signed_in")
    assert "token" in body["detail"]


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer a.b.c", "Basic dXNlcjpwdw==", "Bearer "])
def test_refuses_an_odd_token(anonymous, header: str) -> None:
    assert_problem(anonymous.post("/probe", {"name": "a"}, headers={"Authorization": header}), 401, "token_invalid")


def test_refuses_a_token_signed_by_somebody_else(anonymous, tenant) -> None:
    import jwt

    forged = jwt.encode({"user_id": "x", "iss": "analytics-platform", "exp": time.time() + 60, "iat": 1}, "k" * 40, algorithm="HS256")
    assert_problem(anonymous.get("/probe", headers={"Authorization": f"Bearer {forged}"}), 401, "token_invalid")


def test_refuses_without_the_permission(tenant) -> None:
    assert_problem(tenant.api("viewer").post("/probe", {"name": "a"}), 403, "permission_denied")


def test_refuses_another_tenants_name(tenant, other_tenant) -> None:
    assert_problem(tenant.api().get("/probe", headers={"X-Tenant": other_tenant.slug}), 403, "tenant_mismatch")
    assert tenant.api().get("/probe", headers={"X-Tenant": tenant.slug}).status_code == 200


@pytest.mark.parametrize("scope", ["tenant", "member", "session"])
def test_an_older_token_is_stale(tenant, scope: str) -> None:
    client = tenant.api()
    principal = client.principal
    scopes = {
        "tenant": epochs.tenant_scope(tenant.id),
        "member": epochs.member_scope(tenant.id, principal.user_id),
        "session": epochs.session_scope(principal.session_id),
    }
    epochs.raise_epoch(scopes[scope])
    assert_problem(client.get("/probe"), 401, "token_stale")
    assert tenant.api(issued_ms=int(time.time() * 1000) + 1000, user_id=principal.user_id).get("/probe").status_code == 200


def test_says_503_when_nobody_knows_whether_the_token_holds(tenant, settings) -> None:
    client = tenant.api()
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    redis_client.cache_clear()
    try:
        answer = client.get("/probe")
    finally:
        redis_client.cache_clear()
    assert_problem(answer, 503, "epoch_unknown")
    assert answer["Retry-After"]


def test_counts_requests_and_refuses_past_the_limit(tenant, settings) -> None:
    settings.RATE_LIMIT_PER_MINUTE = 3
    client = tenant.api()
    answers = [client.get("/probe") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert_problem(answers[-1], 429, "rate_limited")
    assert int(answers[-1]["Retry-After"]) > 0


def test_names_every_faulty_field(tenant) -> None:
    body = assert_problem(tenant.api().post("/probe", {"count": 0}), 400, "invalid")
    assert {(error["field"], error["code"]) for error in body["errors"]} == {("name", "missing"), ("count", "greater_than_equal")}


def test_refuses_a_body_that_is_no_json(tenant) -> None:
    assert_problem(tenant.api().post("/probe", "{not json", "application/json"), 400, "malformed")


def test_refuses_another_media_type(tenant) -> None:
    assert_problem(tenant.api().post("/probe", "name=a", "application/x-www-form-urlencoded"), 415, "unsupported_media_type")


def test_refuses_another_method(tenant) -> None:
    answer = tenant.api().patch("/probe", {})
    assert_problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, POST, PUT, DELETE, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["DISPATCH", "AS_VIEW", "OPTIONS_", "SETUP"])
def test_an_attribute_of_a_view_is_no_method(tenant, method: str) -> None:
    assert_problem(tenant.api().generic(method, "/probe"), 405, "method_not_allowed")


def test_says_what_a_path_allows(tenant) -> None:
    answer = tenant.api().options("/probe")
    assert (answer.status_code, answer["Allow"]) == (200, "GET, POST, PUT, DELETE, HEAD, OPTIONS")


def test_an_unknown_path_is_a_problem_too(tenant) -> None:
    assert_problem(tenant.api().get("/nowhere"), 404, "not_found")
    assert_problem(tenant.api().get("/api/v9/files"), 404, "unknown_api_version")


def test_a_defect_is_told_without_its_cause(tenant, caplog) -> None:
    body = assert_problem(tenant.api().put("/probe", {}), 500, "internal_error")
    assert "hunter2" not in json.dumps(body)


def test_pages_link_to_their_neighbours(tenant) -> None:
    body = tenant.api().get("/probe?page=2&page_size=2").json()
    assert (body["count"], [row["name"] for row in body["results"]]) == (5, ["2", "3"])
    assert "page=3" in body["next"]
    assert "page=1" in body["previous"]
    assert tenant.api().get("/probe?page=3&page_size=2").json()["next"] is None
    assert_problem(tenant.api().get("/probe?page=0"), 400, "invalid")
    assert_problem(tenant.api().get("/probe?page_size=501"), 400, "invalid")


def test_an_empty_answer_has_no_body(tenant) -> None:
    answer = tenant.api().delete("/probe")
    assert (answer.status_code, answer.content) == (204, b"")


def test_long_work_says_where_it_is(tenant) -> None:
    answer = tenant.api().post("/probe/accepted")
    assert (answer.status_code, answer["Location"]) == (202, "/api/v1/jobs/1")


def test_every_chunk_of_a_stream_is_made_in_the_callers_tenant(tenant) -> None:
    answer = tenant.api().get("/probe/stream", headers={"X-Request-ID": "s-1"})
    assert active_schema() == "public"
    assert b"".join(answer.streaming_content).decode().splitlines() == [f"{tenant_of(tenant.id).schema} s-1"] * 3
    assert active_schema() == "public"


def test_an_error_inside_an_event_stream_ends_it_as_an_event(tenant) -> None:
    text = b"".join(tenant.api().get("/probe/events").streaming_content).decode()
    assert text.startswith(f'event: step\ndata: {{"schema":"{tenant_of(tenant.id).schema}"}}')
    assert "event: error" in text
    assert "probe_refused_on_the_way" in text


class TestIdempotency:
    def test_the_same_key_and_body_give_the_first_answer(self, tenant) -> None:
        client = tenant.api()
        first, second = (client.post("/probe", {"name": "a"}, headers={"Idempotency-Key": "k"}) for _ in range(2))
        assert first.status_code == second.status_code == 201
        assert first.json() == second.json()
        assert second["Idempotency-Replayed"] == "true"

    def test_another_body_is_a_conflict(self, tenant) -> None:
        client = tenant.api()
        client.post("/probe", {"name": "a"}, headers={"Idempotency-Key": "k"})
        assert_problem(client.post("/probe", {"name": "b"}, headers={"Idempotency-Key": "k"}), 409, "idempotency_key_reused")

    def test_the_key_belongs_to_its_caller(self, tenant, other_tenant) -> None:
        mine = tenant.api().post("/probe", {"name": "a"}, headers={"Idempotency-Key": "k"})
        theirs = other_tenant.api().post("/probe", {"name": "a"}, headers={"Idempotency-Key": "k"})
        assert mine.json()["id"] != theirs.json()["id"]

    def test_a_refused_request_frees_its_key(self, tenant) -> None:
        client = tenant.api()
        assert client.post("/probe", {"count": 0}, headers={"Idempotency-Key": "k"}).status_code == 400
        assert client.post("/probe", {"name": "a"}, headers={"Idempotency-Key": "k"}).status_code == 201

    def test_one_that_still_runs_is_a_conflict(self, tenant) -> None:
        from analytics_platform.kernel.context import acting_as
        from analytics_platform.kernel.http.idempotency import InProgress, once

        client = tenant.api()
        body = b"{}"
        with acting_as(client.principal), pytest.raises(InProgress):
            once(key="k", scope="s", body=body, run=lambda: once(key="k", scope="s", body=body, run=lambda: None))


def test_answers_only_to_the_hosts_that_the_operator_listed(tenant) -> None:
    client = tenant.api()
    body = assert_problem(client.post("/probe", {"name": "a"}, headers={"Host": "evil.example"}), 400, "malformed")
    assert "ALLOWED_HOSTS" in body["detail"]
    assert client.post("/probe", {"name": "a"}, headers={"Host": "localhost"}).status_code == 201

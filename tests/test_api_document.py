"""The OpenAPI document: every path of the API's contract is there, everything in it is explained, and it says what really happens."""

from __future__ import annotations

import pytest
from openapi_spec_validator import validate

from tests.api_document import document, is_public, operations, with_ids

PATHS = [
    "",
    "GET /",
    "POST /auth/register",
    "POST /auth/login",
    "POST /auth/refresh",
    "POST /auth/logout",
    "GET /auth/validate",
    "POST /auth/switch",
    "GET /auth/user",
    "PATCH /auth/user",
    "POST /auth/password/change",
    "POST /auth/password/reset",
    "POST /auth/password/reset/confirm",
    "GET /auth/sessions",
    "DELETE /auth/sessions/{}",
    "GET /auth/tenants/{}/users",
    "POST /auth/tenants/{}/users",
    "PATCH /auth/tenants/{}/users/{}",
    "DELETE /auth/tenants/{}/users/{}",
    "GET /auth/tenants/{}/roles",
    "POST /auth/tenants/{}/roles",
    "PATCH /auth/tenants/{}/roles/{}",
    "DELETE /auth/tenants/{}/roles/{}",
    "GET /auth/tenants/{}",
    "PATCH /auth/tenants/{}",
    "GET /auth/api-keys",
    "POST /auth/api-keys",
    "DELETE /auth/api-keys/{}",
    "GET /data-sources",
    "POST /data-sources",
    "GET /data-sources/{}",
    "PUT /data-sources/{}",
    "PATCH /data-sources/{}",
    "DELETE /data-sources/{}",
    "POST /data-sources/{}/health-check",
    "GET /data-sources/{}/health",
    "GET /data-sources/kinds",
    "GET /data-sources/{}/policies",
    "POST /data-sources/{}/policies",
    "GET /data-sources/{}/policies/{}",
    "PUT /data-sources/{}/policies/{}",
    "PATCH /data-sources/{}/policies/{}",
    "DELETE /data-sources/{}/policies/{}",
    "POST /schema/introspect",
    "GET /schema/{}",
    "POST /schema/{}/refresh",
    "GET /schema/{}/tables",
    "GET /schema/{}/tables/{}",
    "PATCH /schema/{}/tables/{}",
    "GET /schema/{}/versions",
    "GET /schema/{}/versions/{}",
    "GET /schema/{}/diff",
    "GET /schema/{}/catalog",
    "POST /queries/generate",
    "POST /queries/generate-with-agent",
    "POST /queries/validate",
    "GET /queries/history",
    "POST /queries/{}/feedback",
    "GET /queries/suggestions",
    "GET /queries/templates",
    "POST /queries/templates",
    "GET /queries/templates/{}",
    "PUT /queries/templates/{}",
    "DELETE /queries/templates/{}",
    "POST /queries/templates/{}/render",
    "POST /execute/sql",
    "POST /execute/file",
    "GET /execute/results/{}",
    "POST /execute/cancel/{}",
    "POST /execute/export",
    "POST /execute/explain",
    "GET /execute/executions",
    "GET /visualizations/types",
    "POST /visualizations/select-type",
    "POST /visualizations/generate-config",
    "GET /visualizations/{}",
    "GET /visualizations/{}/render",
    "GET /visualizations/templates",
    "POST /visualizations/templates",
    "PUT /visualizations/templates/{}",
    "DELETE /visualizations/templates/{}",
    "POST /files/upload",
    "GET /files",
    "GET /files/{}",
    "DELETE /files/{}",
    "GET /files/{}/download",
    "GET /files/{}/preview",
    "POST /files/{}/process",
    "GET /jobs/{}",
    "",
]
PUBLIC = {
    ("get", "/api/v1/"),
    ("post", "/api/v1/auth/register"),
    ("post", "/api/v1/auth/login"),
    ("post", "/api/v1/auth/refresh"),
    ("post", "/api/v1/auth/logout"),
    ("post", "/api/v1/auth/password/reset"),
    ("post", "/api/v1/auth/password/reset/confirm"),
}


def nameless(path: str) -> str:
    """The path relative to /api/v1, its parameters without names."""
    import re

    return re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1"))


def test_is_valid() -> None:
    validate(document())


@pytest.mark.parametrize("wanted", [line for line in PATHS if line])
def test_has_every_path_of_the_contract(wanted: str) -> None:
    assert wanted in {f"{method.upper()} {nameless(path)}" for method, path, _ in operations()}


def test_every_operation_is_explained() -> None:
    for method, path, operation in operations():
        assert operation.get("summary"), (method, path)
        assert len(operation["tags"]) == 1, (method, path)
        assert any(status.startswith("2") for status in operation["responses"]), (method, path)
        assert "429" in operation["responses"], (method, path)
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(ids) == len(set(ids))


def test_only_the_named_operations_are_public() -> None:
    assert {(method, path) for method, path, operation in operations() if is_public(operation)} == PUBLIC


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p, o in operations() if not is_public(o)])
def test_nobody_gets_in_without_signing_in(anonymous, method: str, path: str) -> None:
    answer = anonymous.generic(method.upper(), with_ids(path), "{}")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.layouts
@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p, o in operations() if "{" in p and not is_public(o)])
def test_an_id_that_is_not_there_is_a_documented_problem(tenant, method: str, path: str) -> None:
    """The same answer as for another tenant's id, which is not there either."""
    operation = next(o for m, p, o in operations() if (m, p) == (method, path))
    answer = tenant.api().generic(method.upper(), with_ids(path), "{}")
    assert str(answer.status_code) in operation["responses"], answer.content
    is_without_session = answer.json()["code"] == "session_needed"  # the signed-in test principal has none
    assert answer.status_code in (400, 404) or is_without_session, answer.content
    assert answer["Content-Type"] == "application/problem+json"

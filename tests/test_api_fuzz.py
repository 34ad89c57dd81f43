"""The OpenAPI document fuzzed: whatever is sent, no 5xx and no answer that the document does not name."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.api_document import document, operations

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is a development dependency")
EXAMPLES = 12


def cases():
    """Each operation of the document as schemathesis sees it."""
    schema = schemathesis.openapi.from_dict(document())
    return {(result.ok().method.lower(), result.ok().path): result.ok() for result in schema.get_all_operations()}


FUZZED = cases()


def test_covers_every_operation() -> None:
    assert set(FUZZED) == {(method, path) for method, path, _ in operations()}


@pytest.mark.parametrize(("method", "path"), sorted(FUZZED))
def test_answers_as_documented(tenant, method: str, path: str) -> None:
    documented = document()["paths"][path][method]["responses"]
    client = tenant.api()

    @given(case=FUZZED[method, path].as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def fuzz(case) -> None:
        sent = case.as_transport_kwargs(base_url="http://localhost")
        answer = _send(client, sent)
        assert answer.status_code < 500, (sent, answer.content[:500])
        assert str(answer.status_code) in documented, (sent, answer.status_code, getattr(answer, "content", b"")[:500])

    fuzz()


def _send(client, sent):
    """One generated request through Django's own client."""
    from urllib.parse import urlsplit

    import requests

    prepared = requests.Request(
        sent["method"],
        sent["url"],
        params=sent.get("params"),
        json=sent.get("json"),
        data=sent.get("data"),
        files=sent.get("files"),
        headers={name: value for name, value in (sent.get("headers") or {}).items() if name.lower() != "authorization"},
    ).prepare()
    parts = urlsplit(prepared.url)
    headers = {
        f"HTTP_{name.upper().replace('-', '_')}": value if isinstance(value, str) else value.decode("latin-1")
        for name, value in prepared.headers.items()
        if name.lower() not in ("content-type", "content-length", "host")
    }
    content_type = prepared.headers.get("Content-Type", "application/json")
    body = prepared.body or b""
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return client.generic(prepared.method, path, body, content_type, **headers)

"""Logs carry who and which request, and never a secret; metrics count; traces go where an endpoint is set."""

from __future__ import annotations

import io
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import structlog

from analytics_platform.kernel import observability
from analytics_platform.kernel.context import request_scope, tenant_in_force
from analytics_platform.kernel.ids import uuid7

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


@pytest.fixture
def lines(settings):
    """What was logged, each line parsed."""
    settings.LOG_LEVEL = "INFO"
    kept = logging.getLogger().handlers
    observability.configure_logging()
    written = io.StringIO()
    logging.getLogger().handlers[0].setStream(written)  # type: ignore[attr-defined]
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().handlers = kept
    logging.getLogger().setLevel("ERROR")


def test_a_line_says_tenant_request_and_trace(lines) -> None:
    tenant = uuid7()
    with request_scope(id="r-1", trace=TRACE), tenant_in_force(tenant):
        structlog.get_logger("probe").info("happened", size_bytes=3)
    (line,) = lines()
    assert (line["event"], line["tenant"], line["request_id"], line["trace_id"]) == ("happened", str(tenant), "r-1", "a" * 32)
    assert line["size_bytes"] == 3


def test_the_standard_library_logs_the_same_way(lines) -> None:
    with request_scope(id="r-2"):
        logging.getLogger("somebody.elses").warning("odd %s", "thing")
    (line,) = lines()
    assert (line["event"], line["request_id"], line["level"]) == ("odd thing", "r-2", "warning")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "hunter2"),
        ("api_key", "hunter2"),
        ("sealed", "hunter2"),
        ("url", "postgres://someone:hunter2@db/x"),
        ("header", "Bearer hunter2"),
        ("note", "the token eyJhbGciOi.eyJzdWIi.hunter2 was sent"),
    ],
)
def test_a_secret_is_never_logged(lines, name: str, value: str) -> None:
    structlog.get_logger("probe").info("happened", **{name: value})
    (line,) = lines()
    assert "hunter2" not in json.dumps(line)


def test_a_traceback_is_logged_without_the_secret_in_its_message(lines) -> None:
    try:
        raise ValueError("cannot reach postgres://someone:hunter2@db/x")
    except ValueError:
        structlog.get_logger("probe").exception("failed")
    (line,) = lines()
    assert "ValueError" in line["exception"]
    assert "hunter2" not in line["exception"]


def test_requests_are_counted_by_route(tenant) -> None:
    labels = {"method": "GET", "route": "api/v1/", "status": "200"}
    before = observability.REQUESTS.labels(**labels)._value.get()
    tenant.api().get("/")
    assert observability.REQUESTS.labels(**labels)._value.get() == before + 1


def test_metrics_are_not_for_everybody(tenant, settings) -> None:
    client = tenant.api()
    assert b"platform_requests_total" in client.get("/api/v1/metrics").content
    refused = client.get("/api/v1/metrics", REMOTE_ADDR="203.0.113.5")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
    headers = {"Authorization": f"Bearer {settings.METRICS_TOKEN}"}
    assert client.get("/api/v1/metrics", REMOTE_ADDR="203.0.113.5", headers=headers).status_code == 200


def test_spans_reach_the_endpoint_and_carry_on_the_callers_trace(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.OTLP_ENDPOINT = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", settings.OTLP_ENDPOINT)
    observability._tracer.cache_clear()
    try:
        from analytics_platform.kernel.context import traceparent

        with request_scope(id="r-3", trace=TRACE), observability.span("a step"):
            inside = traceparent()
        observability._tracer().span_processor.force_flush()
    finally:
        observability._tracer.cache_clear()
        server.shutdown()
    assert inside.split("-")[1] == "a" * 32
    assert inside != TRACE
    assert b"a step" in b"".join(received)
    assert bytes.fromhex("a" * 32) in b"".join(received)

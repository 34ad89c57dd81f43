"""Logs, metrics and traces: JSON lines with tenant, request and trace; Prometheus; OpenTelemetry where an endpoint is set."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

import structlog
from django.conf import settings
from prometheus_client import Counter, Histogram

from analytics_platform.kernel import context

REQUESTS = Counter("platform_requests_total", "Requests answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "platform_request_seconds",
    "Time to answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
_SECRET_NAME = re.compile(r"password|secret|token|authorization|api_?key|private_?key|credential|sealed", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"(Bearer\s+)\S+|(://[^:/@\s]+:)[^@\s]+(?=@)|eyJ[\w-]+\.[\w-]+\.[\w-]+", re.IGNORECASE)

Entry = MutableMapping[str, Any]


def _with_context(logger: Any, method: str, entry: Entry) -> Entry:
    """What every line carries."""
    tenant = context.tenant_or_none()
    principal = context.principal_or_none()
    if context.request_id():
        entry.setdefault("request_id", context.request_id())
    if tenant is not None:
        entry.setdefault("tenant", str(tenant))
    if principal is not None:
        entry.setdefault("user", str(principal.user_id))
    if context.traceparent():
        entry.setdefault("trace_id", context.traceparent().split("-")[1])
    return entry


def _without_secrets(logger: Any, method: str, entry: Entry) -> Entry:
    """Values under a secret's name, bearer tokens and passwords in URLs never reach a log."""
    for name, value in entry.items():
        if _SECRET_NAME.search(name):
            entry[name] = "********"
        elif isinstance(value, str):
            entry[name] = _SECRET_VALUE.sub(lambda match: (match[1] or match[2] or "") + "********", value)
    return entry


def configure_logging() -> None:
    """structlog and the standard library write the same JSON lines to standard error."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_context,
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(default=str)],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.LOG_LEVEL)
    for noisy in ("httpx", "httpcore", "botocore", "urllib3", "psycopg.pool"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # told by our own handler


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """One request, for Prometheus."""
    _counter(method, route, status).inc()
    _timer(method, route).observe(seconds)


@lru_cache(maxsize=10_000)
def _counter(method: str, route: str, status: int) -> Counter:
    return REQUESTS.labels(method, route, str(status))


@lru_cache(maxsize=10_000)
def _timer(method: str, route: str) -> Histogram:
    return REQUEST_SECONDS.labels(method, route)


@cache
def _tracer() -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(
        resource=Resource.create({"service.name": "analytics-platform", "platform.apps": ",".join(settings.PLATFORM_APPS)})
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("analytics_platform")


@contextmanager
def span(name: str, **attributes: str) -> Iterator[None]:
    """A span of the trace in force, and the trace of everything inside. Free where no OTLP endpoint is set."""
    if not settings.OTLP_ENDPOINT:
        yield
        return
    from opentelemetry.propagate import extract, inject

    parent = extract({"traceparent": context.traceparent()})
    with _tracer().start_as_current_span(name, context=parent, attributes=attributes):
        carrier: dict[str, str] = {}
        inject(carrier)
        token = context._traceparent.set(carrier.get("traceparent", ""))
        try:
            yield
        finally:
            context._traceparent.reset(token)

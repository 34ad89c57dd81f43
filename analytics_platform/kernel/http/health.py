"""Liveness and readiness of this process, and its metrics: the same in the whole deployable and in a lifted app."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from functools import partial
from ipaddress import ip_address
from typing import Any, cast

import redis
from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django_prometheus.exports import ExportToDjangoView

from analytics_platform.kernel.context import NotSignedIn
from analytics_platform.kernel.redis import redis_client
from analytics_platform.kernel.tenancy.schemas import local_aliases


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process lives."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 with each dependency's state; 503 only when this process's own database does not answer."""
    databases = {f"database:{alias}": _state(partial(_ping, alias)) for alias in local_aliases()}
    others = {"redis": _state(lambda: redis_client().ping())}
    dependencies = {**databases, **others}
    is_down = any(found["status"] != "ok" for found in databases.values())
    is_degraded = any(found["status"] != "ok" for found in others.values())
    body = {
        "status": "unavailable" if is_down else "degraded" if is_degraded else "ok",
        "degraded": sorted(name for name, found in dependencies.items() if found["status"] != "ok"),
        "dependencies": dependencies,
        "apps": list(settings.PLATFORM_APPS),
    }
    return JsonResponse(body, status=503 if is_down else 200)


def _ping(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")


def _state(probe: Callable[[], Any]) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        probe()
    except (DatabaseError, redis.RedisError) as fault:
        return {"status": "down", "error": type(fault).__name__}
    return {"status": "ok", "latency_ms": round((time.perf_counter() - started) * 1000, 1)}


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text of all of this deployment's processes that share PROMETHEUS_MULTIPROC_DIR, for a caller with the metrics token or on this machine's loopback. Raises NotSignedIn."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    has_token = bool(settings.METRICS_TOKEN) and hmac.compare_digest(given, settings.METRICS_TOKEN)
    address = str(request.META.get("REMOTE_ADDR", ""))
    is_loopback = bool(address) and ip_address(address).is_loopback and not settings.TRUST_PROXY
    if not has_token and not is_loopback:
        raise NotSignedIn("Metrics need the metrics token.")
    return cast("HttpResponse", ExportToDjangoView(request))


urlpatterns = [path("healthz", healthz), path("readyz", readyz), path("metrics", metrics)]

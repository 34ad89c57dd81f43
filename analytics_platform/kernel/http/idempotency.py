"""`Idempotency-Key`: the same key and body give the first answer again for a day; another body gives 409."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable

import redis
from django.http import HttpResponse

from analytics_platform.kernel.context import principal_or_none, tenant_or_none
from analytics_platform.kernel.declare import Problem
from analytics_platform.kernel.problems import ServiceUnavailable
from analytics_platform.kernel.redis import redis_client

KEPT_S = 86_400
RUNNING_S = 900
_KEPT_HEADERS = ("Location", "Content-Type")


class IdempotencyKeyReused(Problem):
    """The key came with another body before."""

    code = "idempotency_key_reused"
    status = 409
    title = "This Idempotency-Key was used with another body."


class InProgress(Problem):
    """The first request with this key is still running."""

    code = "in_progress"
    status = 409
    title = "The first request with this Idempotency-Key is still running."


def once(*, key: str, scope: str, body: bytes, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Run, unless this caller's key was seen: then give the kept answer. A run that fails frees its key. An empty key runs always."""
    if not key:
        return run()
    principal = principal_or_none()
    caller = f"{tenant_or_none()}:{principal.user_id if principal else ''}"
    name = f"once:{hashlib.sha256(f'{caller}|{scope}|{key}'.encode()).hexdigest()}"
    digest = hashlib.sha256(body).hexdigest()
    try:
        if not redis_client().set(name, json.dumps({"body": digest}), nx=True, ex=RUNNING_S):
            return _kept(name, digest)
    except redis.RedisError as fault:
        raise ServiceUnavailable("Idempotency-Key cannot be honoured at the moment.", retry_after_s=5) from fault
    try:
        response = run()
    except BaseException:
        redis_client().delete(name)
        raise
    if response.streaming or response.status_code >= 400:
        redis_client().delete(name)
        return response
    kept = {
        "body": digest,
        "status": response.status_code,
        "content": base64.b64encode(response.content).decode(),
        "headers": {header: response[header] for header in _KEPT_HEADERS if header in response},
    }
    redis_client().set(name, json.dumps(kept), ex=KEPT_S)
    return response


def _kept(name: str, digest: str) -> HttpResponse:
    raw = redis_client().get(name)
    if raw is None:
        raise InProgress(retry_after_s=1)
    kept = json.loads(raw)
    if kept["body"] != digest:
        raise IdempotencyKeyReused
    if "status" not in kept:
        raise InProgress(retry_after_s=1)
    response = HttpResponse(base64.b64decode(kept["content"]), status=kept["status"], headers=kept["headers"])
    response["Idempotency-Replayed"] = "true"
    return response

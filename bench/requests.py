"""Requests that do no work, beside what the packages alone answer, and the bare web server."""

from __future__ import annotations

import os
import time

import jwt

from bench import load
from bench.report import Figure
from bench.stage import Stage


def measure(stage: Stage) -> list[Figure]:
    """Authenticated empty requests a second. Where the targets were measured an empty stack answered 5,300."""
    empty = load.request_bytes("GET", "/api/v1/auth/validate", token=stage.token)
    ours = load.run(stage.port, empty)
    bare = load.run(stage.floor_port, load.request_bytes("GET", "/"))
    stack = load.run(stage.stack_port, load.request_bytes("GET", "/", token=_token_of_the_stack()))
    return [
        Figure(
            "authenticated empty request",
            ours.per_second,
            "/s",
            "≥ 2,500/s",
            stack.per_second,
            "granian, Django, DRF, simplejwt",
            ours.per_second >= 2500,
        ),
        Figure("the same of an empty stack", stack.per_second, "/s", "", bare.per_second, "granian, WSGI, no framework"),
    ]


def _token_of_the_stack() -> str:
    claims = {"token_type": "access", "exp": int(time.time()) + 3600, "jti": "bench", "user_id": "1"}
    return jwt.encode(claims, os.environ[load.STACK_KEY], algorithm="HS256")

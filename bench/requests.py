"""Requests that do no work, beside what the packages alone answer, and the bare web server."""

from __future__ import annotations

import os
import time

import jwt

from bench import load
from bench.report import Figure
from bench.stage import Stage

STACK_THERE = 5300
"""What an empty stack answered in a second where the targets were measured."""


def measure(stage: Stage) -> list[Figure]:
    """Authenticated empty requests a second."""
    empty = load.request_bytes("GET", "/api/v1/auth/validate", token=stage.token)
    ours = load.run(stage.port, empty)
    bare = load.run(stage.floor_port, load.request_bytes("GET", "/"))
    stack = of_the_stack(stage)
    return [
        Figure(
            "authenticated empty request",
            ours.per_second,
            "/s",
            "≥ 2,500/s",
            stack.per_second,
            "granian, Django, DRF, simplejwt",
            ours.per_second >= 2500,
            allowed=2500 / STACK_THERE,
        ),
        Figure("the same of an empty stack", stack.per_second, "/s", "", bare.per_second, "granian, WSGI, no framework"),
    ]


def of_the_stack(stage: Stage) -> load.Load:
    """What an empty stack answers here."""
    claims = {"token_type": "access", "exp": int(time.time()) + 3600, "jti": "bench", "user_id": "1"}
    token = jwt.encode(claims, os.environ[load.STACK_KEY], algorithm="HS256")
    return load.run(stage.stack_port, load.request_bytes("GET", "/", token=token))

"""Requests that do no work, beside the same web server's bare answer."""

from __future__ import annotations

from bench import load
from bench.report import Figure
from bench.stage import Stage


def measure(stage: Stage) -> list[Figure]:
    """Authenticated empty requests a second."""
    empty = load.request_bytes("GET", "/api/v1/auth/validate", token=stage.token)
    ours = load.run(stage.port, empty)
    floor = load.run(stage.floor_port, load.request_bytes("GET", "/"))
    return [
        Figure(
            "authenticated empty request",
            ours.per_second,
            "/s",
            "≥ 2,500/s",
            floor.per_second,
            "granian, WSGI, no framework",
            ours.per_second >= 2500,
        )
    ]

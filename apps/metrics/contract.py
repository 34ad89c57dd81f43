"""Metrics: usage, performance, errors and audit, out of every event."""

from __future__ import annotations

from analytics_platform.kernel.declare import Service


class Metrics(Service):
    """What the platform does, per tenant."""

    app = "metrics"
    consumes = ("*",)


metrics = Metrics.client()

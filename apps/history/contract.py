"""History: what was asked and run, searchable, with favourites."""

from __future__ import annotations

from analytics_platform.kernel.declare import Service


class History(Service):
    """The query history of the tenant in force."""

    app = "history"
    consumes = ("execution.QueryExecuted", "execution.QueryCompleted", "execution.QueryFailed", "querygen.QueryGenerated")


history = History.client()

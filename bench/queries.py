"""A simple query through the API, cached and not, beside the driver alone."""

from __future__ import annotations

import statistics

import psycopg

from bench import load
from bench.report import Figure, median_ms
from bench.requests import STACK_THERE, of_the_stack
from bench.stage import Stage

SQL = "SELECT one FROM ten_milliseconds"


def measure(stage: Stage) -> list[Figure]:
    """10 ms at the source: uncached against the driver, cached against its limits."""
    with psycopg.connect(stage.source_url, autocommit=True) as connection:
        connection.execute("CREATE VIEW ten_milliseconds AS SELECT 1 AS one FROM pg_sleep(0.01)")
        driver_ms = median_ms(lambda: connection.execute(SQL).fetchall(), times=100)
    source = stage.source("queries")
    stage.call("POST", "/schema/introspect", json={"data_source_id": source})
    uncached = load.request_bytes(
        "POST", "/api/v1/execute/sql", token=stage.token, body={"data_source_id": source, "sql": SQL, "use_cache": False}
    )
    cached = load.request_bytes("POST", "/api/v1/execute/sql", token=stage.token, body={"data_source_id": source, "sql": SQL})
    load.one_by_one(stage.port, uncached, times=10)
    uncached_ms = statistics.median(load.one_by_one(stage.port, uncached, times=100))
    load.one_by_one(stage.port, cached, times=20)
    cached_ms = statistics.median(load.one_by_one(stage.port, cached, times=300))
    busy = load.run(stage.port, cached)
    bare_ms = statistics.median(load.one_by_one(stage.floor_port, load.request_bytes("GET", "/"), times=300))
    ratio_is_met = uncached_ms <= 1.4 * driver_ms
    return [
        Figure(
            "query, 10 ms at the source, uncached",
            uncached_ms,
            "ms",
            "≤ 1.4× the driver",
            driver_ms,
            "psycopg, kept connection",
            ratio_is_met,
        ),
        Figure(
            "the same, cached, one after the other", cached_ms, "ms", "≤ 2 ms p50", bare_ms, "granian, WSGI, no framework", cached_ms <= 2
        ),
        Figure(
            "the same, cached, 16 connections",
            busy.per_second,
            "/s",
            "≥ 1,000/s",
            of_the_stack(stage).per_second,
            "an empty stack answers nothing",
            busy.per_second >= 1000,
            allowed=1000 / STACK_THERE,
        ),
    ]

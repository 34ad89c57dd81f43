"""100,000 rows of ten columns out of a database as CSV and JSON, beside what PostgreSQL sends alone."""

from __future__ import annotations

import statistics

import psycopg

from bench.files import PeakMemory
from bench.report import Figure, durations_ms
from bench.stage import Stage

ROWS = 100_000
LIMITS_MS = {"csv": 150, "json": 300}
COPY_THERE_MS = 50
"""What PostgreSQL's own CSV took where the targets were measured."""
FLAT_MB = 30
"""What the web process may grow by while ten times the rows go out."""

SQL = "SELECT * FROM wide ORDER BY id"


def measure(stage: Stage) -> list[Figure]:
    """Time of each format, and how much the web process grows."""
    with psycopg.connect(stage.source_url, autocommit=True) as connection:
        make_table(connection)
        floor_ms = statistics.median(durations_ms(lambda: copy_out(connection), times=3, warm_up=1))
    source = stage.source("exports")
    stage.call("POST", "/schema/introspect", json={"data_source_id": source})
    found = []
    for name, limit_ms in LIMITS_MS.items():
        for _ in range(6):  # each web worker has loaded what it needs
            export(stage, source, name)
        with PeakMemory(stage, only="web") as memory:
            ms = statistics.median(durations_ms(lambda name=name: export(stage, source, name), times=5, warm_up=0))
        is_met = ms <= limit_ms
        name_of_it = f"100,000 × 10 rows out, {name.upper()}"
        allowed = limit_ms / COPY_THERE_MS
        found.append(Figure(name_of_it, ms, "ms", f"≤ {limit_ms} ms", floor_ms, "COPY TO STDOUT", is_met, allowed))
        grown = memory.peak_mb - memory.start_mb
        found.append(Figure("  the web process grows by", grown, "MB", f"flat (< {FLAT_MB} MB)", is_met=grown < FLAT_MB))
    return found


def make_table(connection: psycopg.Connection) -> None:
    """Ten columns of the usual types."""
    connection.execute(
        "CREATE TABLE wide AS SELECT n AS id, 'customer ' || n % 5000 AS customer, 'city ' || n % 300 AS city, n % 7 AS kind, "
        "(n % 1000) / 7.0::float8 AS score, (n % 9999)::numeric(10,2) AS amount, n % 2 = 0 AS is_new, "
        "DATE '2025-01-01' + n % 365 AS day, TIMESTAMP '2025-01-01' + n * INTERVAL '1 minute' AS at, md5(n::text) AS code "
        f"FROM generate_series(1, {ROWS}) n"
    )
    connection.execute("ALTER TABLE wide ADD PRIMARY KEY (id)")
    connection.execute("ANALYZE wide")


def copy_out(connection: psycopg.Connection) -> int:
    """The server's own CSV."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({SQL}) TO STDOUT (FORMAT csv, HEADER)") as out:
        return sum(len(part) for part in out)


def export(stage: Stage, source: str, name: str) -> None:
    """Read the whole body. Raises where it is not all there."""
    body = {"data_source_id": source, "sql": SQL, "format": name}
    size = 0
    with stage.api.stream("POST", "/execute/export", json=body) as answer:
        answer.raise_for_status()
        for part in answer.iter_raw():
            size += len(part)
    if size < ROWS * 60:
        raise RuntimeError(f"the {name} export has only {size} bytes")

"""A CSV of a million rows: from the first byte of the upload to the first answer, and a GROUP BY over it, beside DuckDB alone."""

from __future__ import annotations

import csv
import random
import statistics
import threading
import time
from pathlib import Path

import httpx

from bench.report import Figure, durations_ms
from bench.stage import Stage

ROWS = 1_000_000
GROUP_BY = "SELECT country, count(*) AS orders, sum(amount) AS amount FROM {table} GROUP BY country ORDER BY amount DESC"
READY_TIMEOUT_S = 60.0
MEMORY_LIMIT_MB = 400


def measure(stage: Stage) -> list[Figure]:
    """Upload to first answer with the memory it took, then the query on the parsed file."""
    path = stage.data_dir / "million.csv"
    write_csv(path)
    floor_s, floor_group_ms = duckdb_alone(path)
    with PeakMemory(stage) as memory:
        began = time.perf_counter()
        file_id, table = upload(stage, path)
        run(stage, file_id, f"SELECT count(*) AS n FROM {table}")
        took_s = time.perf_counter() - began
    sql = GROUP_BY.format(table=table)
    group_ms = statistics.median(durations_ms(lambda: run(stage, file_id, sql, use_cache=False), times=20))
    size = f"{path.stat().st_size / 1e6:.0f} MB"
    return [
        Figure(
            f"CSV of 1,000,000 rows ({size}) to first answer",
            took_s,
            "s",
            "≤ 2 s",
            floor_s,
            "DuckDB reads it and answers",
            took_s <= 2,
            2 / 0.4,
        ),
        Figure("its memory, largest process", memory.peak_mb, "MB", f"< {MEMORY_LIMIT_MB} MB", is_met=memory.peak_mb < MEMORY_LIMIT_MB),
        Figure("GROUP BY over it", group_ms, "ms", "≤ 40 ms", floor_group_ms, "DuckDB over the Parquet", group_ms <= 40, 40 / 11),
    ]


def write_csv(path: Path) -> None:
    """About 68 MB, the same every time."""
    draw = random.Random(1)
    countries = ("Germany", "France", "Spain", "Italy", "Poland", "Sweden", "Austria", "Portugal")
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "customer", "country", "ordered_at", "status", "amount"])
        for number in range(ROWS):
            day = f"2025-{1 + number % 12:02d}-{1 + number % 28:02d} 12:{number % 60:02d}:00"
            amount = f"{draw.random() * 500:.2f}"
            writer.writerow(
                [number, f"customer-{number % 50_000:06d}", countries[number % 8], day, "completed" if number % 9 else "returned", amount]
            )


def duckdb_alone(path: Path) -> tuple[float, float]:
    """(seconds to read the CSV and count, milliseconds of the GROUP BY over its Parquet)."""
    import duckdb

    parquet = path.with_suffix(".parquet")
    with duckdb.connect() as connection:
        began = time.perf_counter()
        connection.execute(f"SELECT count(*) FROM read_csv('{path}')").fetchall()
        took_s = time.perf_counter() - began
        connection.execute(f"COPY (FROM read_csv('{path}')) TO '{parquet}' (FORMAT parquet)")
        sql = GROUP_BY.format(table=f"'{parquet}'")
        group_ms = statistics.median(durations_ms(lambda: connection.execute(sql).fetchall(), times=20))
    parquet.unlink()
    return took_s, group_ms


def upload(stage: Stage, path: Path) -> tuple[str, str]:
    """(file id, table name) once the file can be queried."""
    with path.open("rb") as content:
        made = stage.call("POST", "/files/upload", files={"file": (path.name, content, "text/csv")})
    deadline = time.monotonic() + READY_TIMEOUT_S
    while made["status"] != "ready":
        if made["status"] == "failed" or time.monotonic() > deadline:
            raise RuntimeError(f"the file is {made['status']}: {made.get('error')}")
        time.sleep(0.02)
        made = stage.call("GET", f"/files/{made['id']}")
    return made["id"], made["table_name"]


def run(stage: Stage, file_id: str, sql: str, *, use_cache: bool = True) -> None:
    """One answer from the file."""
    answer = stage.call("POST", "/execute/file", json={"file_id": file_id, "sql": sql, "use_cache": use_cache})
    if answer["status"] != "completed":
        raise httpx.HTTPError(f"the query is {answer['status']}")


class PeakMemory:
    """The resident memory of the largest process of the platform while the block runs, looked at 20 times a second."""

    def __init__(self, stage: Stage, *, only: str | None = None) -> None:
        self.stage = stage
        self.only = only
        self.peak_mb = self.start_mb = self._now_mb()
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._over.wait(0.05):
            self.peak_mb = max(self.peak_mb, self._now_mb())

    def _now_mb(self) -> float:
        found = self.stage.memory_bytes()
        return max(size for name, size in found.items() if name != "floor" and self.only in (None, name)) / 1e6

"""`make bench`: starts a platform of its own, measures, prints a table. `python -m bench queries charts` measures only those."""

from __future__ import annotations

import platform
import sys
from importlib import import_module

import httpx
import psutil
import psycopg

from analytics_platform.embedded.supervisor import Stopped, stop_on_signals
from bench.report import HEADING
from bench.stage import stage

MEASURES = ("requests", "queries", "files", "exports", "schemas", "events", "charts", "tenants", "pipeline")


def main(chosen: list[str]) -> int:
    """Print every figure; 1 where a measure could not be taken. A missed target is printed as such: it depends on the machine."""
    unknown = set(chosen) - set(MEASURES)
    if unknown:
        print(f"There is no measure {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}.")
        return 2
    stop_on_signals()
    print(f"Python {platform.python_version()}, {psutil.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GB\n{HEADING}")
    is_well = True
    try:
        with stage() as running:
            for name in chosen or MEASURES:
                is_well &= take(name, running)
    except Stopped as wish:
        print(f"Stopped ({wish}).")
        return 1
    return 0 if is_well else 1


def take(name: str, running: object) -> bool:
    """Print one measure's figures. A measure that fails says so and lets the others run."""
    try:
        figures = import_module(f"bench.{name}").measure(running)
    except (RuntimeError, LookupError, httpx.HTTPError, psycopg.Error) as fault:
        print(f"{name}: could not be measured: {fault}", flush=True)
        return False
    for figure in figures:
        print(figure.line(), flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

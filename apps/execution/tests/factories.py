"""Sources with known rows, and waiting for a run to come to a state."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.datasources.contract import DataSource, data_sources


def sqlite_source(*, name: str = "shop", rows: int = 5, city: str = "Bonn", cache_ttl_s: int = 60) -> DataSource:
    """A file with `orders(id, city, total, note)`; the caller's tenant is in force."""
    folder = Path(settings.SOURCE_DIRS[0])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, city TEXT, total REAL, note TEXT)")
    connection.executemany(
        "INSERT INTO orders VALUES (?, ?, ?, ?)", [(i, city, i * 1.5, "=1+1" if i % 2 else "fine") for i in range(1, rows + 1)]
    )
    connection.commit()
    connection.close()
    return data_sources.create(name=f"{name}-{path.stem}", kind="sqlite", config={"path": path.name}, cache_ttl_s=cache_ttl_s)


def wait_for(what: Callable[[], Any], *, seconds: float = 10.0) -> Any:
    """What `what` answers once that is true. Fails after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError(f"nothing within {seconds} s")

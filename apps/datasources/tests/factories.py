"""Sources for tests: real servers on this machine, real files under the folder that the settings open."""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings

SECRET = "planted-s3cret-42"


def sqlite_file(name: str = "") -> str:
    """A SQLite file with a table, under the opened folder; its name."""
    folder = Path(settings.SOURCE_DIRS[0])
    folder.mkdir(parents=True, exist_ok=True)
    name = name or f"{uuid.uuid4().hex}.sqlite"
    with sqlite3.connect(folder / name) as connection:
        connection.executescript("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)")
    connection.close()
    return name


def sqlite_body(**changes: Any) -> dict[str, Any]:
    """A source that answers."""
    return {"name": f"shop {uuid.uuid4().hex[:8]}", "kind": "sqlite", "config": {"path": sqlite_file()}, **changes}


def postgresql_body(**config: Any) -> dict[str, Any]:
    """A source with a secret, on a port where nobody listens."""
    whole = {"host": "127.0.0.1", "port": 9, "database": "shop", "username": "reader", "password": SECRET, **config}
    return {"name": f"db {uuid.uuid4().hex[:8]}", "kind": "postgresql", "config": whole}

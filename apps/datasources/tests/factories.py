"""Sources for tests: real servers on this machine, real files under the folder that the settings open."""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

SECRET = "planted-s3cret-42"
ORDERS = "CREATE TABLE orders (id INTEGER, owner TEXT, region TEXT, email TEXT, amount REAL)"


def sqlite_file(name: str = "", script: str = "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)") -> str:
    """A SQLite file with a table, under the opened folder; its name."""
    folder = Path(settings.SOURCE_DIRS[0])
    folder.mkdir(parents=True, exist_ok=True)
    name = name or f"{uuid.uuid4().hex}.sqlite"
    with sqlite3.connect(folder / name) as connection:
        connection.executescript(script)
    connection.close()
    return name


def sqlite_body(**changes: Any) -> dict[str, Any]:
    """A source that answers."""
    return {"name": f"shop {uuid.uuid4().hex[:8]}", "kind": "sqlite", "config": {"path": sqlite_file()}, **changes}


def orders_body(**changes: Any) -> dict[str, Any]:
    """A source that answers and has a table of orders."""
    return sqlite_body(config={"path": sqlite_file(script=ORDERS)}, **changes)


def policy_body(**changes: Any) -> dict[str, Any]:
    """A policy that resolves in `orders_body`."""
    return {
        "name": f"own orders {uuid.uuid4().hex[:8]}",
        "roles": ["viewer"],
        "table": "orders",
        "row_filter": "owner = :user_id AND region = :attributes.region",
        "hidden_columns": ["email"],
        "masked_columns": [{"column": "amount", "mask": "range"}],
        **changes,
    }


def postgresql_body(**config: Any) -> dict[str, Any]:
    """A source with a secret, on a port where nobody listens."""
    whole = {"host": "127.0.0.1", "port": 9, "database": "shop", "username": "reader", "password": SECRET, **config}
    return {"name": f"db {uuid.uuid4().hex[:8]}", "kind": "postgresql", "config": whole}


def upload(api: Any, name: str, text: str) -> dict[str, Any]:
    """A CSV file, uploaded; it is parsed when things settle."""
    answer = api.post("/files/upload", {"file": SimpleUploadedFile(name, text.encode(), "text/csv")}, MULTIPART_CONTENT)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())

"""The four shops as data sources of a tenant, mapped to the shipped commerce schema, through the REST API alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from tests.shops.folder import write_files
from tests.shops.servers import MARIADB, POSTGRES, ServerMissing, opened_breit, opened_cents, opened_codes, opened_folder
from tests.shops.tables import Shop

SHOPS = ("cents", "breit", "codes", "folder")


@contextmanager
def connected(api: Any, settle: Callable[[], None], folder: Path, *, shops: tuple[str, ...] = SHOPS) -> Iterator[dict[str, str]]:
    """Ids of the mapped sources by the names of their shops. Skips where a server is missing."""
    with ExitStack() as stack:
        found = {}
        for name in shops:
            shop, kind, config = _built(name, api, settle, folder, stack)
            source = api.post("/data-sources", {"name": name, "kind": kind, "config": config})
            assert source.status_code == 201, source.content
            found[name] = source.json()["id"]
            _map(api, found[name], shop)
        yield found


def _built(name: str, api: Any, settle: Callable[[], None], folder: Path, stack: ExitStack) -> tuple[Shop, str, dict[str, Any]]:
    try:
        if name == "cents":
            opened = stack.enter_context(opened_cents())
            address = {"host": POSTGRES["host"], "port": POSTGRES["port"], "username": POSTGRES["user"], "password": POSTGRES["password"]}
            return opened.shop, "postgresql", {**address, "database": opened.database, "sslmode": "disable"}
        if name == "breit":
            opened = stack.enter_context(opened_breit())
            address = {"host": MARIADB["host"], "port": MARIADB["port"], "username": MARIADB["user"], "password": ""}
            return opened.shop, "mysql", {**address, "database": opened.database}
    except ServerMissing as missing:
        pytest.skip(str(missing))
    if name == "codes":
        opened = stack.enter_context(opened_codes(folder))
        place = Path(settings.SOURCE_DIRS[0])
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / "codes.sqlite", place / f"{folder.name}.sqlite")
        return opened.shop, "sqlite", {"path": f"{folder.name}.sqlite"}
    opened = stack.enter_context(opened_folder(folder))
    return opened.shop, "files", {"file_ids": [_uploaded(api, path) for path in _settled(write_files(folder), settle)]}


def _settled(paths: list[Path], settle: Callable[[], None]) -> Iterator[Path]:
    yield from paths
    settle()


def _uploaded(api: Any, path: Path) -> str:
    form = {"file": SimpleUploadedFile(path.name, path.read_bytes())}
    return str(api.post("/files/upload", form, content_type=MULTIPART_CONTENT).json()["id"])


def _map(api: Any, source_id: str, shop: Shop) -> None:
    for rule in shop.rules.values():
        made = api.post("/mappings/rules", rule.model_dump(mode="json"))
        assert made.status_code in (201, 409), made.content
    made = api.post(f"/mappings/{source_id}", shop.mapping.model_dump(mode="json"))
    assert made.status_code == 201, made.content

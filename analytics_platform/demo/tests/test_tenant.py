"""The demo tenant: made once, through the contracts, with both of its sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from psycopg import sql

from analytics_platform.demo import database, tenant
from analytics_platform.kernel.context import acting_as
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.tenancy.schemas import drop_tenant
from apps.auth.contract import accounts
from apps.datasources.contract import data_sources
from apps.files.contract import files

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[dict[str, str]]:
    """The demo with a database and a login of this test's own, so that tests can run side by side on one server."""
    name = f"demo_{uuid7().hex[-12:]}"
    for module in (database, tenant):
        monkeypatch.setattr(module, "DATABASE", name)
        monkeypatch.setattr(module, "READER", name)
    settings.DATA_DIR = tmp_path
    own = settings.DATABASES["default"]
    settings.DEMO_LOGINS = ((own["HOST"], int(own["PORT"]), name, name),)
    call_command("create_demo")
    yield json.loads((tmp_path / "demo.json").read_text())
    drop_tenant(tenant_id=accounts.find_tenant(slug="demo").id)
    _drop_database(name)


def _drop_database(name: str) -> None:
    own = settings.DATABASES["default"]
    parts = {"host": own["HOST"], "port": own["PORT"], "user": own["USER"], "password": own["PASSWORD"] or None, "dbname": "postgres"}
    with psycopg.connect(**parts, autocommit=True) as connection:
        connection.execute(
            sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(name))
        )  # whoever ends its sessions must have its rights
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def test_has_a_user_with_a_generated_password_that_only_the_operator_reads(demo: dict[str, str], tmp_path: Path) -> None:
    signed_in = accounts.login(email=demo["email"], password=demo["password"])
    assert signed_in.tenant.slug == "demo"
    assert (tmp_path / "demo.json").stat().st_mode & 0o777 == 0o600


def test_has_the_shop_as_a_database_and_as_files(demo: dict[str, str], settle: Callable[[], None]) -> None:
    settle()
    with acting_as(accounts.owner_of(tenant_id=accounts.find_tenant(slug="demo").id)):
        assert {source.name: source.kind for source in data_sources.list().results} == {"demo_shop": "postgresql", "demo_files": "files"}
        ready = {file.name: (file.status, file.row_count) for file in files.find().results}
        healthy = [data_sources.check_health(data_source_id=source.id).status for source in data_sources.list().results]
    assert ready["orders.csv"] == ("ready", 50_000)
    assert {status for status, _ in ready.values()} == {"ready"}
    assert healthy == ["healthy", "healthy"]


def test_making_it_again_changes_nothing(demo: dict[str, str], tmp_path: Path) -> None:
    def contents() -> tuple[set[Any], set[Any]]:
        with acting_as(accounts.owner_of(tenant_id=accounts.find_tenant(slug="demo").id)):
            sources = {(source.id, source.version) for source in data_sources.list().results}
            return sources, {(file.id, file.version) for file in files.find().results}

    before = contents()
    call_command("create_demo")
    assert contents() == before
    assert json.loads((tmp_path / "demo.json").read_text()) == demo

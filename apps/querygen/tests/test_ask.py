"""`manage.py ask`, as an operator types it."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analytics_platform.kernel.context import acting_as
from apps.auth.contract import NewTenant, accounts
from apps.datasources.contract import data_sources
from apps.querygen.tests.shop import sqlite_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(settings: Any) -> str:
    """A tenant that was really registered, with the shop as its source `shop`; its slug."""
    slug = f"shop-{uuid.uuid4().hex[:8]}"
    tenant = NewTenant(name="Shop", slug=slug)
    made = accounts.register(email=f"{slug}@example.com", password=uuid.uuid4().hex, full_name="Owner", tenant=tenant)
    folder = Path(settings.SOURCE_DIRS[0])
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{uuid.uuid4().hex}.sqlite"
    with sqlite_shop(str(folder / name)), acting_as(accounts.owner_of(tenant_id=made.tenant.id)):
        data_sources.create(name="shop", kind="sqlite", config={"path": name})
    return slug


def test_prints_sql_and_rows_and_writes_the_chart(company: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    call_command("ask", "revenue by category", source="shop", tenant=company, png=str(tmp_path / "chart.png"))
    said = capsys.readouterr().out
    assert "SELECT" in said
    assert [line.split() for line in said.splitlines() if line.startswith(("Books", "Electronics", "Home"))] == [
        ["Electronics", "3400"],
        ["Home", "240"],
        ["Books", "140"],
    ]
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("question", "source", "said"),
    [
        ("weather in Berlin", "shop", "Closest: "),
        ("top 3 customers", "shop", "by revenue"),
        ("how many orders", "other", "no data source named"),
    ],
)
def test_says_why_it_has_no_answer(company: str, question: str, source: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("ask", question, source=source, tenant=company)

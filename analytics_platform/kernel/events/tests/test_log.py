"""The log: positions follow commits, nothing that commits late is passed over, old weeks are forgotten."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections

from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.events.log import drop_partitions, head, move, read
from analytics_platform.kernel.events.sweeping import forget
from analytics_platform.kernel.events.tests.conftest import PUBLISHER, Heard, count, rows

NAMES = [f"{PUBLISHER}.Counted"]
_LATE = """
INSERT INTO public.events_outbox (id, name, version, tenant_id, key, occurred_at, request_id, trace, payload)
VALUES (gen_random_uuid(), %s, 1, %s, 'late', now(), '', '', '{"line": "late", "number": 1}')
"""


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_is_not_passed_over(tenant: Any) -> None:
    alias = alias_of(PUBLISHER)
    late = connections.create_connection(alias)
    late.set_autocommit(False)
    with late.cursor() as cursor:
        cursor.execute(_LATE, [NAMES[0], tenant.id])
    with tenant.acting():
        count(2)
    first = head(alias).position
    assert [e.payload["number"] for e in read(alias, after=0, names=NAMES, limit=10).events] == [2]
    late.commit()
    late.close()
    head(alias)
    assert [e.key for e in read(alias, after=first, names=NAMES, limit=10).events] == ["late"]


def test_a_full_page_ends_at_its_last_event(tenant: Any) -> None:
    alias = alias_of(PUBLISHER)
    with tenant.acting():
        count(*range(5))
    head(alias)
    page = read(alias, after=0, names=NAMES, limit=3)
    rest = read(alias, after=page.events[-1].position, names=NAMES, limit=3)
    assert [e.payload["number"] for e in [*page.events, *rest.events]] == [0, 1, 2, 3, 4]


def test_names_that_are_not_wanted_are_not_read(tenant: Any) -> None:
    alias = alias_of(PUBLISHER)
    with tenant.acting():
        count(1)
    assert read(alias, after=0, names=["files.Other"], limit=10).events == []


def test_the_log_keeps_its_name(db: None) -> None:
    alias = alias_of(PUBLISHER)
    assert head(alias).log_id == head(alias).log_id


def _last_year(alias: str) -> date:
    """A part of the log for a week long ago, with all that the log holds moved into it."""
    week = date(2025, 1, 6)
    with connections[alias].cursor() as cursor:
        cursor.execute("CREATE TABLE public.events_log_20250106 (LIKE public.events_log INCLUDING DEFAULTS)")
        cursor.execute(
            f"ALTER TABLE public.events_log ATTACH PARTITION public.events_log_20250106 FOR VALUES FROM ('{week}') TO ('{week + timedelta(7)}')"
        )
        cursor.execute("UPDATE public.events_log SET recorded_at = '2025-01-07'")
    return week


def test_weeks_older_than_they_are_kept_are_dropped(tenant: Any, heard: Heard, settle: Any) -> None:
    alias = alias_of(PUBLISHER)
    with tenant.acting():
        count(1)
    settle()
    _last_year(alias)
    forget()
    assert rows(alias, "SELECT to_regclass('public.events_log_20250106')") == [(None,)]


def test_a_week_with_events_that_somebody_has_yet_to_read_stays(tenant: Any, heard: Heard, settle: Any) -> None:
    alias = alias_of(PUBLISHER)
    with tenant.acting():
        count(1)
        settle()
        count(2)
    move(alias)
    _last_year(alias)
    forget()
    settle()
    assert heard.numbers == [1, 2]


def test_this_week_is_never_dropped(db: None) -> None:
    alias = alias_of(PUBLISHER)
    move(alias)
    assert drop_partitions(alias, before=date.today(), unread_from=2**62) == []

"""What an operator sees and does: `manage.py events`, and the admin's pages."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.apps import apps as django_apps
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client

from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.declare import CLIENTS
from analytics_platform.kernel.events.models import ParkedEvent
from analytics_platform.kernel.events.tests.conftest import PUBLISHER, SUBSCRIBER, Heard, count
from analytics_platform.settings.environment import ALL_APPS

PAGES = ("events/loggedevent", "events/cursor", "events/parkedevent", "jobs/jobrow")


def events(*words: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("events", *words, stdout=out, no_color=True)
    return out.getvalue()


@pytest.fixture
def parked(tenant: Any, heard: Heard, settle: Any) -> ParkedEvent:
    """An event that its handler could not take, and now could."""
    heard.failing = lambda event: True
    with tenant.acting():
        count(7, line="the-key")
    settle(may_fail=True)
    heard.failing = lambda event: False
    return ParkedEvent.objects.using(alias_of(SUBSCRIBER)).get()


def test_list_shows_the_log_the_cursors_and_what_is_parked(parked: ParkedEvent) -> None:
    printed = events("list")
    assert f"{PUBLISHER}.Counted key=the-key" in printed
    assert "0 behind" in printed
    assert "ValueError: cannot take 7" in printed


def test_list_can_be_narrowed(parked: ParkedEvent) -> None:
    assert "the-key" in events("list", "--what", "log", "--key", "the-key")
    assert "the-key" not in events("list", "--what", "log", "--key", "another")


def test_retry_handles_what_is_parked(parked: ParkedEvent, heard: Heard) -> None:
    assert "1 handled" in events("retry")
    assert heard.numbers == [7]


def test_retry_of_an_unknown_one_says_so(parked: ParkedEvent) -> None:
    with pytest.raises(CommandError, match="no such parked event"):
        events("retry", "--app", SUBSCRIBER, "--id", str(parked.id))


def test_replay_from_the_start_handles_all_again(tenant: Any, heard: Heard, settle: Any) -> None:
    with tenant.acting():
        count(1, 2)
    settle()
    events("replay", "--app", SUBSCRIBER, "--since", "start")
    settle()
    assert heard.numbers == [1, 2, 1, 2]


def test_replay_of_an_app_without_handlers_says_so(db: None) -> None:
    with pytest.raises(CommandError, match="handles no events"):
        events("replay", "--app", "viz", "--since", "start")


@pytest.fixture
def staff(db: None) -> Client:
    """A member of the staff, signed in to the admin."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.create_superuser(email="staff@platform.example", password="long enough 1"))
    return client


@pytest.mark.parametrize("page", PAGES)
def test_the_admin_lists_them(page: str, staff: Client, parked: ParkedEvent) -> None:
    assert staff.get(f"/admin/{page}/").status_code == 200


def test_the_admin_shows_why_an_event_is_parked(staff: Client, parked: ParkedEvent) -> None:
    assert "cannot take 7" in staff.get(f"/admin/events/parkedevent/{parked.row_id}/change/").content.decode()


def test_the_admin_tries_again(staff: Client, parked: ParkedEvent, heard: Heard) -> None:
    staff.post(f"/admin/events/parkedevent/?database={alias_of(SUBSCRIBER)}", {"action": "retry", "_selected_action": [str(parked.row_id)]})
    assert heard.numbers == [7]


@pytest.mark.parametrize("app", ALL_APPS)
def test_an_app_that_has_handlers_handles_all_that_it_consumes(app: str, every_subscription: list[Any]) -> None:
    """An app without any is one that comes with a later issue."""
    handled = {name for subscription in every_subscription if subscription.app == app for name in subscription.names}
    consumed = {name for client in CLIENTS.get(app, []) for name in client.service.consumes}
    assert django_apps.is_installed(f"apps.{app}")
    assert not handled or handled == consumed

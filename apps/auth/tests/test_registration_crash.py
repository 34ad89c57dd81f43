"""A sign-up that ends half-way, by an error or with its process, leaves nothing and stands in nobody's way."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from analytics_platform.kernel.context import tenant_of
from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.jobs.models import JobRow
from analytics_platform.kernel.jobs.running import run
from analytics_platform.kernel.tenancy import schemas
from analytics_platform.kernel.tenancy.schemas import known_tenants, local_aliases
from apps.auth import registration
from apps.auth.contract import NewTenant, SignedIn, TenantNotReady, accounts
from apps.auth.models import Company, Session, User
from apps.auth.tests.factories import PASSWORD

pytestmark = [pytest.mark.layouts, pytest.mark.usefixtures("committed")]
EMAIL = "half@way.example"
STEPS = ("make_password", "ensure_everywhere", "take_back", "_insert", "open_session", "publish", "user_of")


class Struck(Exception):
    """What no step declares."""


def sign_up() -> SignedIn:
    return accounts.register(email=EMAIL, password=PASSWORD, tenant=NewTenant(name="Half Way", slug="half-way"))


def made() -> dict[str, set[UUID]]:
    """The tenants of each database, by its rows and by its schemas, which are the same."""
    found = {}
    for alias in local_aliases():
        found[alias] = set(known_tenants(alias))
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)", [[tenant_of(id).schema for id in found[alias]]])
            assert len(cursor.fetchall()) == len(found[alias])
    return found


def rows() -> tuple[int, int, int]:
    return (
        User.objects.filter(email=EMAIL).count(),
        Company.objects.filter(slug="half-way").count(),
        Session.objects.filter(user__email=EMAIL).count(),
    )


def undo() -> bool:
    """Run the job as if its hour had come; whether there was one."""
    jobs().filter(state="queued").update(due_at=timezone.now())
    ran = [run(row.id, app="auth", is_beating=False) for row in jobs()]
    return any(ran)


def jobs() -> QuerySet[JobRow]:
    return JobRow.objects.using(alias_of("auth")).filter(kind="auth.undo_registration")


def and_then(step: Callable[..., Any], strike: Callable[[], None]) -> Callable[..., Any]:
    def struck(*args: Any, **kwargs: Any) -> Any:
        answer = step(*args, **kwargs)
        strike()
        return answer

    return struck


def fail() -> None:
    raise Struck


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_after(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign up in a process that is killed when the step is done."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()  # the child must not speak on lines of its parent's
    child = os.fork()
    if child == 0:
        try:
            monkeypatch.setattr(registration, step, and_then(getattr(registration, step), die))
            sign_up()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the step was never reached"


@pytest.mark.parametrize("step", STEPS)
def test_an_error_after_any_step_leaves_nothing(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made()
    with monkeypatch.context() as patch, pytest.raises(Struck):
        patch.setattr(registration, step, and_then(getattr(registration, step), fail))
        sign_up()
    assert (made(), rows()) == (before, (0, 0, 0))
    assert undo()
    assert sign_up().tenant.slug == "half-way"


@pytest.mark.parametrize("step", ["_undo_later", *STEPS])
def test_what_a_killed_process_leaves_stands_in_nobodys_way_and_is_removed(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made()
    killed_after(step, monkeypatch)
    assert rows() == (0, 0, 0)
    (job,) = jobs()
    assert not run(job.id, app="auth", is_beating=False), "not before its hour"
    answered = sign_up()
    assert undo()
    assert made() == {alias: tenants | {answered.tenant.id} for alias, tenants in before.items()}


def test_a_schema_that_one_database_did_not_make_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = made()
    with monkeypatch.context() as patch, pytest.raises(Struck):
        patch.setattr(schemas, "_ensure_in", and_then(schemas._ensure_in, fail))
        sign_up()
    assert (made(), rows()) == (before, (0, 0, 0))


def test_what_cannot_be_undone_at_once_is_undone_by_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(tenant_id: UUID) -> None:
        raise OperationalError("the database is away")

    before = made()
    with monkeypatch.context() as patch, pytest.raises(Struck):
        patch.setattr(registration, "drop_everywhere", away)
        patch.setattr(registration, "open_session", and_then(registration.open_session, fail))
        sign_up()
    assert made() != before
    assert undo()
    assert made() == before


def test_a_sign_up_that_is_answered_is_not_undone() -> None:
    answered = sign_up()
    assert not undo()
    assert all(answered.tenant.id in tenants for tenants in made().values())


def test_a_sign_up_is_refused_once_it_is_being_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    before = made()
    with monkeypatch.context() as patch, pytest.raises(TenantNotReady):
        patch.setattr(registration, "ensure_everywhere", and_then(registration.ensure_everywhere, lambda: bool(undo()) or None))
        sign_up()
    assert (made(), rows()) == (before, (0, 0, 0))


def test_a_company_whose_commit_was_not_heard_of_keeps_its_schemas(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def unheard(app: str) -> Iterator[None]:
        with transaction.atomic(using=alias_of(app)):
            yield
        if Company.objects.filter(slug="half-way").exists():
            raise OperationalError("the connection broke")

    with monkeypatch.context() as patch, pytest.raises(OperationalError):
        patch.setattr(registration, "transaction_for", unheard)
        sign_up()
    company = Company.objects.get(slug="half-way")
    assert not undo()
    assert all(company.id in tenants for tenants in made().values())

"""What must hold when two do it at once; these tests commit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from analytics_platform.kernel.declare import Problem
from analytics_platform.kernel.epochs import KNOWN
from analytics_platform.kernel.redis import redis_client
from apps.auth.contract import NewTenant, accounts
from apps.auth.models import Company, Membership, Session, User
from apps.auth.tests.factories import PASSWORD, an_email, founder, with_token

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.layouts]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call answered, or its problem's code; all start together."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=10)
            return call()
        except Problem as problem:
            return problem.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_owners_cannot_leave_at_once(committed) -> None:
    one = founder()
    two = one.colleague("owner")
    answers = at_once(
        lambda: one.api.patch(f"{one.tenant_path}/users/{one.id}", {"role": "viewer"}).status_code,
        lambda: two.api.delete(f"{one.tenant_path}/users/{two.id}").status_code,
    )
    assert sorted(answers) in ([200, 409], [204, 409])
    assert Membership.objects.filter(company_id=one.tenant_id, role="owner").count() == 1


def test_two_owners_cannot_remove_each_other(committed) -> None:
    one = founder()
    two = one.colleague("owner")
    at_once(
        lambda: one.api.delete(f"{one.tenant_path}/users/{two.id}").status_code,
        lambda: two.api.delete(f"{one.tenant_path}/users/{one.id}").status_code,
    )
    assert Membership.objects.filter(company_id=one.tenant_id, role="owner").count() == 1


def test_a_refresh_token_used_twice_at_once_gives_one_pair_and_ends_the_session(committed) -> None:
    owner = founder()
    answers = at_once(*[lambda: accounts.refresh(refresh=owner.refresh_token).refresh] * 4)
    assert sum(answer in ("refresh_reused", "refresh_invalid") for answer in answers) == 3
    assert "refresh_reused" in answers
    assert Session.objects.get(user_id=owner.id).ended_at is not None
    assert owner.api.get("/auth/validate").json()["code"] == "token_stale"


def test_an_invitation_accepted_twice_at_once_makes_one_member(committed) -> None:
    owner, email = founder(), an_email()
    token = owner.invite(email, "viewer")["invitation"]
    answers = at_once(*[lambda: accounts.register(email=email, password=PASSWORD, invitation=token).user.email] * 3)
    assert answers.count(email) == 1
    assert Membership.objects.filter(company_id=owner.tenant_id).count() == 2


@pytest.mark.parametrize("slug", ["wanted", None])
def test_an_address_registered_twice_at_once_makes_one_company(committed, slug: str | None) -> None:
    email = an_email()
    answers = at_once(
        *[lambda: accounts.register(email=email, password=PASSWORD, tenant=NewTenant(name="Wanted", slug=slug)).user.email] * 3
    )
    assert answers.count(email) == 1
    assert (User.objects.filter(email=email).count(), Company.objects.filter(name="Wanted").count()) == (1, 1)


def test_one_slug_wanted_by_many_goes_to_one(committed) -> None:
    answers = at_once(
        *[lambda: accounts.register(email=an_email(), password=PASSWORD, tenant=NewTenant(name="W", slug="wanted")).tenant.slug] * 3
    )
    assert sorted(answers) == ["tenant_slug_taken", "tenant_slug_taken", "wanted"]


def test_one_name_wanted_by_many_goes_to_all_under_different_slugs(committed) -> None:
    answers = at_once(*[lambda: accounts.register(email=an_email(), password=PASSWORD, tenant=NewTenant(name="Same Name")).tenant.slug] * 3)
    assert len(set(answers)) == 3
    assert all(answer.startswith("same-name") for answer in answers)


def test_no_token_with_the_old_role_outlives_its_change(committed) -> None:
    owner = founder()
    colleague = owner.colleague("viewer")
    answers = at_once(
        lambda: owner.api.patch(f"{owner.tenant_path}/users/{colleague.id}", {"role": "analyst"}).status_code,
        *[lambda: accounts.login(email=colleague.email, password=PASSWORD).access] * 4,
    )
    assert answers[0] == 200
    said = [with_token(access).get("/auth/validate").json() for access in answers[1:]]
    assert {body.get("role", body.get("code")) for body in said} <= {"analyst", "token_stale"}


def test_many_restore_epochs_while_rights_change(committed) -> None:
    owner = founder()
    colleagues = [owner.colleague("viewer") for _ in range(3)]
    redis_client().delete(KNOWN)
    answers = at_once(
        *[lambda person=person: owner.api.delete(f"{owner.tenant_path}/users/{person.id}").status_code for person in colleagues],
        *[accounts.restore_epochs] * 3,
    )
    assert answers == [204] * 3 + [None] * 3
    assert {person.api.get("/auth/validate").json()["code"] for person in colleagues} == {"token_stale"}

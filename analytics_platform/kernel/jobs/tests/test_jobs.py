"""Jobs: asked for in a transaction, run once with the asker's tenant and rights, ended whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from pydantic import ValidationError

from analytics_platform.kernel.context import (
    NotSignedIn,
    acting_as,
    current_principal,
    principal_or_none,
    request_id,
    request_scope,
    tenant_or_none,
)
from analytics_platform.kernel.databases import alias_of, transaction_for
from analytics_platform.kernel.declare import Dto, Principal, Problem, WorkerLost
from analytics_platform.kernel.ids import uuid7
from analytics_platform.kernel.jobs import RunningJob, cancel, cancel_queued, enqueue, job, job_location, take_back
from analytics_platform.kernel.jobs.declaring import JOBS, Job, JobRefused, JobStopped
from analytics_platform.kernel.jobs.models import JobRow, State
from analytics_platform.kernel.jobs.running import run
from analytics_platform.kernel.jobs.services import ask_neighbours
from analytics_platform.kernel.jobs.sweeping import forget, sweep
from analytics_platform.kernel.redis import redis_client
from analytics_platform.kernel.testing import NotSettled

APP = "files"
QUEUE = "files.jobs"


class Counted(Dto):
    """What the test jobs answer."""

    number: int


class Full(Problem):
    code = "test_full"
    status = 409
    title = "It is full."


class Away(Problem):
    code = "test_away"
    status = 502
    title = "It is away."


@pytest.fixture(autouse=True)
def _only_this_tests_jobs() -> Iterator[None]:
    known = dict(JOBS)
    JOBS.clear()
    yield
    JOBS.clear()
    JOBS.update(known)


def counting(**rules: Any) -> Job[Counted]:
    """A job that answers its argument."""

    @job(kind="files.count", app=APP, **rules)
    def count(*, job: RunningJob, number: int, file_id: UUID | None = None) -> Counted:
        return Counted(number=number)

    return count


def failing(problem: Exception, **rules: Any) -> Job[None]:
    """A job that raises."""

    @job(kind="files.fail", app=APP, **rules)
    def fail(*, job: RunningJob) -> None:
        raise problem

    return fail


def asked(declared: Job[Any], **arguments: Any) -> UUID:
    """Ask in a transaction of its own."""
    with transaction_for(APP):
        return enqueue(declared, **arguments)


def row_of(job_id: UUID) -> JobRow:
    """The row as it is now."""
    return JobRow.objects.using(alias_of(APP)).get(id=job_id)


def all_rows() -> list[JobRow]:
    """Every row, oldest first."""
    return list(JobRow.objects.using(alias_of(APP)).order_by("created_at"))


@pytest.mark.layouts
def test_a_job_runs_and_keeps_its_result(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        job_id = asked(counting(as_actor=False), number=3, file_id=uuid7())
    settle()
    row = row_of(job_id)
    assert (row.state, row.result, row.progress, row.attempts) == (State.SUCCEEDED, {"number": 3}, 1, 1)


def test_a_rollback_leaves_no_job(tenant: Any) -> None:
    declared = counting()
    with tenant.acting(), pytest.raises(ZeroDivisionError), transaction_for(APP):
        enqueue(declared, number=1)
        raise ZeroDivisionError
    assert all_rows() == []


def test_refuses_arguments_of_another_form(tenant: Any) -> None:
    declared = counting()
    with tenant.acting(), pytest.raises(ValidationError):
        asked(declared, number="many")


@pytest.mark.layouts
def test_it_runs_in_the_askers_tenant_as_the_asker_and_in_the_askers_request(tenant: Any, settle: Any) -> None:
    seen: list[Any] = []

    @job(kind="files.look", app=APP)
    def look(*, job: RunningJob) -> None:
        seen.extend([tenant_or_none(), current_principal().user_id, request_id()])

    principal = tenant.principal()
    with acting_as(principal), request_scope(id="r-5"):
        asked(look)
    settle()
    assert seen == [tenant.id, principal.user_id, "r-5"]
    assert (tenant_or_none(), principal_or_none()) == (None, None)


def test_an_asker_who_is_a_member_no_more_gets_nothing_run(tenant: Any) -> None:
    def nobody(tenant_id: UUID, user_id: UUID) -> Principal:
        raise NotSignedIn

    with tenant.acting():
        job_id = asked(counting(), number=1)
    run(job_id, app=APP, is_beating=False, who=nobody)
    assert row_of(job_id).error == {"code": "not_signed_in", "message": NotSignedIn.title}


def test_a_problem_ends_it_as_failed_with_its_code(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        job_id = asked(failing(Full(), as_actor=False, attempts=3))
    settle()
    row = row_of(job_id)
    assert (row.state, row.error, row.attempts) == (State.FAILED, {"code": "test_full", "message": Full.title}, 1)


def test_a_failure_of_ours_is_tried_again_while_attempts_remain(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        job_id = asked(failing(Away(), as_actor=False, attempts=2))
    settle()
    waiting = row_of(job_id)
    JobRow.objects.using(alias_of(APP)).update(due_at=timezone.now())
    settle()
    ended = row_of(job_id)
    assert (waiting.state, waiting.due_at > timezone.now()) == (State.QUEUED, True)
    assert (ended.state, ended.attempts, ended.error["code"]) == (State.FAILED, 2, "test_away")


def test_a_defect_ends_it_without_telling_what_it_was(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        job_id = asked(failing(RuntimeError("the password is swordfish"), as_actor=False))
    settle(may_fail=True)
    assert row_of(job_id).error["code"] == "job_crashed"
    assert "swordfish" not in str(row_of(job_id).error)


def test_settle_says_that_a_job_crashed(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        asked(failing(RuntimeError(), as_actor=False))
    with pytest.raises(NotSettled, match=r"files\.fail"):
        settle()


def test_the_app_is_told_of_a_failure(tenant: Any, settle: Any) -> None:
    told: list[Any] = []

    def on_failed(*, error: Problem) -> None:
        told.append((error.code, tenant_or_none()))

    with tenant.acting():
        asked(failing(Full(), as_actor=False, on_failed=on_failed))
    settle()
    assert told == [("test_full", tenant.id)]


def test_a_job_that_is_not_due_waits(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        job_id = asked(counting(as_actor=False), number=1, due_at=timezone.now() + timedelta(hours=1))
    settle()
    assert row_of(job_id).state == State.QUEUED


@pytest.mark.layouts
def test_a_waiting_run_with_the_same_key_is_answered(tenant: Any, other_tenant: Any) -> None:
    declared = counting()
    with tenant.acting():
        first, second = asked(declared, number=1, dedupe_key="a"), asked(declared, number=2, dedupe_key="a")
        third = asked(declared, number=3, dedupe_key="b")
    with other_tenant.acting():
        fourth = asked(declared, number=4, dedupe_key="a")
    assert first == second
    assert len({first, third, fourth}) == 3


def test_a_running_one_does_not_stand_in_for_a_new_one(tenant: Any) -> None:
    declared = counting()
    with tenant.acting():
        first = asked(declared, number=1, dedupe_key="a")
        JobRow.objects.using(alias_of(APP)).update(state=State.RUNNING)
        assert asked(declared, number=1, dedupe_key="a") != first


def test_progress_is_shown(tenant: Any, settle: Any) -> None:
    seen: list[tuple[float, str]] = []

    @job(kind="files.slow", app=APP, as_actor=False)
    def slow(*, job: RunningJob) -> None:
        job.progress(0.4, "parsing")
        row = row_of(job.id)
        seen.append((row.progress, row.message))

    with tenant.acting():
        asked(slow)
    settle()
    assert seen == [(0.4, "parsing")]


def test_a_cancelled_job_stops_at_its_next_sign_of_progress(tenant: Any, settle: Any) -> None:
    reached: list[str] = []

    @job(kind="files.slow", app=APP, as_actor=False)
    def slow(*, job: RunningJob) -> None:
        cancel(job.id, app=APP)
        job.progress(0.5)
        reached.append("the end")

    with tenant.acting():
        job_id = asked(slow)
    settle()
    assert (row_of(job_id).state, reached) == (State.CANCELLED, [])


def test_a_cancelled_job_that_waits_never_starts(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        job_id = asked(counting(as_actor=False), number=1)
        assert cancel(job_id, app=APP)
        assert not cancel(job_id, app=APP)
    settle()
    assert (row_of(job_id).state, row_of(job_id).attempts) == (State.CANCELLED, 0)


def test_another_tenant_cannot_cancel_it(tenant: Any, other_tenant: Any) -> None:
    with tenant.acting():
        job_id = asked(counting(), number=1)
    with other_tenant.acting():
        assert not cancel(job_id, app=APP)


def lost(job_id: UUID, attempts: int = 1) -> None:
    """As a worker leaves a row that was killed a minute ago."""
    then = timezone.now() - timedelta(minutes=1)
    JobRow.objects.using(alias_of(APP)).filter(id=job_id).update(state=State.RUNNING, heartbeat_at=then, claim=1, attempts=attempts)


@pytest.mark.layouts
def test_a_job_whose_worker_is_lost_ends_as_worker_lost(tenant: Any) -> None:
    told: list[str] = []

    def on_failed(*, error: Problem, number: int, file_id: UUID | None) -> None:
        told.append(error.code)

    with tenant.acting():
        job_id = asked(counting(on_failed=on_failed), number=1)
    lost(job_id)
    sweep()
    assert (row_of(job_id).state, row_of(job_id).error["code"], told) == (State.FAILED, WorkerLost.code, ["worker_lost"])


def test_a_lost_job_runs_again_while_attempts_remain(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        job_id = asked(counting(as_actor=False, attempts=2), number=1)
    lost(job_id)
    sweep()
    JobRow.objects.using(alias_of(APP)).filter(id=job_id).update(due_at=timezone.now())
    settle()
    assert (row_of(job_id).state, row_of(job_id).attempts) == (State.SUCCEEDED, 2)


def test_a_worker_that_was_given_up_can_write_no_more(tenant: Any, settle: Any) -> None:
    @job(kind="files.slow", app=APP, as_actor=False)
    def slow(*, job: RunningJob) -> None:
        lost(job.id)
        sweep()
        with pytest.raises(JobStopped):
            job.progress(0.5)

    with tenant.acting():
        job_id = asked(slow)
    settle()
    assert (row_of(job_id).state, row_of(job_id).error["code"]) == (State.FAILED, "worker_lost")


def test_a_living_job_is_left_alone(tenant: Any) -> None:
    with tenant.acting():
        job_id = asked(counting(), number=1)
    JobRow.objects.using(alias_of(APP)).filter(id=job_id).update(state=State.RUNNING, heartbeat_at=timezone.now())
    sweep()
    assert row_of(job_id).state == State.RUNNING


@pytest.mark.django_db(transaction=True)
def test_a_job_over_its_time_limit_is_stopped_and_ended(tenant: Any) -> None:
    @job(kind="files.slow", app=APP, as_actor=False, time_limit_s=0.2)
    def slow(*, job: RunningJob) -> None:
        job.stopped.wait(10)
        job.check()

    with tenant.acting():
        job_id = asked(slow)
    run(job_id, app=APP)
    assert (row_of(job_id).state, row_of(job_id).error["code"]) == (State.FAILED, "job_timed_out")


@pytest.mark.django_db(transaction=True)
def test_two_workers_run_a_job_once(tenant: Any) -> None:
    runs: list[UUID] = []
    started = threading.Barrier(2)

    @job(kind="files.once", app=APP, as_actor=False)
    def once(*, job: RunningJob) -> None:
        runs.append(job.id)

    with tenant.acting():
        job_id = asked(once)

    def work() -> None:
        from django.db import connections

        started.wait()
        run(job_id, app=APP)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == [job_id]


@pytest.mark.django_db(transaction=True)
def test_a_job_is_kicked_when_its_transaction_commits(tenant: Any) -> None:
    declared = counting()
    with tenant.acting(), transaction_for(APP):
        enqueue(declared, number=1)
        assert redis_client().llen(QUEUE) == 0
    assert redis_client().llen(QUEUE) == 1


@pytest.mark.django_db(transaction=True)
def test_the_sweep_kicks_what_is_due_and_was_not_taken(tenant: Any) -> None:
    with tenant.acting():
        asked(counting(), number=1)
    redis_client().flushdb()
    sweep()
    assert redis_client().llen(QUEUE) == 0
    JobRow.objects.using(alias_of(APP)).update(kicked_at=timezone.now() - timedelta(minutes=1))
    sweep()
    sweep()
    assert redis_client().llen(QUEUE) == 1


def test_a_schedule_asks_for_its_next_run_at_each_end(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        asked(failing(Full(), as_actor=False), every_s=3600, dedupe_key="hourly")
    settle()
    first, second = all_rows()
    assert (first.state, second.state, second.every_s, second.tenant_id) == (State.FAILED, State.QUEUED, 3600, tenant.id)
    assert second.due_at == first.due_at + timedelta(hours=1)


def test_a_schedule_outlives_a_lost_worker(tenant: Any) -> None:
    with tenant.acting():
        job_id = asked(counting(), number=1, every_s=3600, dedupe_key="hourly")
    lost(job_id)
    sweep()
    assert [row.state for row in all_rows()] == [State.FAILED, State.QUEUED]


def test_a_schedule_is_ended_while_it_waits(tenant: Any) -> None:
    declared = counting()
    with tenant.acting():
        asked(declared, number=1, every_s=3600, dedupe_key="hourly")
        assert cancel_queued(declared, dedupe_key="hourly")
    assert [row.state for row in all_rows()] == [State.CANCELLED]


def test_what_has_not_started_is_taken_back_and_what_has_is_not(tenant: Any) -> None:
    with tenant.acting():
        waiting, tried = (asked(counting(attempts=2), number=number) for number in (1, 2))
        JobRow.objects.using(alias_of(APP)).filter(id=tried).update(attempts=1)
        assert [take_back(waiting, app=APP), take_back(tried, app=APP), take_back(waiting, app=APP)] == [True, False, False]
    assert [row.id for row in all_rows()] == [tried]


def test_a_schedule_is_ended_while_it_runs(tenant: Any, settle: Any) -> None:
    @job(kind="files.ending", app=APP, as_actor=False)
    def ending(*, job: RunningJob) -> None:
        cancel_queued(ending, dedupe_key="hourly")

    with tenant.acting():
        asked(ending, every_s=3600, dedupe_key="hourly")
    settle()
    assert [row.state for row in all_rows()] == [State.SUCCEEDED]


@pytest.mark.layouts
def test_periodic_work_of_the_platform_has_one_run_that_waits(db: None, settle: Any) -> None:
    seen: list[UUID | None] = []

    @job(kind="files.tidy", app=APP, every_s=60)
    def tidy(*, job: RunningJob) -> None:
        seen.append(tenant_or_none())

    sweep()
    sweep()
    settle()
    sweep()
    assert seen == [None]
    assert [row.state for row in all_rows()] == [State.SUCCEEDED, State.QUEUED]


def test_rows_that_ended_long_ago_are_removed(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        asked(counting(as_actor=False), number=1)
        settle()
        JobRow.objects.using(alias_of(APP)).update(finished_at=timezone.now() - timedelta(days=31))
        kept = asked(counting(as_actor=False), number=2)
    settle()
    forget()
    assert [row.id for row in all_rows()] == [kept]


@pytest.mark.layouts
def test_a_job_is_shown_to_its_tenant(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        job_id = asked(counting(as_actor=False), number=3)
    settle()
    answer = tenant.api().get(job_location(job_id))
    assert answer.status_code == 200
    assert answer.json() == {
        "id": str(job_id),
        "kind": "files.count",
        "state": "succeeded",
        "progress": 1.0,
        "message": "",
        "result": {"number": 3},
        "error": None,
    }


def test_a_failed_job_shows_its_code(tenant: Any, settle: Any) -> None:
    with tenant.acting():
        job_id = asked(failing(Full(), as_actor=False))
    settle()
    assert tenant.api().get(job_location(job_id)).json()["error"] == {"code": "test_full", "message": Full.title}


@pytest.mark.layouts
def test_another_tenants_job_is_not_found(tenant: Any, other_tenant: Any) -> None:
    with tenant.acting():
        job_id = asked(counting(), number=1)
    answer = other_tenant.api().get(job_location(job_id))
    assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")


def test_refuses_a_job_whose_arguments_have_no_type() -> None:
    def untyped(*, job: RunningJob, number) -> None:  # type: ignore[no-untyped-def]
        ...

    with pytest.raises(JobRefused, match="keyword-only and typed"):
        job(kind="files.untyped", app=APP)(untyped)


def test_refuses_a_kind_that_is_taken() -> None:
    counting()
    with pytest.raises(JobRefused, match="taken"):

        @job(kind="files.count", app=APP)
        def another(*, job: RunningJob) -> None: ...


@pytest.mark.django_db(transaction=True)
def test_a_job_kept_by_another_process_is_found_there(tenant: Any, live_server: Any, settings: Any) -> None:
    settings.SERVE_INTERNAL = True
    settings.SERVICE_URLS = {"elsewhere": live_server.url}
    with tenant.acting():
        job_id = asked(counting(), number=1)
        assert ask_neighbours(job_id).kind == "files.count"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_no_process_keeps_is_not_found(tenant: Any, live_server: Any, settings: Any) -> None:
    settings.SERVE_INTERNAL = True
    settings.SERVICE_URLS = {"elsewhere": live_server.url}
    assert tenant.api().get(job_location(uuid7())).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_who_runs_over_its_time_cannot_end_it_well(tenant: Any) -> None:
    has_returned = threading.Event()

    def on_failed(*, error: Problem) -> None:
        has_returned.wait(1)

    @job(kind="files.stubborn", app=APP, as_actor=False, time_limit_s=0.1, on_failed=on_failed)
    def stubborn(*, job: RunningJob) -> None:
        job.stopped.wait(5)

    with tenant.acting():
        job_id = asked(stubborn)
    run(job_id, app=APP)
    assert (row_of(job_id).state, row_of(job_id).error["code"]) == (State.FAILED, "job_timed_out")

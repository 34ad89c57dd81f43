"""For tests: let events and jobs settle in this process, inside a test's transaction or with committed data."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from analytics_platform.kernel.declare import Principal
from analytics_platform.kernel.events.delivery import deliver
from analytics_platform.kernel.events.models import ParkedEvent
from analytics_platform.kernel.events.subscriptions import subscribing_apps
from analytics_platform.kernel.jobs.models import JobRow, State
from analytics_platform.kernel.jobs.running import principal_of, run

LONGEST = 100
_known: dict[UUID, Principal] = {}


@dataclass(frozen=True)
class Settled:
    """What was done until all was quiet."""

    events: int
    jobs: int


class NotSettled(AssertionError):
    """Something failed that no test expected: an event was parked, a job crashed, or there was no end."""


def remember(principal: Principal) -> None:
    """Let jobs act as this member, who does not have to exist in apps.auth."""
    _known[principal.user_id] = principal


def settle(*, may_fail: bool = False) -> Settled:
    """Deliver all events to all handlers of this process and run all due jobs, until nothing is left.

    Raises NotSettled for an event that was parked and a job that crashed, unless `may_fail`. What is due later stays: move `due_at` to run it.
    """
    events = jobs = 0
    began_at = timezone.now()
    for _ in range(LONGEST):
        done_events = sum(deliver(app).events for app in subscribing_apps())
        done_jobs = sum(_run_due(alias) for alias in _aliases())
        events, jobs = events + done_events, jobs + done_jobs
        if not may_fail:
            _refuse_failures(began_at)
        if not done_events and not done_jobs:
            return Settled(events, jobs)
    raise NotSettled(f"after {LONGEST} rounds there is still work: does something ask for itself again?")


def _run_due(alias: str) -> int:
    due = JobRow.objects.using(alias).filter(state=State.QUEUED, due_at__lte=timezone.now()).order_by("due_at", "created_at")
    return sum(
        run(id, app=app, is_beating=False, who=_who) for id, app in list(due.values_list("id", "app")) if app in settings.PLATFORM_APPS
    )


def _who(tenant_id: UUID, user_id: UUID) -> Principal:
    return _known.get(user_id) or principal_of(tenant_id, user_id)


def _refuse_failures(began_at: object) -> None:
    for alias in _aliases():
        parked = ParkedEvent.objects.using(alias).filter(parked_at__gte=began_at).exclude(reason="").first()
        if parked is not None:
            raise NotSettled(f"{parked.subscriber} could not handle {parked.name}: {parked.reason}")
        crashed = JobRow.objects.using(alias).filter(finished_at__gte=began_at, error__code="job_crashed").first()
        if crashed is not None:
            raise NotSettled(f"the job {crashed.kind} crashed; the captured log says how")


def _aliases() -> list[str]:
    return sorted(set(settings.APP_DATABASES.values()))

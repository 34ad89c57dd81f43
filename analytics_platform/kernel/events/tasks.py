"""What workers do about events: deliver on a kick, sweep on a tick."""

from __future__ import annotations

from analytics_platform.celery import app as celery
from analytics_platform.kernel.events.delivery import deliver
from analytics_platform.kernel.events.kicks import kick, kick_taken
from analytics_platform.kernel.events.sweeping import sweep

LOCKED_DELAY_S = 0.05


@celery.task(name="events.deliver")
def deliver_events(*, app: str) -> None:
    """There may be events for the app."""
    kick_taken(app)
    done = deliver(app)
    if done.was_locked:
        kick(app, delay_s=LOCKED_DELAY_S)  # the one that holds the cursor may have read before this kick's events were there
    elif done.has_more:
        kick(app)


@celery.task(name="events.sweep")
def sweep_events() -> None:
    """Find what was not kicked."""
    sweep()

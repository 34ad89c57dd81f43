"""Events: an outbox and a log in each database, a cursor for each subscriber; Celery only says that there is work."""

from analytics_platform.kernel.events.envelope import Envelope
from analytics_platform.kernel.events.publishing import Change, change_and_publish, publish, publish_all
from analytics_platform.kernel.events.subscriptions import subscriber

__all__ = ["Change", "Envelope", "change_and_publish", "publish", "publish_all", "subscriber"]

"""`manage.py events list|retry|replay`: see the log, the cursors and what is parked; try parked events again; handle old ones again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from analytics_platform.kernel.databases import alias_of
from analytics_platform.kernel.events import log
from analytics_platform.kernel.events.delivery import replay
from analytics_platform.kernel.events.kicks import kick
from analytics_platform.kernel.events.models import Cursor, LoggedEvent, ParkedEvent
from analytics_platform.kernel.events.parking import retry_now
from analytics_platform.kernel.events.sources import sources
from analytics_platform.kernel.events.subscriptions import subscribing_apps, wanted_names
from analytics_platform.kernel.tenancy.schemas import local_aliases


class Command(BaseCommand):
    """What an operator does about events."""

    help = "See events, try parked ones again, handle old ones again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Three words, each with its own options."""
        words = parser.add_subparsers(dest="word", required=True)
        listing = words.add_parser("list", help="the last events of each log, the cursors of each app, and what is parked")
        listing.add_argument("--what", choices=["log", "cursors", "parked"], help="one of the three alone")
        listing.add_argument("--name", help="events of this name: files.FileDeleted")
        listing.add_argument("--key", help="events of this key")
        listing.add_argument("--tenant", type=UUID)
        listing.add_argument("--limit", type=int, default=20)
        retrying = words.add_parser("retry", help="try parked events now, each key in its order")
        retrying.add_argument("--app", help="the subscriber; all of them without it")
        retrying.add_argument("--id", type=UUID, help="the key of this one parked event alone")
        replaying = words.add_parser("replay", help="set an app's cursors back, so that it handles again what followed")
        replaying.add_argument("--app", required=True)
        replaying.add_argument("--since", required=True, help="2026-01-31T00:00:00+00:00, or `start` for all that is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the word says."""
        {"list": self._list, "retry": self._retry, "replay": self._replay}[options["word"]](options)

    def _list(self, options: dict[str, Any]) -> None:
        parts = {"log": self._list_log, "cursors": self._list_cursors, "parked": self._list_parked}
        for name, show in parts.items():
            if options["what"] in (None, name):
                self.stdout.write(self.style.MIGRATE_HEADING(name))
                show(options)

    def _list_log(self, options: dict[str, Any]) -> None:
        for alias in local_aliases():
            log.head(alias)
            for event in _chosen(LoggedEvent.objects.using(alias), options).order_by("-position")[: options["limit"]]:
                self.stdout.write(
                    f"  {alias} {event.position} {event.occurred_at:%F %T} {event.name} key={event.key} tenant={event.tenant_id}"
                )

    def _list_cursors(self, options: dict[str, Any]) -> None:
        for app in subscribing_apps():
            for source in sources(wanted_names(app)):
                found = Cursor.objects.using(alias_of(app)).filter(subscriber=app, log_id=source.log_id).first()
                position = found.position if found else 0
                self.stdout.write(f"  {app} ← {','.join(source.apps)}: {position} of {source.head}, {source.head - position} behind")

    def _list_parked(self, options: dict[str, Any]) -> None:
        for alias in local_aliases():
            for event in _chosen(ParkedEvent.objects.using(alias), options)[: options["limit"]]:
                when = f"{event.attempts} attempts, again at {event.retry_at:%F %T}"
                self.stdout.write(
                    f"  {event.row_id} {event.subscriber} ← {event.name} key={event.key} {when}: {event.reason.splitlines()[0]}"
                )

    def _retry(self, options: dict[str, Any]) -> None:
        apps = [options["app"]] if options["app"] else subscribing_apps()
        try:
            handled = sum(retry_now(app, row_id=options["id"]) for app in apps)
        except ParkedEvent.DoesNotExist as fault:
            raise CommandError("There is no such parked event of this subscriber; name it with --app.") from fault
        self.stdout.write(f"{handled} handled")

    def _replay(self, options: dict[str, Any]) -> None:
        app = options["app"]
        if app not in subscribing_apps():
            raise CommandError(f"{app} handles no events in this process.")
        since = None if options["since"] == "start" else _moment(options["since"])
        for source in sources(wanted_names(app)):
            position = 0 if since is None else source.position_before(since)
            replay(app, log_id=source.log_id, position=position)
            self.stdout.write(f"{app} reads {','.join(source.apps)} again from position {position}")
        kick(app)


def _chosen(rows: Any, options: dict[str, Any]) -> Any:
    wanted = {"name": options["name"], "key": options["key"], "tenant_id": options["tenant"]}
    return rows.filter(**{field: value for field, value in wanted.items() if value is not None})


def _moment(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None:
        raise CommandError(f"{text} is no moment: write 2026-01-31T00:00:00+00:00, or start.")
    return found if timezone.is_aware(found) else timezone.make_aware(found)

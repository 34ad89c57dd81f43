"""`manage.py service_map`: the map of services, events and dependencies; `--write` puts it into docs/architecture.md, `--check` compares."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from apps.gateway.service_map import page

BEGIN, END = "<!-- service map: begin, made by `manage.py service_map --write` -->\n", "<!-- service map: end -->"


class Command(BaseCommand):
    """Draw the map from the contracts."""

    help = "Draw the map of services, calls and events from the contracts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Without a flag the map is printed."""
        parser.add_argument("--write", action="store_true", help="put it into docs/architecture.md")
        parser.add_argument("--check", action="store_true", help="fail where docs/architecture.md differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print, write or check."""
        document = Path(settings.BASE_DIR) / "docs" / "architecture.md"
        if not options["write"] and not options["check"]:
            self.stdout.write(page())
            return
        text = document.read_text()
        head, rest = text.split(BEGIN)
        drawn = head + BEGIN + "\n" + page() + "\n" + END + rest.split(END)[1]
        if options["write"]:
            document.write_text(drawn)
        elif drawn != text:
            raise CommandError("docs/architecture.md is not what the contracts say: run manage.py service_map --write")

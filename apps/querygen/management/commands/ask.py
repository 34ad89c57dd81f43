"""`manage.py ask "total sales by month" --source demo_shop`: a question answered on the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from analytics_platform.kernel.context import acting_as
from analytics_platform.kernel.declare import Problem
from apps.auth.contract import accounts
from apps.datasources.contract import DataSource, data_sources
from apps.execution.contract import ResultPage
from apps.querygen.contract import AgentGeneration, queries
from apps.viz.contract import visualizations

MAX_WIDTH = 40


class Command(BaseCommand):
    """Ask as the tenant's owner."""

    help = "Answer a question: print the SQL and the rows, and with --png write the chart."

    def add_arguments(self, parser: CommandParser) -> None:
        """The question and where to ask it."""
        parser.add_argument("question")
        parser.add_argument("--source", required=True, help="name of the data source")
        parser.add_argument("--tenant", default="demo", help="slug of the tenant (demo)")
        parser.add_argument("--engine", default="auto", choices=["auto", "llm", "offline"])
        parser.add_argument("--png", help="where to write the chart")

    def handle(self, *args: Any, **options: Any) -> None:
        """SQL, rows, chart."""
        try:
            with acting_as(accounts.owner_of(tenant_id=accounts.find_tenant(slug=options["tenant"]).id)):
                source = self._source(options["source"])
                told = queries.generate_with_agent(
                    data_source_id=source.id, question=options["question"], engine=options["engine"], execute=True
                )
                self._tell(told)
                if options["png"]:
                    self._draw(told, Path(options["png"]))
        except Problem as problem:
            closest = problem.extra.get("closest") or [
                option["value"] for each in problem.extra.get("clarifications", []) for option in each["options"]
            ]
            raise CommandError(f"{problem.detail}" + (f" Closest: {', '.join(closest)}" if closest else "")) from problem

    def _source(self, name: str) -> DataSource:
        found = next((source for source in data_sources.list(search=name).results if source.name == name), None)
        if found is None:
            raise CommandError(f"The tenant has no data source named {name!r}.")
        return found

    def _tell(self, told: AgentGeneration) -> None:
        self.stdout.write(told.sql)
        self.stdout.write("")
        for line in table_lines(told.execution) if told.execution is not None else []:
            self.stdout.write(line)
        self.stdout.write(f"\n{told.explanation} Confidence {told.confidence:.2f}, engine {told.engine}.")
        for note in (*told.assumptions, *told.warnings):
            self.stdout.write(f"- {note}")

    def _draw(self, told: AgentGeneration, path: Path) -> None:
        if told.visualization is None:
            raise CommandError("There is nothing to draw: the question has no rows.")
        path.write_bytes(visualizations.render(visualization_id=told.visualization.id, format="png").content)
        self.stdout.write(f"{told.visualization.type} chart: {path}")


def table_lines(page: ResultPage) -> list[str]:
    """The rows as an aligned table, numbers to the right."""
    header = [column.name for column in page.columns]
    cells = [["" if value is None else str(value)[:MAX_WIDTH] for value in row] for row in page.rows]
    widths = [max(len(row[place]) for row in [header, *cells]) for place in range(len(header))]
    to_right = [column.type in {"integer", "number", "decimal"} for column in page.columns]

    def line(row: list[str]) -> str:
        padded = (text.rjust(width) if right else text.ljust(width) for text, width, right in zip(row, widths, to_right, strict=True))
        return "  ".join(padded).rstrip()

    count = f"({page.row_count} rows{', truncated' if page.truncated else ''})"
    return [line(header), line(["-" * width for width in widths]), *map(line, cells), count]

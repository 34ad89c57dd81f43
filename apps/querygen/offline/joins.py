"""The FROM clause: which tables a question needs, how they hang together, and whether joining repeats rows."""

from __future__ import annotations

from sqlglot import exp

from apps.querygen.catalog import Catalog, Step
from apps.querygen.contract import CannotAnswer
from apps.querygen.offline.sql import identifier, table_of


class Joins:
    """Starts at one table and grows by the shortest paths."""

    def __init__(self, catalog: Catalog, base: str) -> None:
        self.catalog = catalog
        self.base = base
        self.steps: list[Step] = []
        self.tables = {base}

    def include(self, key: str) -> None:
        """Join a table and what lies between. Raises CannotAnswer when nothing connects it."""
        path = self.catalog.path(self.tables, key)
        if path is None:
            raise CannotAnswer(f"Nothing connects {key} with {self.base}.", closest=[self.base, key])
        self.steps.extend(path)
        self.tables.update(step.target for step in path)

    @property
    def fans_out(self) -> bool:
        """Whether rows of the base table come up more than once."""
        return any(step.fans_out for step in self.steps)

    @property
    def assumptions(self) -> list[str]:
        return [
            f"{step.edge.child} and {step.edge.parent} are joined by name "
            f"({step.edge.child}.{step.edge.child_columns[0]} = {step.edge.parent}.{step.edge.parent_columns[0]}); no foreign key says so."
            for step in self.steps
            if not step.edge.declared
        ]

    def apply(self, select: exp.Select) -> exp.Select:
        """The statement with FROM and JOIN."""
        select = select.from_(table_of(self.catalog.table(self.base)))
        for step in self.steps:
            select = select.join(table_of(self.catalog.table(step.target)), on=condition_of(step), join_type="INNER")
        return select


def condition_of(step: Step) -> exp.Expr:
    """Child columns equal parent columns."""
    edge = step.edge
    pairs = zip(edge.child_columns, edge.parent_columns, strict=True)
    equal = [exp.EQ(this=_column(edge.child, child), expression=_column(edge.parent, parent)) for child, parent in pairs]
    return exp.and_(*equal)


def _column(table: str, name: str) -> exp.Column:
    return exp.Column(this=identifier(name), table=identifier(table.rsplit(".", 1)[-1]))


def anti_join(catalog: Catalog, subject: str, other: str) -> exp.Expr:
    """NOT EXISTS rows of `other` that belong to a row of `subject`."""
    path = catalog.path({subject}, other)
    if not path:
        raise CannotAnswer(f"Nothing connects {other} with {subject}.", closest=[subject, other])
    inner = exp.select("1").from_(table_of(catalog.table(path[0].target)))
    for step in path[1:]:
        inner = inner.join(table_of(catalog.table(step.target)), on=condition_of(step), join_type="INNER")
    return exp.Not(this=exp.Exists(this=inner.where(condition_of(path[0]))))

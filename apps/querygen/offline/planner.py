"""Turns an Intent into one SELECT: resolves figures and dates, finds the joins, and refuses what would come out wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from apps.querygen.catalog import Catalog, Column, Table, identifying
from apps.querygen.contract import CannotAnswer
from apps.querygen.offline.choose import label_columns
from apps.querygen.offline.dates import DateRange
from apps.querygen.offline.intent import Condition, Intent, Measure
from apps.querygen.offline.joins import Joins, anti_join
from apps.querygen.offline.measures import Figure, figures
from apps.querygen.offline.ranking import Ranking
from apps.querygen.offline.sql import column_of, grain_of, identifier, literal, ordered, predicate, within


@dataclass
class Plan:
    """The statement, and what to tell about it."""

    select: exp.Select
    tables: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


def plan(intent: Intent, catalog: Catalog) -> Plan:
    """The statement for an intent. Raises CannotAnswer, Ambiguous."""
    return _Planner(intent, catalog).plan()


class _Planner(Ranking):
    """The statement: figures by groups, or rows; conditions; order."""

    def plan(self) -> Plan:
        self.settle_superlative()
        intent = self.intent
        if intent.measures or (intent.groups and self.count_implied()):
            select, joins = self.aggregated()
        else:
            select, joins = self.listed()
        if self.limit is not None:
            select = select.limit(self.limit)
            self.parts.append(f"the first {self.limit}" if self.limit > 1 else "the first one")
        return Plan(select, sorted(joins.tables), list(dict.fromkeys([*self.assumptions, *joins.assumptions])), self.parts)

    def count_implied(self) -> bool:
        """ "Orders by status" without a figure means how many."""
        others = [table for table in self.intent.entities if all(group.table != table for group in self.intent.groups)]
        if others and not self.intent.outputs and self.intent.superlative is None:
            self.intent.measures.append(Measure("count", table=others[0]))
            self.assumptions.append(f"No figure was named: {others[0].key} are counted.")
            return True
        return False

    # Figures by groups.

    def aggregated(self) -> tuple[exp.Select, Joins]:
        joins, found = self.figures_and_joins()
        key = identifying(self.catalog.table(joins.base))
        select = exp.Select()
        grouped = self.add_groups(select, joins)
        for figure in found:
            aggregate = figure.aggregate(fans_out=joins.fans_out, key=key)
            if aggregate is None:
                raise CannotAnswer(
                    "Joining these tables repeats rows, so that the figure would be too large.", closest=sorted(joins.tables)
                )
            select = select.select(exp.alias_(aggregate, identifier(figure.alias)), copy=False)
            self.assumptions.extend([figure.assumption] if figure.assumption else [])
            self.parts.append(figure.alias.replace("_", " "))
        select = self.filtered(select, joins)
        if any(figure.measure.concept for figure in found):
            self.note_status(joins)
        if grouped:
            select = select.group_by(*grouped)
        return self.ordered_groups(self.having(select, joins), found), joins

    def note_status(self, joins: Joins) -> None:
        """Cancelled or returned orders count too, unless the question leaves them out: say so."""
        near = {joins.base, *joins.tables, *(step.target for step in self.catalog.steps_from(joins.base) if not step.fans_out)}
        kept = [column for key in near for column in self.catalog.table(key).columns if column.words[-1:] == ("status",)]
        if kept and not any(condition.column in kept for condition in self.intent.conditions):
            self.assumptions.append(f"Every {kept[0].key} counts.")

    def figures_and_joins(self) -> tuple[Joins, list[Figure]]:
        """The first way of computing the figures that joins to everything needed without repeating rows."""
        options = [list(figures(measure, self.catalog)) for measure in self.intent.measures]
        if not all(options):
            raise CannotAnswer(
                f"Nothing here is {self.intent.measures[0].concept or 'a figure'}: no such column, and nothing to compute it from.",
                closest=[table.key for table in self.catalog.tables][:10],
            )
        refused: CannotAnswer | None = None
        for first in options[0]:
            chosen = [first, *(next((f for f in rest if f.table == first.table), rest[0]) for rest in options[1:])]
            joins = Joins(self.catalog, first.table)
            try:
                for table in self.needed(chosen):
                    joins.include(table)
            except CannotAnswer as error:
                refused = refused or error
                continue
            repeats = joins.fans_out and any(f.inner is not None and f.measure.function in {"sum", "avg"} for f in chosen)
            if not repeats and all(figure.table == first.table or figure.measure.function in {"min", "max"} for figure in chosen):
                return joins, chosen
            refused = refused or CannotAnswer(
                "Joining these tables repeats rows, so that the figure would be too large.", closest=sorted(joins.tables)
            )
        raise refused or CannotAnswer("The figures do not go together.", closest=[])

    def needed(self, chosen: list[Figure]) -> list[str]:
        tables = [table for figure in chosen for table in (figure.table, *figure.also_needs)]
        tables += [column.table for column in self.intent.outputs]
        tables += [condition.column.table for condition in self.intent.conditions]
        tables += [group.table.key for group in self.intent.groups if group.table]
        tables += [group.column.table for group in self.intent.groups if group.column]
        tables += [column.table for _, column in self.intent.dates if column is not None]
        between = self.between_without()
        entities = [entity for entity in self.intent.entities if entity not in self.intent.without and entity.key not in between]
        tables += [entity.key for entity in entities if not self.bound_only(entity)]
        return list(dict.fromkeys(tables))

    def between_without(self) -> set[str]:
        """Tables on the way to what is missing belong inside NOT EXISTS: joined outside, they would leave nothing."""
        subject = next((entity.key for entity in self.intent.entities if entity not in self.intent.without), None)
        paths = [self.catalog.path({subject}, table.key) or [] for table in self.intent.without] if subject else []
        return {step.target for path in paths for step in path}

    def bound_only(self, table: Table) -> bool:
        return any(bound.table == table for bound in self.intent.count_conditions)

    def add_groups(self, select: exp.Select, joins: Joins) -> list[exp.Expr]:
        grouped: list[exp.Expr] = []
        for group in self.intent.groups:
            if group.grain:
                column = self.dates_of(joins)
                tree = grain_of(column, group.grain, self.catalog.dialect)
                select.select(exp.alias_(tree.copy(), identifier(group.grain)), copy=False)
                grouped.append(tree)
                self.parts.append(f"by {group.grain}")
                continue
            shown = [group.column] if group.column is not None else self.shown_of(group.table) if group.table is not None else []
            key = identifying(group.table) if group.table is not None else None
            self.select_columns(select, shown, group.table)
            grouped += [column_of(column) for column in ([key] if key is not None and key not in shown else []) + shown]
            called = " ".join(group.table.words) if group.table is not None else ", ".join(column.name for column in shown)
            self.parts.append(f"by {called}")
        extra = [column for column in self.intent.outputs if column_of(column) not in grouped]
        if grouped or extra:
            self.select_columns(select, extra)
            grouped += [column_of(column) for column in extra]
        return grouped

    def shown_of(self, table: Table) -> list[Column]:
        """The asked-for columns of a table that is grouped by, else its names."""
        own = [column for column in self.intent.outputs if column.table == table.key]
        self.intent.outputs = [column for column in self.intent.outputs if column.table != table.key]
        return own or label_columns(table)

    def select_columns(self, select: exp.Select, columns: list[Column], named_after: Table | None = None) -> None:
        """Adds columns under names that differ; a bare `name` of a table that is grouped by is called after the table."""
        taken = {projection.alias_or_name for projection in select.selects}
        for column in columns:
            tree: exp.Expr = column_of(column)
            called = "_".join(named_after.words) if named_after is not None else ""
            if called and column.words == ("name",) and called not in taken:
                taken.add(called)
                select.select(exp.alias_(tree, identifier(called)), copy=False)
                continue
            if column.name in taken:
                tree = exp.alias_(tree, identifier("_".join((*self.catalog.table(column.table).words, column.name))))
            taken.add(column.name)
            select.select(tree, copy=False)

    def ordered_groups(self, select: exp.Select, found: list[Figure]) -> exp.Select:
        if not select.args.get("group"):
            return select
        for target, descending in self.intent.order:
            if isinstance(target, Column):
                if column_of(target) not in select.args["group"].expressions:
                    raise CannotAnswer(f"Groups cannot be put in order of {target.key}, which differs within them.", closest=[target.key])
                select = select.order_by(ordered(column_of(target), descending=descending, dialect=self.catalog.dialect))
                continue
            figure = next((figure for figure in found if target is not None and figure.measure == target), found[0])
            select = select.order_by(ordered(exp.column(identifier(figure.alias)), descending=descending, dialect=self.catalog.dialect))
        if not self.intent.order:
            grain = next((group.grain for group in self.intent.groups if group.grain), "")
            by = grain or found[0].alias
            select = select.order_by(ordered(exp.column(identifier(by)), descending=not grain, dialect=self.catalog.dialect))
        return select

    def having(self, select: exp.Select, joins: Joins) -> exp.Select:
        for bound in self.intent.count_conditions:
            if bound.table.key != joins.base or not self.intent.groups:
                return self.counted_in_two_steps(select, joins)
            test = predicate_on_count(exp.Count(this=exp.Star()), bound.operator, bound.count)
            select = select.having(test)
        for measure, operator, value in self.intent.bounds:
            if not self.intent.groups and not self.intent.outputs:
                raise CannotAnswer(f"It is not said for each of what the {measure.function} should be compared.", closest=[])
            aggregate = next(figures(measure, self.catalog)).aggregate(fans_out=False, key=None)
            select = select.having(predicate_on_count(aggregate or exp.null(), operator, value))
        return select

    def counted_in_two_steps(self, select: exp.Select, joins: Joins) -> exp.Select:
        """ "How many customers have more than 5 orders": keep the keys that have enough, in a subquery."""
        for bound in self.intent.count_conditions:
            select = select.where(self.bound_test(bound.table, bound.operator, bound.count, joins.base))
        return select

    def bound_test(self, table: Table, operator: str, count: float | int | str, subject: str) -> exp.Expr:
        key = identifying(self.catalog.table(subject))
        path = self.catalog.path({subject}, table.key)
        if key is None or not path:
            raise CannotAnswer(f"Nothing connects {table.key} with {subject}.", closest=[subject, table.key])
        if operator in {"<", "<=", "="}:
            self.assumptions.append(f"Only {subject} with at least one of {table.key} are looked at.")
        inner = Joins(self.catalog, subject)
        inner.include(table.key)
        keys = inner.apply(exp.select(column_of(key))).group_by(column_of(key))
        return exp.In(
            this=column_of(key), query=exp.Subquery(this=keys.having(predicate_on_count(exp.Count(this=exp.Star()), operator, count)))
        )

    # Rows.

    def listed(self) -> tuple[exp.Select, Joins]:
        intent = self.intent
        ordering = [target for target, _ in intent.order if isinstance(target, Column)]
        if any(isinstance(target, Measure) for target, _ in intent.order):
            return self.listed_by_measure()
        columns = [*[group.column for group in intent.groups if group.column], *intent.outputs]
        tables = [*intent.entities, *(self.catalog.table(column.table) for column in [*columns, *ordering])]
        tables += [self.catalog.table(condition.column.table) for condition in intent.conditions]
        if not tables:
            raise CannotAnswer(
                "Nothing in the question names something that this source holds.", closest=[table.key for table in self.catalog.tables][:10]
            )
        base = self.catalog.table(columns[0].table) if columns and not intent.count_conditions else tables[0]
        joins = Joins(self.catalog, base.key)
        for table in self.needed([]) + [column.table for column in ordering]:
            joins.include(table)
        if not columns:
            columns = self.shown_rows(base)
        columns += [column for column in ordering if self.limit is not None and column not in columns]
        select = exp.Select()
        self.select_columns(select, list(dict.fromkeys(columns)))
        self.parts.append(", ".join(column.name for column in columns[:6]) + f" of {base.key}")
        select = self.filtered(select, joins)
        for bound in intent.count_conditions:
            select = select.where(self.bound_test(bound.table, bound.operator, bound.count, base.key))
        for target, descending in intent.order:
            column = target if isinstance(target, Column) else columns[0]
            select = select.order_by(ordered(column_of(column), descending=descending, dialect=self.catalog.dialect))
        if intent.is_distinct or (joins.fans_out and not intent.order):
            select = select.distinct()
        return select, joins

    def shown_rows(self, base: Table) -> list[Column]:
        """What to show of rows when no column was named: names where there are some, else everything."""
        named = [table for table in self.intent.entities if table == base or not self.is_only_condition(table)]
        if len(named) > 1:
            return [column for table in named for column in label_columns(table)]
        labels = label_columns(base)
        if (self.intent.wants_rows and self.limit != 1) or labels == [identifying(base)]:
            return [column for column in base.columns if not column.is_metric]
        return labels

    def is_only_condition(self, table: Table) -> bool:
        in_conditions = any(condition.column.table == table.key for condition in self.intent.conditions)
        return in_conditions or table in self.intent.without or self.bound_only(table)

    def listed_by_measure(self) -> tuple[exp.Select, Joins]:
        measure = next(target for target, _ in self.intent.order if isinstance(target, Measure))
        subject = self.subject(besides=measure.table)
        if subject is None:
            raise CannotAnswer("It is not clear what should be put in order.", closest=[])
        self.intent.groups.append(subject)
        self.intent.measures.append(measure)
        return self.aggregated()

    # Conditions.

    def filtered(self, select: exp.Select, joins: Joins) -> exp.Select:
        """FROM, JOIN and WHERE: conditions first, as a date may still need a table."""
        tests: list[exp.Expr] = []
        for condition in self.intent.conditions:
            if condition.operator in {"!=", "not contains"} and self.is_many(condition.column.table, joins):
                raise CannotAnswer(
                    "Having one that is not so, or having none that is so? The question can be read both ways.",
                    closest=[condition.column.key],
                )
            tests.append(predicate(condition))
            self.parts.append(f"where {condition.column.name} {condition.operator} {', '.join(map(str, condition.values))}".strip())
            if condition.operator == "in":
                self.assumptions.append(f"Several values of {condition.column.key} mean any of them.")
        for span, column in self.intent.dates:
            tests += self.date_tests(span, column, joins)
            self.parts.append(span.label)
        for table in self.intent.without:
            subject = next((entity.key for entity in self.intent.entities if entity != table), joins.base)
            tests.append(anti_join(self.catalog, subject, table.key))
            self.parts.append(f"without {table.key}")
        return joins.apply(select).where(*tests)

    def is_many(self, table: str, joins: Joins) -> bool:
        """Whether one row of the base table may have several of that table's."""
        path = self.catalog.path({joins.base}, table) or []
        return any(step.fans_out for step in path)

    def date_tests(self, span: DateRange, column: Column | None, joins: Joins) -> list[exp.Expr]:
        if column is None and span.years:
            column_year = self.year_column(joins)
            if column_year is not None:
                return [predicate(Condition(column_year, span.years_operator, span.years))]
        return within(column or self.dates_of(joins), span.start, span.end, self.catalog.dialect)

    def year_column(self, joins: Joins) -> Column | None:
        tables = [self.catalog.table(key) for key in joins.tables]
        if any(column.is_date for table in tables for column in table.columns):
            return None
        found = [column for table in tables for column in table.columns if "year" in column.words and column.type == "integer"]
        return found[0] if len(found) == 1 else None

    def dates_of(self, joins: Joins) -> Column:
        """The date that a period is about: of the table the figures come from, else of one that it points at."""
        near = [joins.base, *(step.target for step in joins.steps)]
        near += [step.target for key in list(near) for step in self.catalog.steps_from(key) if not step.fans_out]
        for key in dict.fromkeys(near):
            column = self.date_column(key)
            if column is not None:
                if key not in joins.tables:
                    joins.include(key)
                self.assumptions.append(f"Times are by {column.key}.")
                return column
        raise CannotAnswer("No column here holds the date that the question asks about.", closest=sorted(joins.tables))


def predicate_on_count(count: exp.Expr, operator: str, bound: float | int | str) -> exp.Expr:
    """`COUNT(*) > 5`."""
    kinds = {"=": exp.EQ, "!=": exp.NEQ, ">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE}
    return kinds[operator](this=count, expression=literal(bound))

"""The top and the bottom: what a question wants the most or least of, and by what it is ranked."""

from __future__ import annotations

from dataclasses import replace

from apps.querygen.catalog import Catalog, Column, Table
from apps.querygen.contract import Ambiguous, CannotAnswer
from apps.querygen.offline.choose import label_columns, numeric_columns
from apps.querygen.offline.intent import Group, Intent, Measure, Superlative
from apps.querygen.offline.lexicon import HINTS
from apps.querygen.offline.measures import figures

_DATE_NAMES = ("ordered", "order", "sale", "purchase", "invoice", "date", "created", "placed", "time", "start")


class Ranking:
    """Turns the superlative of an intent into groups, measures, an order and a limit."""

    def __init__(self, intent: Intent, catalog: Catalog) -> None:
        self.intent = intent
        self.catalog = catalog
        self.assumptions = list(intent.assumptions)
        self.parts: list[str] = []
        self.limit: int | None = None

    def settle_superlative(self) -> None:
        """Make the superlative a column to order by, a measure to order groups by, or a plain maximum."""
        wanted = self.intent.superlative
        if wanted is None:
            return
        if wanted.hint == "popular":
            wanted = self.popular(wanted)
        if wanted.hint == "selling" and wanted.column is None and wanted.measure is None:
            wanted = replace(wanted, hint="", measure=self.sold())
        if wanted.hint and wanted.hint != "count" and wanted.column is None:
            wanted = replace(wanted, column=self.hinted(wanted.hint))
        if wanted.hint == "count" and wanted.column is None and wanted.measure is None:
            self.most_common(wanted)
        elif wanted.column is not None and wanted.hint == "count":
            self.group_and_order(Measure("count", table=self.catalog.table(wanted.column.table)), wanted, Group(column=wanted.column))
        elif wanted.table is not None:
            self.group_and_order(Measure("count", table=wanted.table), wanted, self.subject(besides=wanted.table))
        elif wanted.measure is not None:
            self.group_and_order(wanted.measure, wanted, None)
        elif wanted.column is not None:
            self.by_column(wanted, wanted.column)
        elif self.intent.measures and (self.intent.groups or self.subject(besides=None)):
            self.group_and_order(self.intent.measures.pop(), wanted, None)
        else:
            self.ask_by_what()
        self.intent.superlative = None

    def popular(self, wanted: Superlative) -> Superlative:
        """What is popular is what sells, where a quantity sold points at it; else what there is most of."""
        named = [*([wanted.column] if wanted.column else []), *self.intent.outputs]
        subject = named[0].table if named else self.intent.entities[0].key if self.intent.entities else ""
        noted = list(self.assumptions)
        sold = self.sold()
        path = self.catalog.path({sold.column.table}, subject) if sold.column is not None and subject else None
        if path and not any(step.fans_out for step in path):
            self.intent.groups.extend([Group(column=named[0])] if named else [])
            self.intent.outputs = [column for column in self.intent.outputs if column not in named[:1]]
            return replace(wanted, hint="", column=None, measure=sold)
        self.assumptions = noted
        return replace(wanted, hint="count")

    def sold(self) -> Measure:
        """How much was sold: the quantity, where one is kept, else revenue."""
        for table in self.catalog.tables:
            for column in table.columns:
                if column.is_numeric and "quantity" in column.words and set(table.words) & {"order", "sale", "invoice", "item", "line"}:
                    self.assumptions.append(f"What sells best is measured by {column.key}.")
                    return Measure("sum", column)
        return Measure("sum", concept="revenue")

    def hinted(self, hint: str) -> Column:
        for table in [*self.intent.entities, *(self.catalog.table(column.table) for column in self.intent.outputs)]:
            if hint == "date":
                found = self.date_column(table.key)
                if found is not None:
                    return found
            for word in HINTS[hint]:
                for column in table.columns:
                    if word in column.words and not column.is_key:
                        return column
        raise CannotAnswer(f"No column says the {hint} that the question asks for.", closest=[table.key for table in self.intent.entities])

    def subject(self, *, besides: Table | None) -> Group | None:
        """What the question wants to know the best of: the group, the columns or the first table it names."""
        if self.intent.groups:
            return None
        tables = [table for table in self.intent.entities if table != besides]
        if self.intent.outputs:
            owner = self.catalog.table(self.intent.outputs[0].table)
            return (
                Group(table=owner)
                if owner in tables or self.intent.outputs[0] in label_columns(owner)
                else Group(column=self.intent.outputs[0])
            )
        return Group(table=tables[0]) if tables else None

    def most_common(self, wanted: Superlative) -> None:
        if self.intent.outputs:
            column = self.intent.outputs.pop()
            self.group_and_order(Measure("count", table=self.catalog.table(column.table)), wanted, Group(column=column))
            return
        if not self.intent.entities:
            raise CannotAnswer("It is not clear what the most common one is wanted of.", closest=[])
        subject = self.intent.entities[0]
        children = [step.target for step in self.catalog.steps_from(subject.key) if step.fans_out]
        if len(children) != 1:
            raise CannotAnswer(f"It is not clear by what {subject.key} should be counted.", closest=children)
        self.assumptions.append(f"The count is of {children[0]}.")
        self.group_and_order(Measure("count", table=self.catalog.table(children[0])), wanted, Group(table=subject))

    def group_and_order(self, measure: Measure, wanted: Superlative, group: Group | None) -> None:
        group = group or self.subject(besides=measure.table)
        if group is None and not self.intent.groups:
            raise CannotAnswer("It is not clear what is wanted of the highest or lowest.", closest=[])
        if group is not None:
            self.intent.groups.append(group)
        self.intent.measures = [
            measure,
            *(known for known in self.intent.measures if known.table != measure.table or known.column != measure.column),
        ]
        self.intent.order = [(measure, wanted.is_descending)]
        self.limit = wanted.limit

    def by_column(self, wanted: Superlative, column: Column) -> None:
        intent = self.intent
        others = [table for table in intent.entities if table.key != column.table]
        path = self.catalog.path({others[0].key}, column.table) if others and not intent.outputs else []
        if intent.groups:
            intent.measures.append(Measure("max" if wanted.is_descending else "min", column))
        elif path and any(step.fans_out for step in path) and column.is_numeric:
            self.assumptions.append(f"{column.key} is added up for each of {others[0].key}.")
            self.group_and_order(Measure("sum", column), wanted, Group(table=others[0]))
        elif intent.entities or intent.outputs:
            intent.order = [(column, wanted.is_descending)]
            self.limit = wanted.limit
        else:
            intent.measures.append(Measure("max" if wanted.is_descending else "min", column))

    def ask_by_what(self) -> None:
        table = self.intent.entities[0] if self.intent.entities else None
        children = [step.target for step in self.catalog.steps_from(table.key) if step.fans_out] if table else []
        columns = numeric_columns(table) if table else []
        if len(columns) == 1 and self.intent.superlative is not None:
            self.assumptions.append(f"The ranking is by {columns[0].key}.")
            self.by_column(self.intent.superlative, columns[0])
            return
        options = [
            {"label": f"by revenue ({figure.assumption})", "value": "by revenue"}
            for figure in list(figures(Measure("sum", concept="revenue"), self.catalog))[:1]
        ]
        options += [{"label": f"by number of {key}", "value": f"by number of {key}"} for key in children]
        options += [{"label": f"by {column.name}", "value": f"by {column.name}"} for column in columns]
        if not options:
            raise CannotAnswer("It is not clear by what to rank.", closest=[])
        raise Ambiguous("It is not said by what to rank.", clarifications=[{"question": "By what?", "options": options[:8]}])

    def date_column(self, key: str) -> Column | None:
        dated = [column for column in self.catalog.table(key).columns if column.is_date]
        own = self.catalog.table(key).words[-1:]

        def rank(column: Column) -> tuple[bool, int]:
            named = [place for place, word in enumerate(_DATE_NAMES) if word in column.words]
            return (not set(own) & set(column.words), min(named, default=len(_DATE_NAMES)))

        return min(dated, key=rank, default=None)

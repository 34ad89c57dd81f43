"""Reads a question from left to right into an Intent: phrases say what to do, links say with what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from apps.querygen.catalog import Catalog, Column, Table
from apps.querygen.contract import CannotAnswer
from apps.querygen.offline.conditions import ConditionReader
from apps.querygen.offline.dates import read_range
from apps.querygen.offline.intent import Condition, Group, Intent, Measure, Superlative
from apps.querygen.offline.lexicon import ADVERB_GRAINS, GRAINS, MEASURE_WORDS, STOP
from apps.querygen.offline.linker import Link, Value
from apps.querygen.words import Token


def read(question: str, catalog: Catalog, values: list[Value], *, today: date, choices: dict[str, str]) -> Intent:
    """All that can be understood of the question. Raises CannotAnswer for what this engine never does, Ambiguous where a choice is needed."""
    return _Reader(question, catalog, values, today, choices).read()


def holds_years(column: Column) -> bool:
    """Whether "after 1990" can be about this number: it is called a year, or its samples all look like one."""
    numbers = [sample for sample in column.samples if isinstance(sample, int | float) and not isinstance(sample, bool)]
    return column.is_numeric and ("year" in column.words or (bool(numbers) and all(1000 <= number <= 2100 for number in numbers)))


class _Reader(ConditionReader):
    """What phrases and links do."""

    def read(self) -> Intent:
        while self.at < len(self.words):
            self.step()
        self.finish()
        return self.intent

    def step(self) -> None:
        token = self.words[self.at]
        links = self.linker.links(self.words, self.at)
        longest = links[0].length if links else 0
        phrase = self.phrase(self.at)
        if longest <= (phrase[2] if phrase else 0) + 1 and self.read_date():
            return
        if self.read_grain(longest):
            return
        if phrase and phrase[2] >= longest and not self.is_measure_word(token) and not self.names_column(phrase):
            kind, data, length = phrase
            self.before_phrase = self.gap()
            self.at += length
            self.explain(length)
            getattr(self, "on_measure_phrase" if kind == "measure" else f"on_{kind}")(data)
            return
        if self.is_measure_word(token) and longest <= 1:
            self.at += 1
            self.explain(1)
            self.on_measure(Measure("sum", concept=MEASURE_WORDS[token.stem]))
            return
        if longest <= 1 and self.never_done(token):
            self.at += 1
        elif not links or not self.on_links(links):
            self.on_plain(token)

    def names_column(self, phrase: tuple[str, str, int]) -> bool:
        """ "Average total of orders": where a column is awaited, `total` is one."""
        is_awaited = self.role in {"measure", "super", "super by", "order", "group"}
        if phrase[0] != "agg" or phrase[2] != 1 or not is_awaited:
            return False
        return (self.choose.exact_column(self.at) or self.choose.only_column(self.at)) is not None

    def on_trend(self, data: str) -> None:
        self.is_trend = True

    def is_measure_word(self, token: Token) -> bool:
        if token.stem not in MEASURE_WORDS or self.role == "count":
            return False
        near = [self.words[at] for at in (self.at - 1, self.at + 1) if 0 <= at < len(self.words)]
        is_listed = self.role == "output" and any(word.kind == "comma" or word.word == "and" for word in near)
        return not (is_listed and self.choose.exact_column(self.at) is not None)

    def read_date(self) -> bool:
        found = read_range(self.words, self.at, self.today)
        if found is None:
            return False
        span, length = found
        column = self.last_column if self.follows_column() else None
        if column is not None and span.years and holds_years(column):
            self.withdraw_output()
            self.add_condition(Condition(column, span.years_operator, span.years))
        else:
            if column is not None and column.is_date:
                self.withdraw_output()
            self.intent.dates.append((span, column if column is not None and column.is_date else None))
        self.at += length
        self.explain(length)
        return True

    def read_grain(self, longest: int) -> bool:
        token = self.words[self.at]
        grain = GRAINS.get(token.word)
        is_asked = self.at > 0 and self.words[self.at - 1].word in {"which", "what"}
        if grain is None or longest > 1 or (self.role != "group" and token.word not in ADVERB_GRAINS and not is_asked):
            return False
        column = self.choose.exact_column(self.at)
        if column is not None and not column.is_date:
            return False
        if column is not None and grain == "day":
            return False
        self.intent.groups.append(Group(grain=grain))
        self.at += 1
        self.explain(1)
        self.role = "group" if self.role == "group" else self.role
        return True

    # What phrases do.

    def on_word(self, data: str) -> None:
        """`all`, `any`: nothing to do."""

    def on_refuse(self, data: str) -> None:
        raise CannotAnswer(f"This question needs {data}, which the offline engine does not do.", closest=self.choose.closest())

    def on_count(self, data: str) -> None:
        if self.role in {"super", "super by"}:
            self.role = "super count"
        elif self.role == "measure" and self.functions and self.functions[-1] != "sum":
            raise CannotAnswer(f"An {self.functions[-1]} of counts needs two steps, which the offline engine does not do.", closest=[])
        elif self.role == "order":
            self.role = "order count"
        else:
            self.role = "count"

    def on_agg(self, data: str) -> None:
        if self.role in {"super", "super by", "order"}:
            self.role, self.functions = f"{self.role.split()[0]} measure", [data]
            return
        self.functions = [*self.functions, data] if self.role == "measure" else [data]
        self.role = "measure"

    def on_distinct(self, data: str) -> None:
        self.is_distinct = True

    def on_group(self, data: str) -> None:
        following = self.words[self.at].word if self.at < len(self.words) else ""
        if self.words[self.at - 1].word == "across" and following in {"all", "the"}:
            return
        if self.role.startswith("super") and self.words[self.at - 1].word == "by":
            return
        if self.words[self.at - 1].word == "by" and self.intent.superlative is None and self.role == "super by":
            return
        self.role = "group"

    def on_order(self, data: str) -> None:
        self.role, self.descending = "order", data == "desc"

    def on_direction(self, data: str) -> None:
        is_descending = data == "desc"
        if self.intent.order:
            self.intent.order[-1] = (self.intent.order[-1][0], is_descending)
        elif self.role.startswith("order"):
            self.descending = is_descending
        else:
            self.intent.order.append((None, is_descending))
        if self.at < len(self.words) and self.words[self.at].word in {"of", "by"} and self.intent.order[-1:] == [(None, is_descending)]:
            self.intent.order.pop()
            self.role, self.descending = "order", is_descending
            self.at += 1

    def on_super(self, data: str) -> None:
        way, _, self.hint = data.partition(":")
        word = self.words[self.at - 1].word
        self.descending = way == "desc"
        self.counts_rows = word in {"most", "least", "fewest"}
        if self.at < len(self.words) and self.number_at(self.at) is not None:
            self.limit = int(self.number_at(self.at) or 1)
            self.at += 1
            self.explain(1)
        if self.hint == "date" and word in {"first", "last"} and self.at >= len(self.words):
            return
        self.role = "super"
        self.awaits_superlative = False
        if self.hint == "selling":
            self.intent.superlative = Superlative(self.descending, self.limit, hint="selling")
            self.role = "super by"
        elif self.hint and self.hint not in {"count", "popular"}:
            self.intent.superlative = Superlative(self.descending, self.limit, hint=self.hint)
            self.role = "output"

    def on_measure_phrase(self, data: str) -> None:
        self.on_measure(Measure("avg", concept=data))

    def on_and(self, data: str) -> None:
        if self.role == "measure more":
            self.role = "measure"
        elif self.role not in {"group", "output", "order", "measure"}:
            self.role = "output"

    # What links do.

    def on_links(self, links: list[Link]) -> bool:
        link = self.choose.pick(links, self.at, role=self.role, after=self.last_column if self.follows_column() else None)
        if link is None:
            return False
        start = self.at
        followed = self.follows_column()
        self.explain(link.length, link.score)
        if link.value is not None:
            if followed and self.last_column == link.value.column:
                self.withdraw_output()
            self.at += link.length
            self.add_condition(Condition(link.value.column, "=", (link.value.value,)))
            self.last_end, self.last_column, self.is_last_output = self.at, link.value.column, False
            return True
        self.at += link.length
        if link.table is not None:
            self.on_table(link.table)
        elif link.column is not None:
            self.on_column(link.column)
        self.last_end = max(self.at, start)
        return True

    def on_table(self, table: Table) -> None:
        self.last_column = None
        if self.negated and self.intent.entities and table not in self.intent.entities:
            self.negated = False
            self.intent.without.append(table)
            return
        role, self.role = self.role, "output"
        figure = self.total_of(table) if role == "measure" else None
        if figure is not None:
            self.intent.measures.append(Measure("sum", figure))
        elif role == "count" or (role == "measure" and self.functions == ["sum"]):
            self.intent.measures.append(Measure("count", table=table, distinct=False))
            self.is_distinct = False
        elif role == "measure":
            self.role = role
        elif role == "group":
            self.intent.groups.append(Group(table=table))
            self.role = "group"
            return
        elif role in {"super count", "super measure"} or (role == "super" and self.counts_rows and self.has_subject()):
            self.intent.superlative = Superlative(self.descending, self.limit, table=table)
        elif role in {"order count", "order measure", "order"}:
            self.intent.order.append((Measure("count", table=table), self.descending))
        elif role == "super by":
            self.role = role
        elif role == "super":
            if self.hint in {"count", "popular"}:
                self.intent.superlative = Superlative(self.descending, self.limit, hint=self.hint)
            else:
                self.role = "super by"
        if table not in self.intent.entities:
            self.intent.entities.append(table)

    def total_of(self, table: Table) -> Column | None:
        """ "Total of orders": the column `total` of a table that has one, else the rows are counted."""
        named = self.words[max(0, self.at - 3) : self.at - 1]
        if self.functions != ["sum"] or [word.word for word in named] != ["total", "of"]:
            return None
        return next((column for column in table.columns if column.words == ("total",) and column.is_numeric), None)

    def has_subject(self) -> bool:
        return bool(self.intent.entities or self.intent.outputs)

    def on_column(self, column: Column) -> None:
        role = self.role
        if role == "output" and self.last_column == column and not self.is_last_output and self.last_end == self.at - 1:
            return
        if role == "output" and self.intent.measures and self.at > 1 and self.words[self.at - 2].word == "any":
            return
        self.last_column, self.is_last_output = column, False
        is_figure = column.is_numeric and not column.is_key and not self.is_distinct
        if role == "count":
            self.count_column(column, is_figure=is_figure)
        elif role == "measure":
            self.intent.measures.extend(Measure(function, column, distinct=False) for function in self.functions)
            self.role = "measure more"
        elif role == "group":
            self.intent.groups.append(Group(column=column))
        elif role == "order":
            self.intent.order.append((column, self.descending))
        elif role in {"super measure", "order measure"}:
            self.set_target(Measure(self.functions[0], column))
        elif role == "super count" and is_figure:
            self.intent.superlative, self.role = Superlative(self.descending, self.limit, column=column), "output"
        elif role == "order count" and is_figure:
            self.intent.order.append((column, self.descending))
            self.role = "output"
        elif role in {"super count", "order count"}:
            self.set_target(Measure("count", column, distinct=True))
        elif role in {"super", "super by"}:
            self.intent.superlative = Superlative(self.descending, self.limit, hint=self.hint, column=column)
            self.role = "output"
        else:
            self.intent.outputs.append(column)
            self.is_last_output = True

    def count_column(self, column: Column, *, is_figure: bool) -> None:
        """ "Number of floors": where the column is a number already, it is shown or added up; else its values are counted."""
        self.role = "output"
        if is_figure and self.intent.outputs:
            self.intent.outputs.append(column)
            self.is_last_output = True
        elif is_figure:
            self.intent.measures.append(Measure("sum", column))
            self.intent.assumptions.append(f"{column.key} is a number already: it is added up.")
        else:
            self.intent.measures.append(Measure("count", column, distinct=True))
            self.is_distinct = False

    def set_target(self, measure: Measure) -> None:
        if self.role.startswith("super"):
            self.intent.superlative = Superlative(self.descending, self.limit, measure=measure)
        else:
            self.intent.order.append((measure, self.descending))
        self.role = "output"

    def on_measure(self, measure: Measure) -> None:
        self.last_column = None
        if self.role == "measure":
            self.intent.measures.extend(replace(measure, function=function) for function in self.functions)
            self.role = "output"
        elif self.role.startswith(("super", "order")):
            self.set_target(measure)
        else:
            self.intent.measures.append(measure)
            self.role = "output"

    # What is left.

    def on_plain(self, token: Token) -> None:
        self.at += 1
        if token.kind == "comma":
            self.role = "measure" if self.role == "measure more" else self.role
            return
        number = self.number_at(self.at - 1)
        if number is not None:
            self.on_number(token, number)
        elif token.kind == "quoted" or (token.text[:1].isupper() and self.at > 1 and self.follows_column_before()):
            self.on_text(token)
        elif token.word in STOP or token.stem in STOP:
            return
        elif self.relates(token):
            self.intent.glossed_over.append(token.text)
        else:
            self.intent.unexplained.append(token.text)

    def never_done(self, token: Token) -> bool:
        """ "Products that were never ordered": the verb names a table."""
        if not self.negated or not token.word.endswith("ed") or not self.intent.entities:
            return False
        noun = Token("word", token.text[:-2], token.word[:-2], token.word[:-2])
        table = next((link.table for link in self.linker.links([noun], 0) if link.table is not None and link.score == 1), None)
        if table is None:
            return False
        self.negated = False
        self.explain(1, 0.9)
        self.intent.without.append(table)
        return True

    def relates(self, token: Token) -> bool:
        """Whether it is a verb between two things ("who produced songs"): the join says that they belong together, not how."""
        before = self.words[self.at - 2].word if self.at > 1 else ""
        after = self.words[self.at].word if self.at < len(self.words) else ""
        is_verb = token.word.endswith(("ed", "ing")) or before in {"who", "that", "which", "they", "does", "do", "did"}
        leads_on = after in {"by", "a", "an", "the", "in", "at", "for", "to", "with", "any", "more", "most", "least"}
        leads_on = leads_on or (self.at < len(self.words) and any(link.score >= 0.9 for link in self.linker.links(self.words, self.at)))
        return (
            is_verb
            and leads_on
            and before in {"who", "that", "which", "have", "has", "had", "was", "were", "is", "are", "been", "they", "does", "do", "did"}
        )

    def follows_column_before(self) -> bool:
        self.at -= 1
        followed = self.follows_column()
        self.at += 1
        return followed and self.last_column is not None and self.last_column.type == "string"

    def add_up(self) -> None:
        """ "Order total by country": figures that are grouped are added up."""
        figures = [column for column in self.intent.outputs if column.is_numeric and not column.is_key]
        if not figures or not self.intent.groups or self.intent.measures or self.intent.superlative:
            return
        self.intent.outputs = [column for column in self.intent.outputs if column not in figures]
        self.intent.measures = [Measure("sum", column) for column in figures]
        self.intent.assumptions += [f"{column.key} is added up." for column in figures if not column.is_metric]

    def finish(self) -> None:
        self.intent.is_distinct = self.is_distinct
        if self.awaits_superlative:
            self.intent.unexplained.append(str(self.limit))
        if self.negated or self.awaits_alternative:
            raise CannotAnswer("A negation or an alternative in the question could not be understood.", closest=self.choose.closest())
        if self.is_trend and not any(group.grain for group in self.intent.groups):
            self.intent.groups.append(Group(grain="month"))
            self.intent.assumptions.append("A trend is shown by month.")
        if self.role == "group" and not self.intent.groups and self.intent.entities:
            self.intent.groups.append(Group(table=self.intent.entities[-1]))
        self.add_up()
        if self.role in {"super", "super by", "super count"} and self.intent.superlative is None:
            self.intent.superlative = Superlative(self.descending, self.limit, hint=self.hint)
        if self.role == "count" and not self.intent.measures and self.intent.entities:
            self.intent.measures.append(Measure("count", table=self.intent.entities[-1]))
        is_lost = bool(self.functions) and not (self.intent.measures or self.intent.superlative or self.intent.order)
        if is_lost or (self.role == "measure" and not self.intent.measures):
            raise CannotAnswer("It is not clear of what the figure should be computed.", closest=self.choose.closest())
        self.intent.wants_rows = bool(self.words) and self.words[0].word in {"show", "list", "give", "display", "return", "get", "find"}

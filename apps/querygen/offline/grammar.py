"""Reads a question from left to right into an Intent: phrases say what to do, links say with what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from apps.querygen.catalog import Catalog, Column, Table
from apps.querygen.contract import CannotAnswer
from apps.querygen.offline.choose import Chooser, label_columns, numeric_columns
from apps.querygen.offline.dates import read_range
from apps.querygen.offline.intent import Condition, CountCondition, Group, Intent, Literal_, Measure, Superlative
from apps.querygen.offline.lexicon import ADVERB_GRAINS, GRAINS, HINTS, LONGEST_PHRASE, MEASURE_WORDS, NUMBERS, PHRASES, STOP
from apps.querygen.offline.linker import Link, Linker, Value
from apps.querygen.words import Token, tokens

_GLUE = frozenset("is are was were = of named called the a an equal to equals with that has have as being be in by titled".split())


def read(question: str, catalog: Catalog, values: list[Value], *, today: date, choices: dict[str, str]) -> Intent:
    """All that can be understood of the question. Raises CannotAnswer for what this engine never does, Ambiguous where a choice is needed."""
    return _Reader(question, catalog, values, today, choices).read()


class _Reader:
    """One pass over the words. `role` says what the next link is for."""

    def __init__(self, question: str, catalog: Catalog, values: list[Value], today: date, choices: dict[str, str]) -> None:
        self.words = tokens(question.replace("n't ", " not "))
        self.catalog = catalog
        self.linker = Linker(catalog, values)
        self.today = today
        self.intent = Intent()
        self.choose = Chooser(self.words, self.linker, choices)
        self.at = 0
        self.role = "output"
        self.functions: list[str] = []
        self.descending = False
        self.limit = 1
        self.hint = ""
        self.counts_rows = False
        self.negated = False
        self.alternative: Column | None = None
        self.awaits_alternative = False
        self.awaits_superlative = False
        self.is_distinct = False
        self.last_column: Column | None = None
        self.last_end = -1
        self.is_last_output = False

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
        if phrase and phrase[2] >= longest and not self.is_measure_word(token):
            kind, data, length = phrase
            self.at += length
            self.explain(length)
            getattr(self, "on_measure_phrase" if kind == "measure" else f"on_{kind}")(data)
            return
        if self.is_measure_word(token) and longest <= 1:
            self.at += 1
            self.explain(1)
            self.on_measure(Measure("sum", concept="revenue"))
            return
        if longest <= 1 and self.never_done(token):
            self.at += 1
        elif not links or not self.on_links(links):
            self.on_plain(token)

    def phrase(self, at: int) -> tuple[str, str, int] | None:
        for length in range(min(LONGEST_PHRASE, len(self.words) - at), 0, -1):
            found = PHRASES.get(tuple(token.word for token in self.words[at : at + length]))
            if found:
                return found[0], found[1], length
        return None

    def explain(self, count: int, score: float = 1.0) -> None:
        self.intent.explained += count
        self.intent.scores.append(score)

    def is_measure_word(self, token: Token) -> bool:
        if token.stem not in MEASURE_WORDS or self.role == "count":
            return False
        near = [self.words[at] for at in (self.at - 1, self.at + 1) if 0 <= at < len(self.words)]
        is_listed = self.role == "output" and any(word.kind == "comma" or word.word == "and" for word in near)
        return not (is_listed and self.choose.exact_column(self.at) is not None)

    def gap(self) -> list[str]:
        """The words between the last link and here."""
        return [token.word for token in self.words[self.last_end : self.at]] if self.last_end >= 0 else ["?"]

    def follows_column(self) -> bool:
        return self.last_column is not None and all(word in _GLUE for word in self.gap())

    def read_date(self) -> bool:
        found = read_range(self.words, self.at, self.today)
        if found is None:
            return False
        span, length = found
        column = self.last_column if self.follows_column() else None
        if column is not None and column.is_numeric:
            if not span.years:
                return False
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
        if grain is None or longest > 1 or self.role != "group" and token.word not in ADVERB_GRAINS and not is_asked:
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
        elif self.hint and self.hint != "count":
            self.intent.superlative = Superlative(self.descending, self.limit, hint=self.hint)
            self.role = "output"

    def on_measure_phrase(self, data: str) -> None:
        self.on_measure(Measure("avg", concept=data))

    def number_at(self, at: int) -> float | None:
        token = self.words[at]
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        return NUMBERS.get(token.word)

    def on_compare(self, data: str) -> None:
        operator, _, hint = data.partition(":")
        operator = self.flip(operator)
        value = self.number_at(self.at) if self.at < len(self.words) else None
        if value is None:
            self.compare_with_word(operator)
            return
        self.at += 1
        self.explain(1)
        after = self.choose.best(self.at, wanted="any", skip=True)
        if after is not None and after[0].table is not None and not (self.follows_column() and self.last_column):
            self.intent.count_conditions.append(CountCondition(after[0].table, operator, value))
            self.at = after[1]
            self.explain(after[0].length, after[0].score)
            return
        measured = self.intent.measures[-1:]
        if measured and measured[0].column is not None and measured[0].column == self.last_column and self.follows_column():
            self.intent.bounds.append((measured[0], operator, value))
            return
        column = self.compared(hint, after)
        self.add_condition(Condition(column, operator, (value,)))

    def compared(self, hint: str, after: tuple[Link, int] | None) -> Column:
        """The column that a comparison is about: the one before, the one after the number, or the only one it can be."""
        if hint:
            found = self.choose.by_hint(self.intent.entities, HINTS[hint])
            if found is not None:
                return found
        if self.last_column is not None and self.last_column.is_numeric and len(self.gap()) < 8:
            self.withdraw_output()
            return self.last_column
        if after is not None and after[0].column is not None and after[0].column.is_numeric:
            self.at = after[1]
            self.explain(after[0].length, after[0].score)
            return after[0].column
        candidates = [column for table in self.intent.entities[-1:] for column in numeric_columns(table)]
        money = [column for column in candidates if set(column.words) & {"total", "amount", "price", "revenue", "value"}]
        chosen = candidates if len(candidates) == 1 else money
        if len(chosen) == 1:
            self.intent.assumptions.append(f"The comparison is about {chosen[0].key}.")
            return chosen[0]
        raise CannotAnswer("It is not clear which column the comparison is about.", closest=[column.key for column in candidates[:5]])

    def compare_with_word(self, operator: str) -> None:
        if operator in {"=", "!="}:
            self.negated = self.negated or operator == "!="
            return
        token = self.words[self.at] if self.at < len(self.words) else None
        if token is not None and token.kind == "date" and self.last_column is not None and self.last_column.is_date:
            self.at += 1
            self.explain(1)
            self.withdraw_output()
            self.add_condition(Condition(self.last_column, operator, (token.text,)))
            return
        raise CannotAnswer("A comparison with something that is no number cannot be made by the offline engine.", closest=[])

    def flip(self, operator: str) -> str:
        if not self.negated:
            return operator
        self.negated = False
        return {">": "<=", ">=": "<", "<": ">=", "<=": ">", "=": "!=", "!=": "="}[operator]

    def on_atleast(self, data: str) -> None:
        last = self.intent.conditions[-1:] or None
        if last is None or last[0].operator != "=":
            raise CannotAnswer("It is not clear what the bound is about.", closest=[])
        self.intent.conditions[-1] = replace(last[0], operator=data)

    def on_between(self, data: str) -> None:
        low, high = (self.number_at(at) if at < len(self.words) else None for at in (self.at, self.at + 2))
        if low is None or high is None or self.words[self.at + 1].word not in {"and", "to"}:
            raise CannotAnswer("The bounds after 'between' are not numbers or dates.", closest=[])
        self.at += 3
        self.explain(3)
        self.add_condition(Condition(self.compared("", self.choose.best(self.at, wanted="column", skip=True)), "between", (low, high)))

    def on_like(self, data: str) -> None:
        if self.at < len(self.words) and self.words[self.at].kind != "quoted" and self.choose.best(self.at, wanted="table", skip=True):
            return
        at = next((at for at in range(self.at, min(self.at + 4, len(self.words))) if self.words[at].kind == "quoted"), self.at)
        while at < len(self.words) - 1 and self.words[at].word in {"the", "word", "letter", "letters", "a", "phrase"}:
            at += 1
        if at >= len(self.words):
            raise CannotAnswer("It is not said which text to look for.", closest=[])
        column = self.last_column or next((column for table in self.intent.entities[-1:] for column in label_columns(table)), None)
        if column is None:
            raise CannotAnswer("It is not clear which column should hold the text.", closest=[])
        self.withdraw_output()
        text = self.words[at].text
        self.explain(at + 1 - self.at)
        self.at = at + 1
        self.add_condition(Condition(column, data, (text,)))

    def on_without(self, data: str) -> None:
        found = self.choose.best(self.at, wanted="table", skip=True)
        if found is None or found[0].table is None:
            self.negated = True
            return
        self.at = found[1]
        self.explain(found[0].length, found[0].score)
        self.intent.without.append(found[0].table)

    def on_negation(self, data: str) -> None:
        self.negated = True

    def on_null(self, data: str) -> None:
        if self.last_column is None:
            raise CannotAnswer("It is not clear what is missing.", closest=[])
        self.withdraw_output()
        self.add_condition(Condition(self.last_column, "null" if data == "is" else "notnull"))

    def on_or(self, data: str) -> None:
        last = self.intent.conditions[-1:]
        if not last or last[0].operator not in {"=", "in"}:
            raise CannotAnswer("Conditions joined by 'or' over different columns are not done by the offline engine.", closest=[])
        self.awaits_alternative, self.alternative = True, last[0].column

    def on_and(self, data: str) -> None:
        if self.role not in {"group", "output", "order", "measure"}:
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
        if role == "count" or role == "measure" and self.functions == ["sum"]:
            self.intent.measures.append(Measure("count", table=table, distinct=False))
            self.is_distinct = False
        elif role == "measure":
            self.role = role
        elif role == "group":
            self.intent.groups.append(Group(table=table))
            self.role = "group"
            return
        elif role in {"super count", "super measure"} or role == "super" and self.counts_rows and self.has_subject():
            self.intent.superlative = Superlative(self.descending, self.limit, table=table)
        elif role in {"order count", "order measure", "order"}:
            self.intent.order.append((Measure("count", table=table), self.descending))
        elif role == "super by":
            self.role = role
        elif role == "super":
            if self.hint == "count":
                self.intent.superlative = Superlative(self.descending, self.limit, hint="count")
            else:
                self.role = "super by"
        if table not in self.intent.entities:
            self.intent.entities.append(table)

    def has_subject(self) -> bool:
        return bool(self.intent.entities or self.intent.outputs)

    def on_column(self, column: Column) -> None:
        role = self.role
        if role == "output" and self.last_column == column and not self.is_last_output and self.last_end == self.at - 1:
            return
        self.last_column, self.is_last_output = column, False
        if role == "count":
            self.intent.measures.append(Measure("count", column, distinct=True))
            self.is_distinct, self.role = False, "output"
        elif role == "measure":
            self.intent.measures.extend(Measure(function, column, distinct=False) for function in self.functions)
        elif role == "group":
            self.intent.groups.append(Group(column=column))
        elif role == "order":
            self.intent.order.append((column, self.descending))
        elif role in {"super measure", "order measure"}:
            self.set_target(Measure(self.functions[0], column))
        elif role in {"super count", "order count"}:
            self.set_target(Measure("count", column, distinct=True))
        elif role in {"super", "super by"}:
            self.intent.superlative = Superlative(self.descending, self.limit, hint=self.hint, column=column)
            self.role = "output"
        else:
            self.intent.outputs.append(column)
            self.is_last_output = True

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

    def withdraw_output(self) -> None:
        """The column just read turned out to be a condition, not something to show."""
        if self.is_last_output and self.intent.outputs:
            self.intent.outputs.pop()
            self.is_last_output = False

    def add_condition(self, condition: Condition) -> None:
        if self.negated:
            self.negated = False
            turned = {
                "=": "!=",
                "contains": "not contains",
                "starts": "not starts",
                "ends": "not ends",
                "null": "notnull",
                "between": "not between",
            }
            condition = replace(condition, operator=turned.get(condition.operator, condition.operator))
        if self.awaits_alternative and condition.column != self.alternative:
            raise CannotAnswer("Conditions joined by 'or' over different columns are not done by the offline engine.", closest=[])
        self.awaits_alternative = False
        for place, known in enumerate(self.intent.conditions):
            if known.column == condition.column and known.operator in {"=", "in"} and condition.operator == "=":
                self.intent.conditions[place] = replace(known, operator="in", values=(*known.values, *condition.values))
                return
        self.intent.conditions.append(condition)

    # What is left.

    def on_plain(self, token: Token) -> None:
        self.at += 1
        if token.kind == "comma":
            return
        number = self.number_at(self.at - 1)
        if number is not None:
            self.on_number(token, number)
        elif token.kind == "quoted" or token.text[:1].isupper() and self.at > 1 and self.follows_column_before():
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
        leads_on = leads_on or self.at < len(self.words) and any(link.score >= 0.9 for link in self.linker.links(self.words, self.at))
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

    def on_number(self, token: Token, number: float) -> None:
        following = self.phrase(self.at) if self.at < len(self.words) else None
        self.explain(1)
        if following and following[0] == "super" or self.last_column is None and self.choose.best(self.at, wanted="table", skip=False):
            self.limit = int(number)
            self.awaits_superlative = True
        elif self.last_column is not None and len(self.gap()) < 5:
            self.withdraw_output()
            self.add_condition(Condition(self.last_column, "=", (self.literal(self.last_column, token, number),)))
        else:
            self.intent.unexplained.append(token.text)

    def literal(self, column: Column, token: Token, number: float) -> Literal_:
        return number if column.is_numeric else token.text

    def on_text(self, token: Token) -> None:
        column = self.last_column
        if column is None or column.type != "string":
            column = next((found for table in reversed(self.intent.entities) for found in label_columns(table)), None)
        if column is None:
            raise CannotAnswer(f"It is not clear which column '{token.text}' is a value of.", closest=self.choose.closest())
        if column == self.last_column:
            self.withdraw_output()
        self.intent.assumptions.append(f"'{token.text}' is looked for in {column.key} as written; it was not found among known values.")
        self.explain(1, 0.2)
        self.add_condition(Condition(column, "=", (token.text,)))

    def finish(self) -> None:
        self.intent.is_distinct = self.is_distinct
        if self.awaits_superlative:
            self.intent.unexplained.append(str(self.limit))
        if self.negated or self.awaits_alternative:
            raise CannotAnswer("A negation or an alternative in the question could not be understood.", closest=self.choose.closest())
        if self.role == "group" and not self.intent.groups and self.intent.entities:
            self.intent.groups.append(Group(table=self.intent.entities[-1]))
        if self.role in {"super", "super by", "super count"} and self.intent.superlative is None:
            self.intent.superlative = Superlative(self.descending, self.limit, hint=self.hint)
        if self.role == "count" and not self.intent.measures and self.intent.entities:
            self.intent.measures.append(Measure("count", table=self.intent.entities[-1]))
        if self.role == "measure" and not self.intent.measures:
            raise CannotAnswer("It is not clear of what the figure should be computed.", closest=self.choose.closest())
        self.intent.wants_rows = bool(self.words) and self.words[0].word in {"show", "list", "give", "display", "return", "get", "find"}

"""Reading conditions: comparisons, values, texts, negations, alternatives. The state of one pass over the words lives here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from apps.querygen.catalog import Catalog, Column
from apps.querygen.contract import CannotAnswer
from apps.querygen.offline.choose import Chooser, label_columns, numeric_columns
from apps.querygen.offline.dates import read_range
from apps.querygen.offline.intent import Condition, CountCondition, Intent, Literal_
from apps.querygen.offline.lexicon import HINTS, LONGEST_PHRASE, NUMBERS, PHRASES, STOP
from apps.querygen.offline.linker import Link, Linker, Value
from apps.querygen.words import Token, tokens

_GLUE = frozenset("is are was were = of named called the a an equal to equals with that has have as being be in by titled".split())  # noqa: SIM905 - a list of words reads as text


class ConditionReader:
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
        self.before_phrase: list[str] = []
        self.is_trend = False
        self.is_distinct = False
        self.last_column: Column | None = None
        self.last_end = -1
        self.is_last_output = False

    def phrase(self, at: int) -> tuple[str, str, int] | None:
        for length in range(min(LONGEST_PHRASE, len(self.words) - at), 0, -1):
            found = PHRASES.get(tuple(token.word for token in self.words[at : at + length]))
            if found:
                return found[0], found[1], length
        return None

    def is_noun(self, at: int) -> bool:
        """Whether the word here is neither a phrase of ours nor the beginning of a date: it may be what a number counts."""
        return self.phrase(at) is None and read_range(self.words, at, self.today) is None

    def explain(self, count: int, score: float = 1.0) -> None:
        self.intent.explained += count
        self.intent.scores.append(score)

    def gap(self) -> list[str]:
        """The words between the last link and here."""
        return [token.word for token in self.words[self.last_end : self.at]] if self.last_end >= 0 else ["?"]

    def follows_column(self) -> bool:
        return self.last_column is not None and all(word in _GLUE for word in self.gap())

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
        while self.at < len(self.words) and self.words[self.at].word in {"different", "distinct", "unique"}:
            self.at += 1
        after = self.choose.best(self.at, wanted="any", skip=True)
        if after is not None and after[0].table is not None and not (self.follows_column() and self.last_column):
            self.intent.count_conditions.append(CountCondition(after[0].table, operator, value))
            self.at = after[1]
            self.explain(after[0].length, after[0].score)
            return
        measured = self.intent.measures[-1:]
        if measured and measured[0].column is not None and measured[0].column == self.last_column and set(self.before_phrase) <= _GLUE:
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
        is_named_after = after is not None and after[0].score >= 0.95
        if self.last_column is not None and self.last_column.is_numeric and len(self.gap()) < 8 and not is_named_after:
            self.withdraw_output()
            return self.last_column
        if after is not None and after[0].column is not None and after[0].column.is_numeric:
            self.at = after[1]
            self.explain(after[0].length, after[0].score)
            return after[0].column
        candidates = [column for table in self.intent.entities[-1:] for column in numeric_columns(table)]
        money = [column for column in candidates if set(column.words) & {"total", "amount", "price", "revenue", "value"}]
        chosen = candidates if len(candidates) == 1 else money
        following = self.words[self.at] if self.at < len(self.words) else None
        if following is not None and following.kind == "word" and following.word not in STOP and self.is_noun(self.at):
            raise CannotAnswer(f"It is not clear what '{following.text}' counts.", closest=[column.key for column in candidates[:5]])
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
        if last is None or last[0].operator != "=" or not last[0].column.is_numeric:
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
        is_quoted = self.at < len(self.words) and self.words[self.at].kind == "quoted"
        if not is_quoted and (self.phrase(self.at) or self.choose.best(self.at, wanted="table", skip=True)):
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
                values = tuple(dict.fromkeys([*known.values, *condition.values]))
                self.intent.conditions[place] = replace(known, operator="in" if len(values) > 1 else "=", values=values)
                return
        self.intent.conditions.append(condition)

    def on_number(self, token: Token, number: float) -> None:
        following = self.phrase(self.at) if self.at < len(self.words) else None
        self.explain(1)
        if (following and following[0] == "super") or (self.last_column is None and self.choose.best(self.at, wanted="table", skip=False)):
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

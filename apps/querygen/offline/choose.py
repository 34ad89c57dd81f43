"""Chooses among what words may mean, by score and by the tables that the question speaks of; asks back on a real tie."""

from __future__ import annotations

from apps.querygen.catalog import Column, Table, identifying
from apps.querygen.contract import Ambiguous
from apps.querygen.offline.lexicon import STOP
from apps.querygen.offline.linker import Link, Linker
from apps.querygen.words import Token

_NAMES = ("name", "title", "label", "full_name", "fullname", "display_name", "description")
_TIE = 0.04


class Chooser:
    """Knows the question's words and which tables it mentions."""

    def __init__(self, words: list[Token], linker: Linker, choices: dict[str, str]) -> None:
        self.words = words
        self.linker = linker
        self.choices = choices
        self.mentions = self._mentions()
        self.hinted = self._hinted()

    def _mentions(self) -> list[tuple[int, int, str]]:
        """(first token, token after the last, table) for every clear mention of a table."""
        found = []
        at = 0
        while at < len(self.words):
            links = [link for link in self.linker.links(self.words, at) if link.score >= 0.7]
            longest = links[0].length if links else 1
            tables = [link for link in links if link.table is not None and link.length == longest]
            if tables:
                found.append((at, at + longest, tables[0].where))
            at += longest
        return found

    def _hinted(self) -> set[str]:
        """Tables that a column only they have speaks for."""
        found: set[str] = set()
        for at in range(len(self.words)):
            links = self.linker.links(self.words, at)
            clear = {link.where for link in links if link.score >= 0.85 and link.length == links[0].length}
            found.update(clear if len(clear) == 1 else ())
        return found

    def closest(self) -> list[str]:
        """Names to offer when the question cannot be answered."""
        mentioned = [key for _, _, key in self.mentions]
        names = [column.key for key in mentioned for column in self.linker.catalog.table(key).columns]
        return (names or [table.key for table in self.linker.catalog.tables])[:10]

    def exact_column(self, at: int) -> Column | None:
        """The column of a mentioned table whose name is just this word."""
        mentioned = {key for _, _, key in self.mentions}
        links = [link for link in self.linker.links(self.words, at) if link.column is not None and link.score >= 0.95]
        return next((link.column for link in links if link.where in mentioned), None)

    def only_column(self, at: int) -> Column | None:
        """The one column of the whole source whose name is just this word; None where there are more."""
        links = [link for link in self.linker.links(self.words, at) if link.column is not None and link.score == 1 and link.length == 1]
        return links[0].column if len(links) == 1 else None

    def best(self, at: int, *, wanted: str, skip: bool) -> tuple[Link, int] | None:
        """The best table or column that starts at `at` (after common words, with `skip`), and where it ends."""
        while skip and at < len(self.words) and self.words[at].word in STOP and not self.linker.links(self.words, at):
            at += 1
        links = [link for link in self.linker.links(self.words, at) if link.value is None] if at < len(self.words) else []
        if wanted != "any":
            links = [link for link in links if (link.table is not None) == (wanted == "table")]
        links = [link for link in links if link.score >= 0.7]
        found = self.pick(links, at, role="any", after=None)
        return (found, at + found.length) if found is not None else None

    def pick(self, links: list[Link], at: int, *, role: str, after: Column | None) -> Link | None:
        """The best meaning of the longest stretch that is clear enough. Raises Ambiguous when two fit equally well."""
        for length in sorted({link.length for link in links}, reverse=True):
            run = [link for link in links if link.length == length and link.score >= 0.5]
            parents = {link.where for link in run if link.table is not None}
            run = [link for link in run if link.column is None or link.score == 1 or not self._points_at(link.column, parents)]
            scored = sorted(((self._weight(link, at, role, after), link) for link in run), key=lambda pair: -pair[0])
            if not scored or scored[0][0] < 0.6:
                continue
            best = scored[0]
            text = " ".join(token.text for token in self.words[at : at + length])
            ties = [link for weight, link in scored if weight >= best[0] - _TIE and self._differs(link, best[1])]
            chosen = self.choices.get(text.lower())
            if chosen is not None:
                return next((link for _, link in scored if _name(link) == chosen), best[1])
            if ties and best[1].table is None:
                self._ask(text, [best[1], *ties])
            return best[1]
        return None

    def _weight(self, link: Link, at: int, role: str, after: Column | None) -> float:
        weight = link.score
        end = at + link.length
        mentioned = [key for _, _, key in self.mentions]
        if link.value is not None:
            weight += 0.35 if after is not None and link.value.column == after else 0.0
            weight += 0.1 if link.where in mentioned else 0.0
            return weight + (0.05 if link.length > 1 else 0.0)
        if link.column is not None:
            weight += 0.3 + self._nearness(link.where, at) if link.where in mentioned else 0.1 * (link.where in self.hinted)
            weight += 0.2 if self._belongs(link.where, at, end) else 0.0
            weight -= 0.1 if role in {"measure", "super measure", "super", "super by"} and not link.column.is_numeric else 0.0
            weight -= 0.3 if role == "measure" and link.column.is_key else 0.0
            weight -= 0.6 if role == "count" and link.column.is_numeric and not link.column.is_key else 0.0
            weight -= 0.02 if self._is_foreign(link.column) else 0.0
            return weight - (0.12 if role in {"count", "group"} and link.score < 1 else 0.0)
        if role in {"measure", "super measure"}:
            weight -= 0.3
        return weight + 0.1

    def _nearness(self, table: str, at: int) -> float:
        """A little more for the table that is mentioned next, then for nearer ones."""
        distances = [abs(first - at) + (3 if first < at else 0) for first, _, key in self.mentions if key == table]
        return 0.25 / (1 + min(distances, default=50))

    def _belongs(self, table: str, start: int, end: int) -> bool:
        """Whether the table stands right beside: "name of the customer", "customer name"."""
        for first, last, key in self.mentions:
            if key != table:
                continue
            before = [token.word for token in self.words[last:start]]
            after = [token.word for token in self.words[end:first]]
            if last <= start and len(before) <= 1 and all(word in {"with", "s", "the"} for word in before):
                return True
            if first >= end and len(after) <= 3 and after and after[0] in {"of", "for", "in"} and all(word in STOP for word in after):
                return True
        return False

    def _is_foreign(self, column: Column) -> bool:
        return any(edge.child == column.table and column.name in edge.child_columns for edge in self.linker.catalog.edges)

    def _points_at(self, column: Column, parents: set[str]) -> bool:
        """Whether the column is only the reference to a table that the same word names: "country" is the country, not its number."""
        edges = self.linker.catalog.edges
        return any(edge.child == column.table and column.name in edge.child_columns and edge.parent in parents for edge in edges)

    def _differs(self, link: Link, best: Link) -> bool:
        if link is best or link.table is not None:
            return False
        mine, theirs = link.value.column if link.value else link.column, best.value.column if best.value else best.column
        if mine is None or theirs is None or mine == theirs:
            return False
        if link.value and best.value and (mine.table == theirs.table or self._is_foreign(mine) or self._is_foreign(theirs)):
            return False  # `US` and `United States` of one row, or the code that points at it
        return not any(
            {mine.key, theirs.key} == {f"{edge.child}.{child}", f"{edge.parent}.{parent}"}
            for edge in self.linker.catalog.edges
            for child, parent in zip(edge.child_columns, edge.parent_columns, strict=True)
        )

    def _ask(self, text: str, links: list[Link]) -> None:
        names = list(dict.fromkeys(_name(link) for link in links))
        if len(names) < 2:
            return
        options = [{"label": name, "value": f"{text.lower()}={name}"} for name in names[:6]]
        raise Ambiguous(
            f"'{text}' may mean {' or '.join(names[:6])}.", clarifications=[{"question": f"What does '{text}' mean?", "options": options}]
        )

    def by_hint(self, tables: list[Table], hints: tuple[str, ...]) -> Column | None:
        """The column of the tables in question that a word like "cheapest" or "oldest" is about."""
        keys = [table.key for table in tables] or [key for _, _, key in self.mentions]
        for hint in hints:
            for key in keys:
                for column in self.linker.catalog.table(key).columns:
                    if hint in column.words:
                        return column
        return None


def _name(link: Link) -> str:
    if link.table is not None:
        return link.table.key
    column = link.value.column if link.value is not None else link.column
    return column.key if column is not None else ""


def label_columns(table: Table) -> list[Column]:
    """The columns that name a row to a person: `name`, `title`, first and last name; else the key."""
    own = table.words
    texts = [column for column in table.columns if column.type == "string"]
    for name in _NAMES:
        for column in texts:
            if column.name.lower() in {name, "_".join((*own, name))} or column.words in {(name,), (*own, name)}:
                return [column]
    first = [column for column in texts if set(column.words) & {"first", "fname", "forename"} and len(column.words) <= 3]
    last = [column for column in texts if set(column.words) & {"last", "lname", "surname", "family"} and len(column.words) <= 3]
    if first and last:
        return [first[0], last[0]]
    named = [column for column in texts if "name" in column.words]
    key = identifying(table)
    return named[:1] or ([key] if key is not None else list(table.columns[:1]))


def numeric_columns(table: Table) -> list[Column]:
    """Columns that can be computed with: numbers that are no keys."""
    return [column for column in table.columns if column.is_numeric and not column.is_key]

"""Links stretches of a question to tables, columns and values of the source, each with a score."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from apps.querygen.catalog import Catalog, Column, Table
from apps.querygen.offline.lexicon import STOP, SYNONYMS
from apps.querygen.words import Token, name_words, stem, tokens

_GENERIC = frozenset({"id", "code", "name", "no", "number", "key", "title", "num", "full"})
MAX_SPAN = 5


@dataclass(frozen=True)
class Value:
    """A value of the source that words of the question may mean."""

    term: str
    column: Column
    value: str
    score: float = 1.0


@dataclass(frozen=True)
class Link:
    """What a stretch of `length` tokens may mean: one of a table, a column, a value."""

    score: float
    length: int
    table: Table | None = None
    column: Column | None = None
    value: Value | None = None

    @property
    def where(self) -> str:
        """The table it leads to."""
        if self.table is not None:
            return self.table.key
        return (self.value.column if self.value is not None else self.column).table  # type: ignore[union-attr]


def value_terms(question: str) -> list[str]:
    """The stretches of a question that may be values: quoted strings first, then runs of up to four words that are not all common."""
    words = tokens(question)
    terms = [token.text for token in words if token.kind == "quoted"]
    for length in (4, 3, 2, 1):
        for start in range(len(words) - length + 1):
            run = words[start : start + length]
            if any(token.kind in {"comma", "symbol", "quoted"} for token in run):
                continue
            if run[0].word in STOP or run[-1].word in STOP or (length == 1 and run[0].kind == "number"):
                continue
            terms.append(" ".join(token.text for token in run))
    return list(dict.fromkeys(terms))[:60]


class Linker:
    """Names of one catalog and the values found in it, ready to be looked up."""

    def __init__(self, catalog: Catalog, values: list[Value]) -> None:
        self.catalog = catalog
        self._names: list[tuple[Table | Column, _Forms]] = [(table, _forms(table.words, table.synonyms)) for table in catalog.tables]
        self._names += [(column, _column_forms(column, table)) for table in catalog.tables for column in table.columns]
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for place, (_, forms) in enumerate(self._names):
            for word in frozenset().union(*forms.exact, forms.core):
                self._by_word[word].append(place)
        self._found: dict[tuple[str, ...], list[Link]] = {}
        self._values: dict[tuple[str, ...], list[Value]] = defaultdict(list)
        for value in _tightest(values):
            self._values[_term_key(value.term)].append(value)

    def links(self, words: list[Token], at: int) -> list[Link]:
        """Every meaning of the stretches that start at token `at`, longest and best first."""
        found: list[Link] = []
        for length in range(min(MAX_SPAN, len(words) - at), 0, -1):
            run = words[at : at + length]
            if any(token.kind in {"comma", "symbol"} for token in run) or (length > 1 and any(token.kind == "quoted" for token in run)):
                continue
            found.extend(self._values_of(run))
            if run[0].kind not in {"quoted", "number", "date"}:
                found.extend(self._names_of(run))
        return sorted(found, key=lambda link: (-link.length, -link.score))

    def _values_of(self, run: list[Token]) -> list[Link]:
        known = self._values.get(tuple(token.word for token in run), [])
        if run[0].kind == "quoted":
            known = self._values.get(_term_key(run[0].text), [])
        return [Link(value.score, len(run), value=value) for value in known]

    def _names_of(self, run: list[Token]) -> list[Link]:
        """Tables and columns that share a word with the stretch, or a synonym of one."""
        if len(run) == 1 and run[0].word in STOP and len(run[0].word) < 4:
            return []
        key = tuple(token.stem for token in run)
        if key not in self._found:
            stems = frozenset(key)
            words = stems.union(*(SYNONYMS.get(word, ()) for word in stems))
            places = sorted({place for word in words for place in self._by_word.get(word, ())})
            self._found[key] = [link for place in places if (link := _link(*self._names[place], stems, len(run))) is not None]
        return self._found[key]


@dataclass(frozen=True)
class _Forms:
    """The ways a name may be said, as sets of stems; `owner` holds the words of a column's table."""

    exact: tuple[frozenset[str], ...]
    owner: frozenset[str] = frozenset()
    core: frozenset[str] = frozenset()


def _forms(words: tuple[str, ...], synonyms: tuple[str, ...]) -> _Forms:
    exact = [frozenset(words), frozenset({stem("".join(words))})]
    exact += [frozenset(name_words(synonym)) for synonym in synonyms]
    return _Forms(tuple(form for form in exact if form))


def _column_forms(column: Column, table: Table) -> _Forms:
    base = _forms(column.words, column.synonyms)
    owner = frozenset(table.words)
    core = frozenset(column.words) - owner
    return _Forms(base.exact, owner, core or frozenset(column.words))


def _link(named: Table | Column, forms: _Forms, stems: frozenset[str], length: int) -> Link | None:
    if isinstance(named, Table):
        score = _table_score(stems, forms)
        return Link(score, length, table=named) if score > 0 else None
    score = _column_score(stems, forms)
    return Link(score, length, column=named) if score > 0 else None


def _table_score(stems: frozenset[str], forms: _Forms) -> float:
    if stems in forms.exact:
        return 1.0
    if _via_synonyms(stems, forms.exact[0]):
        return 0.85
    if forms.exact and stems < forms.exact[0] and len(forms.exact[0]) <= 3:
        return 0.55 + 0.2 * len(stems) / len(forms.exact[0])
    return 0.0


def _column_score(stems: frozenset[str], forms: _Forms) -> float:
    if stems in forms.exact:
        return 1.0
    full = forms.exact[0] if forms.exact else frozenset()
    if stems == full | forms.owner:
        return 0.98
    if stems == forms.core and stems != forms.owner:
        return 0.95
    if forms.core and stems == full - _GENERIC and not stems <= forms.owner:
        return 0.85
    if _via_synonyms(stems, full) or _via_synonyms(stems, forms.core):
        return 0.75
    if stems < full and not stems <= forms.owner and not stems <= _GENERIC:
        return 0.45 + 0.3 * len(stems) / len(full)
    return 0.0


def _via_synonyms(stems: frozenset[str], names: frozenset[str]) -> bool:
    """Whether replacing words by their synonyms gives the name."""
    if len(stems) != len(names):
        return False
    for word in stems:
        for synonym in SYNONYMS.get(word, ()):
            if (stems - {word}) | {synonym} == names:
                return True
    return False


def _tightest(values: list[Value]) -> list[Value]:
    """Without terms that only drag further words along: for `Germany`, "in Germany" says no more than "Germany"."""
    kept = []
    for value in values:
        words = _term_key(value.term)
        others = (_term_key(other.term) for other in values if (other.column, other.value) == (value.column, value.value))
        is_exact = value.term.lower() == value.value.lower()
        if is_exact or not any(len(other) < len(words) and set(other) < set(words) for other in others):
            kept.append(value)
    return kept


def _term_key(term: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens(term)) or (term.lower(),)

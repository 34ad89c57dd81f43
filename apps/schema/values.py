"""The value index: which values of a source a word of a question may mean. Pure, in memory, one index for each version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from apps.schema.aliases import other_names
from apps.schema.words import likeness, normalized, stem, stems, trigrams

MAX_VALUE_CHARACTERS = 80
MIN_SCORE = 0.5
MAX_MATCHES = 10
_MIN_LIKENESS = 0.5
_STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "do",
        "for",
        "from",
        "how",
        "i",
        "in",
        "is",
        "it",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "show",
        "the",
        "to",
        "us",
        "was",
        "we",
        "what",
        "which",
        "who",
        "with",
    ]
)


@dataclass(frozen=True)
class Entry:
    """One value and the column that holds it."""

    schema: str
    table: str
    column: str
    value: str


@dataclass(frozen=True)
class Match:
    """A value that a term may mean; 1 is the value itself."""

    term: str
    entry: Entry
    score: float


class ValueIndex:
    """Values by their normalised text, words, initials and trigrams."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            text = normalized(entry.value)
            if text:
                self._entries[text].append(entry)
        self._by_stems: dict[str, list[str]] = defaultdict(list)
        self._by_word: dict[str, list[str]] = defaultdict(list)
        self._by_initials: dict[str, list[str]] = defaultdict(list)
        self._by_trigram: dict[str, list[str]] = defaultdict(list)
        for text in self._entries:
            words = stems(text)
            self._by_stems[" ".join(words)].append(text)
            for word in set(words):
                self._by_word[word].append(text)
            if len(words) > 1:
                self._by_initials["".join(word[0] for word in text.split())].append(text)
            for trigram in trigrams(text):
                self._by_trigram[trigram].append(text)

    def __len__(self) -> int:
        return sum(len(entries) for entries in self._entries.values())

    def find(self, term: str) -> list[Match]:
        """The values that a term may mean, best first, at most MAX_MATCHES."""
        text = normalized(term)
        is_code = len(term.strip()) <= 2 and term.strip().isupper()
        if not text or (text in _STOP_WORDS and not is_code):
            return []
        scores: dict[str, float] = {}
        for candidate, score in [*self._exact(term, text), *self._by_parts(text), *self._alike(text)]:
            scores[candidate] = max(score, scores.get(candidate, 0.0))
        ranked = sorted(
            ((score, text) for text, score in scores.items() if score >= MIN_SCORE), key=lambda pair: (-pair[0], len(pair[1]), pair[1])
        )
        found: list[Match] = []
        for score, candidate in ranked:
            entries = self._entries[candidate][: MAX_MATCHES - len(found)]
            found += [Match(term, entry, round(1.0 if entry.value == term else score, 3)) for entry in entries]
        return sorted(found, key=lambda match: -match.score)

    def _exact(self, term: str, text: str) -> list[tuple[str, float]]:
        found = [(text, 0.99)] if text in self._entries else []
        found += [(name, 0.95) for name in other_names(term) if name in self._entries]
        found += [(candidate, 0.94) for candidate in self._by_stems.get(" ".join(stems(text)), [])]
        if 2 <= len(text) <= 6 and text.isalpha():
            found += [(candidate, 0.85) for candidate in self._by_initials.get(text, [])]
        words = text.split()
        if len(words) > 1:
            initials = "".join(word[0] for word in words)
            found += [(initials, 0.8)] if initials in self._entries else []
        return found

    def _by_parts(self, text: str) -> list[tuple[str, float]]:
        """Values that hold all words of the term (`york`: New York), and values all of whose words the term holds."""
        words = [word for word in stems(text) if word not in _STOP_WORDS]
        if not words:
            return []
        counts: dict[str, int] = defaultdict(int)
        for word in set(words):
            for candidate in self._by_word.get(word, []):
                counts[candidate] += 1
        found = []
        for candidate, count in counts.items():
            size = len(candidate.split())
            if count == len(set(words)):
                found.append((candidate, 0.55 + 0.35 * count / size))
            elif count == size and (size > 1 or len(candidate) > 3):
                found.append((candidate, 0.5 + 0.35 * count / len(words)))
        if len(words) == 1 and len(text) >= 4:
            prefix = [c for c in self._candidates(text) if any(w.startswith(stem(text)) for w in c.split())]
            found += [(candidate, 0.5 + 0.35 * len(text) / max(len(candidate), len(text))) for candidate in prefix]
        return found

    def _alike(self, text: str) -> list[tuple[str, float]]:
        """Misspelt values: many trigrams in common."""
        if len(text) < 4:
            return []
        scored = ((candidate, likeness(text, candidate)) for candidate in self._candidates(text))
        return [(candidate, 0.3 + 0.6 * score) for candidate, score in scored if score >= _MIN_LIKENESS]

    def _candidates(self, text: str) -> set[str]:
        """Values that share the term's rarer trigrams."""
        grams = sorted(trigrams(text), key=lambda gram: len(self._by_trigram.get(gram, [])))
        found: set[str] = set()
        for gram in grams[:6]:
            found.update(self._by_trigram.get(gram, [])[:2000])
        return found

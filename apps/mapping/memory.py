"""Translations that this process has made, least recently used first out. Their keys say all that they depend on."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from apps.mapping.contract import Translation

KEPT = 1024
LONGEST_SQL = 50_000


class TranslationMemory:
    """Keys are tenant, mapping and its version, the versions of its rules, the version of the source's schema, and the text."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._known: OrderedDict[Hashable, Translation] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Translation | None:
        """What was made under this key."""
        with self._lock:
            found = self._known.get(key)
            if found is not None:
                self._known.move_to_end(key)
            return found

    def put(self, key: Hashable, translation: Translation) -> None:
        """Remember it, unless it is too long to be worth it."""
        if len(translation.sql) > LONGEST_SQL:
            return
        with self._lock:
            self._known[key] = translation
            self._known.move_to_end(key)
            while len(self._known) > self._kept:
                self._known.popitem(last=False)


MEMORY = TranslationMemory()

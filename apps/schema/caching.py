"""What this process keeps of schemas: the newest answer of each source and the indexes made of it, least recently used first out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from uuid import UUID

from apps.schema.contract import SourceSchema
from apps.schema.search import CatalogIndex
from apps.schema.values import Entry, ValueIndex

KEPT = 64
Key = tuple[UUID, UUID]
State = tuple[int, int]


class Known:
    """One source's answer, and its indexes, made when they are first asked for."""

    def __init__(self, *, schema: SourceSchema, entries: Callable[[], list[Entry]]) -> None:
        self.schema = schema
        self._entries = entries

    @cached_property
    def json(self) -> bytes:
        """The schema as the API sends it."""
        return self.schema.model_dump_json(by_alias=True).encode()

    @cached_property
    def catalog(self) -> CatalogIndex:
        """For full-text search."""
        return CatalogIndex(self.schema.tables)

    @cached_property
    def values(self) -> ValueIndex:
        """For finding what a word may mean."""
        return ValueIndex(self._entries())


class SchemaCache:
    """Answers by tenant and source, good for one version and revision."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._known: OrderedDict[Key, tuple[State, Known]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, state: State, make: Callable[[], Known]) -> Known:
        """What is known under this state; made anew when it has moved on."""
        with self._lock:
            found = self._known.get(key)
            if found is not None and found[0] == state:
                self._known.move_to_end(key)
                return found[1]
        made = make()
        with self._lock:
            self._known[key] = (state, made)
            self._known.move_to_end(key)
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        return made

    def put(self, key: Key, state: State, known: Known) -> None:
        """What this process has just read itself."""
        self.get(key, state, lambda: known)


CACHE = SchemaCache()

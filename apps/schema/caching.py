"""What this process keeps of schemas: the newest answer of each source, what is left of it under other rights, and the indexes made of both."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from typing import Final
from uuid import UUID

from analytics_platform.sql.rights import Rights
from apps.schema.contract import SchemaTable, SourceSchema
from apps.schema.pausing import no_collection
from apps.schema.search import CatalogIndex
from apps.schema.values import Entry, ValueIndex
from apps.schema.visibility import Restrictions, full_name, restrictions_of, visible, visible_entries, without_values

KEPT = 64
KEPT_RIGHTS = 16
_NO_RIGHTS: Final = b'"rights":[]}'
Key = tuple[UUID, UUID]
State = tuple[int, int]


class Seen:
    """A source's answer as it is seen under some rights, and its indexes, made when they are first asked for."""

    def __init__(self, *, schema: SourceSchema, entries: Callable[[], list[Entry]], restrictions: Restrictions) -> None:
        self.schema = schema
        self.restrictions = restrictions
        self._entries = entries

    def restricts(self, table: SchemaTable) -> bool:
        """Whether something of the table is kept back."""
        return full_name(table.schema_name, table.name, self.schema.default_schema) in self.restrictions

    def schema_for(self, rights: Rights | None) -> SourceSchema:
        """The answer with the mark of whose it is."""
        fingerprint = [] if rights is None else list(rights.fingerprint)
        return self.schema.model_copy(update={"rights": fingerprint}) if fingerprint else self.schema

    def json_for(self, rights: Rights | None) -> bytes:
        """The same as the API sends it: only the mark differs among those who see the same."""
        fingerprint = [] if rights is None else list(rights.fingerprint)
        if not fingerprint:
            return self._json
        return self._json.removesuffix(_NO_RIGHTS) + b'"rights":' + json.dumps(fingerprint).encode() + b"}"

    @cached_property
    def _json(self) -> bytes:
        text = self.schema.model_dump_json(by_alias=True).encode()
        if not text.endswith(_NO_RIGHTS):
            raise AssertionError("`rights` is the schema's last field, and the kept answer holds nobody's")
        return text

    @cached_property
    def catalog(self) -> CatalogIndex:
        """For full-text search."""
        return CatalogIndex(self.schema.tables)

    @cached_property
    def values(self) -> ValueIndex:
        """For finding what a word may mean."""
        return ValueIndex(self.entries)

    @property
    def entries(self) -> list[Entry]:
        """The values that may be searched."""
        return self._entries()


class Known(Seen):
    """A source's whole answer, and what is left of it for those whose policies keep something back."""

    def __init__(self, *, schema: SourceSchema, entries: Callable[[], list[Entry]]) -> None:
        super().__init__(schema=schema, entries=entries, restrictions={})
        self._seen: OrderedDict[tuple[str, ...], Seen] = OrderedDict()
        self._lock = threading.Lock()

    def seen_under(self, rights: Rights | None) -> Seen:
        """The part that rights leave; everything for work that nobody asked for. Raises PolicyDoesNotResolve.

        Kept by the rules alone: the values that they bind choose among rows, of which nothing is left here anyway.
        """
        if rights is None or rights.is_unrestricted:
            return self
        with self._lock:
            found = self._seen.get(rights.structure)
        if found is None:
            found = self._left(rights)
        with self._lock:
            self._seen[rights.structure] = found
            self._seen.move_to_end(rights.structure)
            while len(self._seen) > KEPT_RIGHTS:
                self._seen.popitem(last=False)
        return found

    def _left(self, rights: Rights) -> Seen:
        whole, default = self.schema, self.schema.default_schema
        with no_collection():
            restrictions = restrictions_of(whole.tables, rights, default_schema=default, dialect=whole.dialect)
            tables = visible(whole.tables, restrictions, default_schema=default)
        return Seen(
            schema=whole.model_copy(update={"tables": tables}),
            entries=lambda: visible_entries(self.entries, restrictions, default_schema=default),
            restrictions=restrictions,
        )

    @cached_property
    def structure(self) -> SourceSchema:
        """Every table and column, and no value."""
        with no_collection():
            return self.schema.model_copy(update={"tables": without_values(self.schema.tables)})


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

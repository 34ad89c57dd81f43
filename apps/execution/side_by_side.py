"""One canonical statement over several differently shaped sources: each answers in its own words, the rows stand in one table, what is missing is told."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from analytics_platform.kernel.context import current_tenant
from analytics_platform.kernel.declare import Problem
from analytics_platform.sources.problems import QueryCancelled
from analytics_platform.sql.canonical.model import OutputColumn
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.problems import BrokenMapping, HiddenByPolicy, NotMapped, PolicyDoesNotResolve, PolicyVariableUnset, SqlProblem
from apps.datasources.contract import DataSourceNotFound, data_sources
from apps.execution.caching import SideBySideKey
from apps.execution.canonical import in_canonical_types
from apps.execution.contract import Canonical, Incomplete, NothingToRun
from apps.execution.opening import Opened, authorise, rights_now
from apps.execution.outcome import Outcome, Refusal, run_opened
from apps.execution.reaching import sources
from apps.mapping.contract import MappingAmbiguous

if TYPE_CHECKING:
    import pyarrow as pa

    from analytics_platform.sources.connector import Session

MOST_SOURCES: Final = 20
AT_ONCE: Final = 8
LABEL: Final = "data_source"
_OF_ONE_SOURCE: Final = (NotMapped, BrokenMapping, HiddenByPolicy, PolicyDoesNotResolve, PolicyVariableUnset)
"""Problems of a statement that another source need not have."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One source that can answer."""

    data_source_id: UUID
    name: str
    opened: Opened


@dataclass(frozen=True, kw_only=True)
class SideBySide:
    """A statement that may run over several sources for whoever asks; in the place of `Opened`."""

    data_source_ids: list[UUID]
    parts: tuple[Part, ...]
    incomplete: tuple[Incomplete, ...]
    sql: str
    canonical: str
    policy_fingerprint: tuple[str, ...]
    data_source_id: None = None
    dialect: Dialect = "postgres"
    file_ids: list[UUID] = field(default_factory=list)

    @property
    def tables(self) -> list[str]:
        """What is read, each with the name of its source."""
        return [f"{part.name}: {table}" for part in self.parts for table in part.opened.tables]

    @property
    def warnings(self) -> list[str]:
        """Each source's own, with its name."""
        return [f"{part.name}: {warning}" for part in self.parts for warning in part.opened.warnings]

    @property
    def is_restricted(self) -> bool:
        """Whether a policy of any source may keep something back."""
        return any(part.opened.is_restricted for part in self.parts)

    @property
    def is_cacheable(self) -> bool:
        """A result with a source missing is not given again: the source may be back."""
        return not self.incomplete and all(part.opened.is_cacheable for part in self.parts)

    @property
    def cache_key(self) -> SideBySideKey:
        """Everything that any of the sources' rows depend on."""
        return SideBySideKey(tenant_id=current_tenant(), parts=tuple((part.name, part.opened.cache_key) for part in self.parts))

    @property
    def cache_ttl_s(self) -> int:
        """As long as the shortest."""
        return min((part.opened.cache_ttl_s for part in self.parts), default=0)


def authorise_side_by_side(
    *, data_source_ids: Sequence[UUID], sql: str | None, parameters: Mapping[str, Any] | None, max_rows: int, canonical: Canonical
) -> SideBySide:
    """What each source may be asked, and which cannot answer. Raises what is wrong with the statement itself, DataSourceNotFound, MappingAmbiguous."""
    ids = list(dict.fromkeys(data_source_ids))
    if sql is None or canonical in (None, False) or len(ids) > MOST_SOURCES:
        raise NothingToRun(f"Up to {MOST_SOURCES} sources are asked side by side, in canonical words: send canonical.")
    names = {source.id: source.name for source in data_sources.get_many(ids=ids)}
    if len(names) < len(ids):
        raise DataSourceNotFound
    parts, incomplete = [], []
    for one in ids:
        try:
            opened = authorise(data_source_id=one, file_ids=None, sql=sql, parameters=parameters, max_rows=max_rows, canonical=canonical)
            parts.append(Part(data_source_id=one, name=names[one], opened=opened))
        except Problem as problem:
            if isinstance(problem, SqlProblem) and not isinstance(problem, _OF_ONE_SOURCE):
                raise
            incomplete.append(_incomplete(one, names[one], problem))
    schemas = sorted({part.opened.canonical for part in parts})
    if len(schemas) > 1:
        raise MappingAmbiguous(f"The sources are mapped to different schemas: {', '.join(schemas)}. Name one.")
    return SideBySide(
        data_source_ids=ids,
        parts=tuple(parts),
        incomplete=tuple(incomplete),
        sql=sql,
        canonical=schemas[0] if schemas else str(canonical if isinstance(canonical, str) else ""),
        policy_fingerprint=rights_now(None, [], ids),
    )


def opened_for(
    *,
    data_source_id: UUID | None,
    data_source_ids: Sequence[UUID] | None,
    file_ids: list[UUID] | None,
    sql: str | None,
    parameters: Mapping[str, Any] | None,
    max_rows: int,
    canonical: Canonical,
) -> Opened | SideBySide:
    """One source, some files, or several sources; exactly one of them is named."""
    if data_source_ids:
        if data_source_id is not None or file_ids:
            raise NothingToRun
        return authorise_side_by_side(
            data_source_ids=data_source_ids, sql=sql, parameters=parameters, max_rows=max_rows, canonical=canonical
        )
    return authorise(
        data_source_id=data_source_id, file_ids=file_ids, sql=sql, parameters=parameters, max_rows=max_rows, canonical=canonical
    )


class Running:
    """All sources at once, up to so many; a source that fails is told beside the rows of the others."""

    source_query_id = ""

    def __init__(self, asked: SideBySide) -> None:
        self._asked = asked
        self._lock = threading.Lock()
        self._sessions: set[Session] = set()
        self._is_cancelled = False

    def interrupt(self) -> None:
        """Stop whatever runs at any source, and begin no other."""
        with self._lock:
            self._is_cancelled = True
            sessions = list(self._sessions)
        for session in sessions:
            session.interrupt()

    def run(self, *, timeout_s: float) -> Outcome:
        """Every source's rows, the source's name first. Raises QueryCancelled."""
        started = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="side-by-side") as threads:
            waiting = [threads.submit(contextvars.copy_context().run, self._answer, part, timeout_s) for part in self._asked.parts]
            answers = [future.result() for future in waiting]
        if self._is_cancelled:
            raise QueryCancelled
        given = [(part, answer) for part, answer in zip(self._asked.parts, answers, strict=True) if isinstance(answer, Outcome)]
        failed = [(part, answer) for part, answer in zip(self._asked.parts, answers, strict=True) if isinstance(answer, Problem)]
        return Outcome(
            table=_beside(given),
            truncated=any(answer.truncated for _, answer in given),
            duration_ms=(time.perf_counter() - started) * 1000,
            incomplete=(*self._asked.incomplete, *(_incomplete(part.data_source_id, part.name, problem) for part, problem in failed)),
            refusals=tuple(Refusal(opened=part.opened, problem=problem) for part, problem in failed),
        )

    def _answer(self, part: Part, timeout_s: float) -> Outcome | Problem:
        try:
            with sources().session(part.opened.target()) as session:
                with self._lock:
                    if self._is_cancelled:
                        return QueryCancelled()
                    self._sessions.add(session)
                try:
                    return run_opened(session, part.opened, timeout_s=timeout_s)
                finally:
                    with self._lock:
                        self._sessions.discard(session)
        except Problem as problem:
            return problem


def _incomplete(data_source_id: UUID, name: str, problem: Problem) -> Incomplete:
    missing = problem.extra.get("missing") or problem.extra.get("columns") or []
    return Incomplete(data_source_id=data_source_id, data_source=name, code=problem.code, message=problem.detail, missing=list(missing))


def _beside(given: Sequence[tuple[Part, Outcome]]) -> pa.Table:
    """One table of all; decimals with as many digits as the source that needs most."""
    import pyarrow as pa

    if not given:
        return pa.table({LABEL: pa.array([], pa.string())})
    columns: list[OutputColumn] = given[0][0].opened.output_columns
    labelled = []
    for part, outcome in given:
        name = pa.array([part.name] * outcome.table.num_rows, pa.string())
        labelled.append(pa.Table.from_arrays([name, *outcome.table.columns], names=[LABEL, *map(str, range(len(columns)))]))
    whole = pa.concat_tables(labelled, promote_options="permissive")
    rows = in_canonical_types(whole.remove_column(0), columns)
    return pa.Table.from_arrays([whole.column(0), *rows.columns], schema=pa.schema([pa.field(LABEL, pa.string()), *rows.schema]))

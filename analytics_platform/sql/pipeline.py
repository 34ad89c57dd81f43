"""All SQL, whoever wrote it, goes through `prepare` before it runs: parse → reads only → resolve → policies → limit → render."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlglot import exp

from analytics_platform.sql.catalog import Catalog
from analytics_platform.sql.cautions import Caution, cautions
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.guard import check_tree, is_volatile
from analytics_platform.sql.limits import OwnLimit, take_limit
from analytics_platform.sql.parsing import parse_statement, placeholder_names
from analytics_platform.sql.policies import Restrictions, apply
from analytics_platform.sql.problems import BadParameter, SqlSyntaxError, raise_faults
from analytics_platform.sql.rendering import Rendered, render
from analytics_platform.sql.resolve import Resolution, resolve
from analytics_platform.sql.rights import Access
from analytics_platform.sql.row_filters import bound_values, list_lengths
from analytics_platform.sql.trees import walk

CACHE_SIZE = 2_000
Scalar = str | int | float | bool | Decimal | date | datetime | time | UUID | None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A statement that may run, before its limit and its values."""

    rendered: Rendered
    dialect: Dialect
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    output_columns: tuple[str, ...] | None
    parameter_names: frozenset[str]
    cautions: tuple[Caution, ...]
    is_volatile: bool
    is_restricted: bool
    limit: OwnLimit | None


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What runs. `sql` has its parameters as `%(name)s`, `parameters` their values; it gives up to `max_rows` + 1 rows."""

    sql: str
    parameters: dict[str, Any]
    max_rows: int
    checked: Checked


def prepare(
    sql: str,
    *,
    dialect: Dialect,
    catalog: Catalog,
    max_rows: int,
    parameters: Mapping[str, Any] | None = None,
    access: Access | None = None,
) -> Prepared:
    """Checks a statement and renders it again from its tree. Without `access` it runs under no policies. Raises the problems of `problems`."""
    values = dict(parameters or {})
    checked = check(sql, dialect=dialect, catalog=catalog, access=access)
    _check_parameters(checked, values)
    limit = None if checked.limit is None else checked.limit.at_most(max_rows + 1, values)
    names = set(checked.rendered.parameters)
    bound = {name: values[name] for name in checked.parameter_names & names}
    if access is not None and checked.is_restricted:
        bound |= bound_values(names, viewer=access.viewer, hash_key=access.hash_key, dialect=dialect)
    return Prepared(sql=checked.rendered.for_binding(limit=limit), parameters=bound, max_rows=max_rows, checked=checked)


def check(sql: str, *, dialect: Dialect, catalog: Catalog, access: Access | None = None) -> Checked:
    """Checks a statement without its values. Raises the problems of `problems`, with every unknown name at once."""
    key = ("checked", *_key(sql, dialect, catalog, access))
    cached = _cache.get(key)
    if isinstance(cached, Checked):
        return cached
    try:
        checked = _check(sql, dialect, catalog, access)
    except RecursionError:
        raise SqlSyntaxError("The statement is nested too deeply.") from None
    _cache.put(key, checked)
    return checked


def normalized(sql: str, *, dialect: Dialect, catalog: Catalog, access: Access | None = None) -> str:
    """A statement as people are told it: resolved and rendered, without limit and policies. Raises as `check`."""
    nodes, _, _, _ = _resolved(sql, dialect, catalog, access)
    return render(list(walk(nodes[0])), dialect=dialect).for_people()


Key = tuple[object, ...]


def _key(sql: str, dialect: Dialect, catalog: Catalog, access: Access | None) -> Key:
    """Everything that a checked statement depends on, and no value."""
    if access is None or access.is_unrestricted:
        return sql, dialect, catalog.fingerprint
    return sql, dialect, catalog.fingerprint, access.structure, list_lengths(access.variables, access.viewer)


def _check(sql: str, dialect: Dialect, catalog: Catalog, access: Access | None) -> Checked:
    nodes, names, resolution, restricted = _resolved(sql, dialect, catalog, access)
    warnings = cautions(nodes, resolution)
    is_restricted = access is not None and restricted is not None and apply(nodes, resolution, restricted=restricted, viewer=access.viewer)
    limit = take_limit(nodes[0])
    final = list(walk(nodes[0]))
    may_differ = is_volatile(final, dialect=dialect)
    return Checked(
        rendered=render(final, dialect=dialect),
        dialect=dialect,
        tables=tuple(resolution.tables),
        columns=tuple(resolution.columns),
        output_columns=resolution.outputs,
        parameter_names=names,
        cautions=warnings,
        is_volatile=may_differ,
        is_restricted=is_restricted,
        limit=limit,
    )


Resolved = tuple[list[exp.Expr], frozenset[str], Resolution, Restrictions | None]


def _resolved(sql: str, dialect: Dialect, catalog: Catalog, access: Access | None) -> Resolved:
    """All nodes of a reading statement, the root first, its parameters, what it reads, and what of that is restricted."""
    tree = parse_statement(sql, dialect=dialect, as_written=True)
    nodes = check_tree(tree, dialect=dialect)
    names = placeholder_names(nodes)
    restricted = None if access is None or access.is_unrestricted else _restrictions(catalog, access, dialect)
    resolution = resolve(tree, catalog=catalog if restricted is None else restricted.visible, dialect=dialect)
    raise_faults(resolution.faults)
    return nodes, names, resolution, restricted


def _restrictions(catalog: Catalog, access: Access, dialect: Dialect) -> Restrictions:
    key = ("restrictions", catalog.fingerprint, dialect, access.structure)
    found = _cache.get(key)
    if not isinstance(found, Restrictions):
        found = Restrictions(catalog, access, dialect=dialect)
        _cache.put(key, found)
    return found


def _check_parameters(checked: Checked, values: Mapping[str, Any]) -> None:
    missing = sorted(checked.parameter_names - set(values))
    unknown = sorted(set(values) - checked.parameter_names)
    if missing:
        raise BadParameter(f"No value was sent for {', '.join(':' + name for name in missing)}.")
    if unknown:
        raise BadParameter(f"The statement has no parameter {', '.join(':' + name for name in unknown)}.")
    for name, value in values.items():
        if not isinstance(value, Scalar):
            raise BadParameter(f"The value of :{name} must be text, a number, true, false or null.")


class _Cache:
    """The statements checked last, in this process; safe for many threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[Key, object] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> object | None:
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key]

    def put(self, key: Key, value: object) -> None:
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            while len(self._held) > self._size:
                self._held.popitem(last=False)


_cache = _Cache(CACHE_SIZE)

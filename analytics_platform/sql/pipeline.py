"""All SQL, whoever wrote it, goes through `prepare` before it runs: parse → reads only → resolve → limit → render."""

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
from analytics_platform.sql.limits import limit_parameter, with_limit
from analytics_platform.sql.parsing import parse_statement, placeholder_names
from analytics_platform.sql.problems import BadParameter, SqlSyntaxError, raise_faults
from analytics_platform.sql.rendering import render, render_for_binding
from analytics_platform.sql.resolve import resolve

CACHE_SIZE = 2_000
Scalar = str | int | float | bool | Decimal | date | datetime | time | UUID | None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A statement that may run, before its limit and its values."""

    tree: exp.Expr
    dialect: Dialect
    normalized_sql: str
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    output_columns: tuple[str, ...] | None
    parameter_names: frozenset[str]
    cautions: tuple[Caution, ...]
    is_volatile: bool
    limit_parameter: str | None


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What runs. `sql` has its parameters as `%(name)s`, `parameters` their values; it gives up to `max_rows` + 1 rows."""

    sql: str
    parameters: dict[str, Any]
    max_rows: int
    checked: Checked


def prepare(sql: str, *, dialect: Dialect, catalog: Catalog, max_rows: int, parameters: Mapping[str, Any] | None = None) -> Prepared:
    """Checks a statement and renders it again from its tree. Raises the problems of `problems`."""
    values = dict(parameters or {})
    checked = check(sql, dialect=dialect, catalog=catalog)
    _check_parameters(checked, values)
    if checked.limit_parameter is not None:
        rendered = _with_limit(checked, max_rows, values)
    else:
        key = ("rendered", sql, dialect, catalog.fingerprint, max_rows)
        cached = _cache.get(key)
        rendered = cached if isinstance(cached, str) else _with_limit(checked, max_rows, values)
        _cache.put(key, rendered)
    bound = {name: values[name] for name in checked.parameter_names if name != checked.limit_parameter or _occurs(checked, name) > 1}
    return Prepared(sql=rendered, parameters=bound, max_rows=max_rows, checked=checked)


def check(sql: str, *, dialect: Dialect, catalog: Catalog) -> Checked:
    """Checks a statement without its values. Raises the problems of `problems`, with every unknown name at once."""
    key = ("checked", sql, dialect, catalog.fingerprint)
    cached = _cache.get(key)
    if isinstance(cached, Checked):
        return cached
    try:
        checked = _check(sql, dialect, catalog)
    except RecursionError:
        raise SqlSyntaxError("The statement is nested too deeply.") from None
    _cache.put(key, checked)
    return checked


def _check(sql: str, dialect: Dialect, catalog: Catalog) -> Checked:
    tree = parse_statement(sql, dialect=dialect, as_written=True)
    # A canonical mapping translates the tree here, before names are looked up in the source's own catalog.
    check_tree(tree, dialect=dialect)
    names = placeholder_names(tree)
    resolution = resolve(tree, catalog=catalog, dialect=dialect)
    raise_faults(resolution.faults)
    # Access policies take hold here, at `resolution.scans`, before the limit is set.
    return Checked(
        tree=tree,
        dialect=dialect,
        normalized_sql=render(tree, dialect=dialect),
        tables=tuple(resolution.tables),
        columns=tuple(resolution.columns),
        output_columns=resolution.outputs,
        parameter_names=names,
        cautions=cautions(tree, resolution),
        is_volatile=is_volatile(tree, dialect=dialect),
        limit_parameter=limit_parameter(tree),
    )


def _with_limit(checked: Checked, max_rows: int, values: Mapping[str, Any]) -> str:
    limited = with_limit(checked.tree.copy(), max_rows=max_rows, parameters=values)
    return render_for_binding(limited, dialect=checked.dialect)


def _occurs(checked: Checked, name: str) -> int:
    return sum(node.this == name for node in checked.tree.find_all(exp.Placeholder))


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
        self._held: OrderedDict[tuple[object, ...], object] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...]) -> object | None:
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key]

    def put(self, key: tuple[object, ...], value: object) -> None:
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            while len(self._held) > self._size:
                self._held.popitem(last=False)


_cache = _Cache(CACHE_SIZE)

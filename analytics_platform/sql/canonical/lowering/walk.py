"""The walk, and which rules hold in which dialect."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from analytics_platform.sql.canonical.kinds import Kinds
from analytics_platform.sql.canonical.lowering import (
    aggregates,
    arithmetic,
    casting,
    comparing,
    gathering,
    moments_mysql,
    moments_sqlite,
    ordering,
    portable,
    queries,
    text,
)
from analytics_platform.sql.canonical.lowering.context import Lowering
from analytics_platform.sql.dialects import Dialect

Rule = Callable[[exp.Expr, Lowering], exp.Expr]
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)

_POSTGRES: dict[type[exp.Expr], Rule] = {
    exp.Div: arithmetic.postgres_division,
    exp.Round: arithmetic.postgres_round,
    exp.Order: ordering.postgres,
    **dict.fromkeys((exp.Min, exp.Max), ordering.postgres_extreme),
    **dict.fromkeys((exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between), ordering.postgres_comparison),
}
_MYSQL: dict[type[exp.Expr], Rule] = {
    exp.Cast: casting.cast_node,
    exp.TryCast: casting.no_try_cast,
    exp.Div: arithmetic.mysql_division,
    exp.Add: moments_mysql.addition,
    exp.Sub: moments_mysql.subtraction,
    exp.Round: arithmetic.mysql_round,
    exp.Trunc: arithmetic.mysql_trunc,
    exp.Log: arithmetic.log_ten,
    **dict.fromkeys((exp.Greatest, exp.Least), arithmetic.ignoring_nulls),
    exp.Extract: moments_mysql.extract,
    **dict.fromkeys((exp.TimestampTrunc, exp.DateTrunc), moments_mysql.truncate),
    exp.TimeToStr: moments_mysql.to_char,
    exp.Concat: text.concat_coalesced,
    exp.Length: text.mysql_length,
    exp.SplitPart: text.mysql_split_part,
    exp.ILike: text.lowered_like,
    exp.RegexpILike: text.mysql_regexp_ilike,
    exp.Filter: aggregates.mysql_filter,
    exp.Avg: aggregates.mysql_average,
    **dict.fromkeys((exp.Stddev, exp.Variance, exp.VariancePop), aggregates.mysql_spread),
    exp.AnyValue: aggregates.any_value,
    exp.Count: aggregates.count,
    exp.Window: aggregates.mysql_window,
    exp.Order: ordering.mysql,
    exp.Join: queries.mysql_join,
    exp.Lateral: queries.no_lateral,
    exp.Values: queries.values_as_selects,
    exp.Subquery: queries.named_columns,
    exp.Group: queries.plain_group,
}
_SQLITE: dict[type[exp.Expr], Rule] = {
    exp.Cast: casting.cast_node,
    exp.TryCast: casting.no_try_cast,
    exp.Div: arithmetic.sqlite_division,
    exp.Mod: arithmetic.sqlite_modulo,
    exp.Add: moments_sqlite.addition,
    exp.Sub: moments_sqlite.subtraction,
    exp.Round: arithmetic.sqlite_round,
    exp.Trunc: arithmetic.sqlite_trunc,
    exp.Log: arithmetic.log_ten,
    exp.Rand: arithmetic.sqlite_random,
    **dict.fromkeys((exp.Greatest, exp.Least), arithmetic.ignoring_nulls),
    exp.Extract: moments_sqlite.extract,
    **dict.fromkeys((exp.TimestampTrunc, exp.DateTrunc), moments_sqlite.truncate),
    exp.TimeToStr: moments_sqlite.to_char,
    **dict.fromkeys((*_COMPARISONS, exp.Between, exp.In), comparing.sqlite),
    exp.Coalesce: comparing.sqlite_coalesce,
    exp.Concat: text.sqlite_concat,
    exp.ConcatWs: text.sqlite_concat_ws,
    exp.Left: text.sqlite_left,
    exp.Right: text.sqlite_right,
    exp.Pad: text.sqlite_pad,
    exp.Like: text.sqlite_like,
    exp.ILike: text.sqlite_ilike,
    exp.Escape: text.sqlite_escape,
    exp.DPipe: text.sqlite_joined,
    exp.Filter: aggregates.sqlite_filter,
    exp.GroupConcat: gathering.string_agg,
    exp.Select: gathering.gather,
    **dict.fromkeys((exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.Variance, exp.VariancePop), aggregates.sqlite_spread),
    exp.AnyValue: aggregates.any_value,
    exp.Count: aggregates.count,
    exp.Lateral: queries.no_lateral,
    **dict.fromkeys((exp.Any, exp.All), queries.no_quantifier),
    exp.Values: queries.values_as_selects,
    exp.Subquery: queries.named_columns,
    exp.Group: queries.plain_group,
    **dict.fromkeys((exp.Union, exp.Except, exp.Intersect), queries.sqlite_set_operation),
}
_DUCKDB: dict[type[exp.Expr], Rule] = {
    exp.Cast: casting.cast_node,
    exp.Div: arithmetic.duckdb_division,
    exp.Round: arithmetic.duckdb_round,
    exp.Log: arithmetic.log_ten,
    exp.CurrentTimestamp: casting.duckdb_now,
    exp.TimeToStr: casting.duckdb_to_char,
    **dict.fromkeys((exp.TimestampTrunc, exp.DateTrunc), casting.duckdb_truncate),
    **dict.fromkeys((*_COMPARISONS, exp.Between, exp.In), comparing.duckdb),
    exp.Like: text.escaped_like,
    exp.ILike: text.escaped_like,
}
_RULES: dict[Dialect, dict[type[exp.Expr], Rule]] = {"postgres": _POSTGRES, "mysql": _MYSQL, "sqlite": _SQLITE, "duckdb": _DUCKDB}


def lowered(tree: exp.Expr, kinds: Kinds, dialect: Dialect) -> exp.Expr:
    """The tree for the dialect. It is used up. Raises NotTranslatable."""
    context = Lowering(dialect, kinds)
    result = _lower(tree, context, _RULES[dialect])
    context.refuse_loose_intervals()
    return result


def _lower(node: exp.Expr, context: Lowering, rules: dict[type[exp.Expr], Rule]) -> exp.Expr:
    for key, value in list(node.args.items()):
        if isinstance(value, exp.Expr):
            changed = _lower(value, context, rules)
            if changed is not value:
                node.set(key, changed)
        elif isinstance(value, list):
            _lower_list(node, key, value, context, rules)
    rule = rules.get(type(node))
    if rule is not None:
        kind = context.kinds.of(node)
        changed = rule(node, context)
        if changed is not node:
            context.kinds.put(changed, kind)
            return changed
    elif context.dialect != "postgres" and isinstance(node, exp.Func):
        portable.refuse_unknown(node, context)
    return node


def _lower_list(node: exp.Expr, key: str, values: list[object], context: Lowering, rules: dict[type[exp.Expr], Rule]) -> None:
    found = [_lower(value, context, rules) if isinstance(value, exp.Expr) else value for value in values]
    if any(new is not old for new, old in zip(found, values, strict=True)):
        node.set(key, found)

"""The functions that mean the same everywhere, or are made to by a rule. Others would fail at the source, or worse, not fail."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.lowering.context import Lowering
from analytics_platform.sql.functions import NAMED, words

_EVERYWHERE = frozenset(
    getattr(exp, name)
    for name in words("""
        Abs Acos And Asin Atan Atan2 Avg Case Cast Ceil Coalesce Collate Concat ConcatWs Cos Count CumeDist CurrentDate CurrentTimestamp Degrees DenseRank
        Exists Exp Extract FirstValue Floor GroupConcat If Lag LastValue Lead Left Length Ln Log LogicalAnd LogicalOr Lower Max Min NthValue Ntile Nullif Or
        PercentRank Pow Radians Rand Rank Replace Right Round RowNumber Sign Sin Sqrt StrPosition Substring Sum Tan TimeToStr TimestampTrunc DateTrunc Trim
        Upper Localtimestamp Greatest Least
    """)
)
_ALSO = {
    "mysql": frozenset([exp.Pad, exp.RegexpLike, exp.RegexpReplace, exp.Reverse, exp.Repeat, exp.Ascii, exp.StddevPop, exp.StddevSamp, exp.MD5]),
    "sqlite": frozenset([exp.Unicode]),
    "duckdb": frozenset(
        getattr(exp, name)
        for name in words("""
            AnyValue ApproxDistinct ArrayAgg Ascii Cbrt Chr Corr CovarPop CovarSamp Initcap MD5 Median Mode Pad PercentileCont PercentileDisc RegexpILike RegexpLike
            RegexpReplace Repeat Reverse Sinh SplitPart StartsWith Stddev StddevPop StddevSamp Tanh Translate Trunc TryCast Unnest Variance VariancePop Array
            GenerateSeries ExplodingGenerateSeries
        """)
    ),
}  # fmt: skip


def function_name(node: exp.Expr) -> str:
    """What a function is called in SQL."""
    return str(node.sql_name()).lower() if isinstance(node, exp.Func) else str(node.key)


def refuse_unknown(node: exp.Expr, context: Lowering) -> None:
    """Raises NotTranslatable for a function that nothing is known of in the dialect."""
    if context.dialect == "duckdb" and isinstance(node, exp.Anonymous) and node.name.lower() in NAMED["duckdb"]:
        return
    if isinstance(node, exp.Anonymous) or (type(node) not in _EVERYWHERE and type(node) not in _ALSO[context.dialect]):
        name = node.name.lower() if isinstance(node, exp.Anonymous) else function_name(node)
        context.refuse(node, f"The function {name}")

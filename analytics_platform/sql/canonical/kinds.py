"""What type an expression of canonical SQL has, by PostgreSQL's rules: division, rounding and comparison depend on it in other dialects."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp

from analytics_platform.sql.canonical.model import FieldType
from analytics_platform.sql.canonical.relations import Kind
from analytics_platform.sql.trees import walk

NUMERIC = frozenset(["integer", "decimal", "number"])
DATED = frozenset(["date", "datetime"])
UNKNOWN: Kind = ""
_FIELD_TYPES: dict[str, FieldType] = {
    "string": "string", "integer": "integer", "number": "number", "decimal": "decimal", "boolean": "boolean",
    "date": "date", "time": "time", "datetime": "datetime", "json": "json", "binary": "binary",
}  # fmt: skip

_OF_SQL: dict[exp.DType, Kind] = {
    **dict.fromkeys([exp.DType.INT, exp.DType.BIGINT, exp.DType.SMALLINT, exp.DType.TINYINT, exp.DType.UINT, exp.DType.UBIGINT], "integer"),
    **dict.fromkeys([exp.DType.DECIMAL, exp.DType.MONEY, exp.DType.BIGNUM], "decimal"),
    **dict.fromkeys([exp.DType.DOUBLE, exp.DType.FLOAT], "number"),
    exp.DType.BOOLEAN: "boolean",
    exp.DType.DATE: "date",
    **dict.fromkeys([exp.DType.TIME, exp.DType.TIMETZ], "time"),
    **dict.fromkeys([exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ, exp.DType.DATETIME, exp.DType.TIMESTAMPNTZ], "datetime"),
    **dict.fromkeys([exp.DType.JSON, exp.DType.JSONB], "json"),
    **dict.fromkeys([exp.DType.BINARY, exp.DType.VARBINARY, exp.DType.BLOB], "binary"),
    **dict.fromkeys([exp.DType.TEXT, exp.DType.VARCHAR, exp.DType.CHAR, exp.DType.UUID, exp.DType.NVARCHAR, exp.DType.NCHAR], "string"),
    exp.DType.INTERVAL: "interval",
}  # fmt: skip


class Kinds:
    """The type of each node of a tree. It holds the nodes, so that their ids stay theirs."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[exp.Expr, Kind]] = {}

    def of(self, node: object) -> Kind:
        """The type of a node that was looked at, else nothing."""
        held = self._held.get(id(node))
        return held[1] if held is not None else UNKNOWN

    def put(self, node: exp.Expr, kind: Kind) -> Kind:
        self._held[id(node)] = (node, kind)
        return kind

    def copied(self, node: exp.Expr) -> exp.Expr:
        """A copy whose nodes have the types of the original's."""
        copy = node.copy()
        for mine, other in zip(walk(node), walk(copy), strict=True):
            held = self._held.get(id(mine))
            if held is not None:
                self._held[id(other)] = (other, held[1])
        return copy

    def infer(self, node: exp.Expr) -> Kind:
        """The type of a node whose children are known."""
        rule = _RULES.get(type(node))
        if rule is not None:
            return self.put(node, rule(node, self.of))
        if isinstance(node, exp.Predicate | exp.Connector):
            return self.put(node, "boolean")
        return self.put(node, UNKNOWN)


def kind_of_type(node: exp.Expr) -> Kind:
    """The field type of a DataType node."""
    return _OF_SQL.get(node.this, UNKNOWN) if isinstance(node, exp.DataType) else UNKNOWN


def field_type(kind: Kind) -> FieldType:
    """What the API says; what is not known reads as text."""
    return _FIELD_TYPES.get(kind, "string")


def common(kinds: Iterable[Kind]) -> Kind:
    """The type that several branches have together."""
    found: Kind = UNKNOWN
    for kind in kinds:
        if found in (UNKNOWN, kind):
            found = kind
        elif {found, kind} <= NUMERIC:
            found = "number" if "number" in (found, kind) else "decimal"
        elif {found, kind} <= DATED:
            found = "datetime"
        elif found == "string" and kind in DATED:
            found = kind
    return found


_Of = Callable[[object], Kind]
_Rule = Callable[[exp.Expr, _Of], Kind]


def _arithmetic(node: exp.Expr, of: _Of) -> Kind:
    left, right = of(node.this), of(node.expression)
    if left in DATED or right in DATED:
        return _dated(node, left, right)
    if "interval" in (left, right):
        return "interval"
    kinds = {left, right} & NUMERIC
    if not kinds:
        return UNKNOWN
    return common(kinds)


def _quotient(node: exp.Expr, of: _Of) -> Kind:
    """EXTRACT gives a numeric in PostgreSQL, so it is not divided as an integer."""
    whole = _arithmetic(node, of)
    sides = [side.this if isinstance(side, exp.Paren) else side for side in (node.this, node.expression)]
    return "decimal" if whole == "integer" and any(isinstance(side, exp.Extract) for side in sides) else whole


def _dated(node: exp.Expr, left: Kind, right: Kind) -> Kind:
    if left in DATED and right in DATED:
        return "integer" if (left, right) == ("date", "date") else "interval"
    other = right if left in DATED else left
    if other in ("interval", UNKNOWN) and not _is_whole(node.expression):
        return "datetime"
    return left if left in DATED else right


def _is_whole(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string


def _literal(node: exp.Expr, _: _Of) -> Kind:
    if node.is_string:
        return "string"
    return "integer" if node.name.isdigit() else "decimal"


def _same(node: exp.Expr, of: _Of) -> Kind:
    return of(node.this)


def _fixed(kind: Kind) -> _Rule:
    return lambda node, of: kind


def _average(node: exp.Expr, of: _Of) -> Kind:
    inner = of(node.this)
    return inner if inner in ("number", "interval") else "decimal"


def _branches(node: exp.Expr, of: _Of) -> Kind:
    values = [branch.args.get("true") for branch in node.args.get("ifs") or ()]
    return common(of(value) for value in [*values, node.args.get("default")] if value is not None)


def _either(node: exp.Expr, of: _Of) -> Kind:
    return common(of(value) for value in [node.this, *node.expressions])


def _rounded(node: exp.Expr, of: _Of) -> Kind:
    inner = of(node.this)
    if node.args.get("decimals") is None:
        return inner or "decimal"
    return "decimal"


def _truncated(node: exp.Expr, of: _Of) -> Kind:
    return "datetime"


def _extracted(node: exp.Expr, of: _Of) -> Kind:
    return "decimal" if node.name.lower() in ("epoch", "second", "seconds") else "integer"


def _subquery(node: exp.Expr, of: _Of) -> Kind:
    return of(node.this)


def _quantile(node: exp.Expr, of: _Of) -> Kind:
    order = node.args.get("expression")
    items = order.expressions if order is not None else []
    inner = of(items[0].this) if items else UNKNOWN
    if isinstance(node.this, exp.PercentileCont):
        return "number" if inner in NUMERIC or inner == UNKNOWN else inner
    return inner


_RULES: dict[type[exp.Expr], _Rule] = {
    exp.Literal: _literal,
    exp.Boolean: _fixed("boolean"),
    exp.Cast: lambda node, of: kind_of_type(node.args["to"]),
    exp.TryCast: lambda node, of: kind_of_type(node.args["to"]),
    exp.Div: _quotient,
    exp.Interval: _fixed("interval"),
    exp.Case: _branches,
    exp.If: lambda node, of: common(of(node.args.get(n)) for n in ("true", "false") if node.args.get(n) is not None),
    **dict.fromkeys([exp.Add, exp.Sub, exp.Mul, exp.Mod], _arithmetic),
    **dict.fromkeys([exp.Coalesce, exp.Greatest, exp.Least], _either),
    **dict.fromkeys(
        [
            exp.Paren, exp.Neg, exp.Alias, exp.Nullif, exp.Abs, exp.Min, exp.Max, exp.Sum, exp.Window, exp.Filter, exp.Distinct, exp.Lag, exp.Lead,
            exp.FirstValue, exp.LastValue, exp.NthValue, exp.AnyValue, exp.IgnoreNulls, exp.RespectNulls, exp.Ordered, exp.Collate, exp.Order, exp.Mode,
        ],
        _same,
    ),
    **dict.fromkeys([exp.Count, exp.CountIf, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.Length, exp.StrPosition, exp.Sign, exp.ApproxDistinct, exp.Ascii], _fixed("integer")),
    **dict.fromkeys([exp.PercentRank, exp.CumeDist, exp.Sqrt, exp.Exp, exp.Ln, exp.Pow, exp.Log, exp.Rand, exp.Corr], _fixed("number")),
    **dict.fromkeys([exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.Variance, exp.VariancePop], _average),
    **dict.fromkeys([exp.Ceil, exp.Floor], lambda node, of: of(node.this) or "decimal"),
    **dict.fromkeys([exp.Round, exp.Trunc], _rounded),
    exp.Avg: _average,
    exp.WithinGroup: _quantile,
    **dict.fromkeys([exp.TimestampTrunc, exp.DateTrunc], _truncated),
    exp.Extract: _extracted,
    exp.CurrentDate: _fixed("date"),
    exp.CurrentTimestamp: _fixed("datetime"),
    exp.Localtimestamp: _fixed("datetime"),
    exp.CurrentTime: _fixed("time"),
    exp.Subquery: _subquery,
    exp.Tuple: _fixed(UNKNOWN),
    **dict.fromkeys([exp.LogicalAnd, exp.LogicalOr, exp.Exists, exp.Not], _fixed("boolean")),
    **dict.fromkeys(
        [
            exp.Concat, exp.ConcatWs, exp.DPipe, exp.Upper, exp.Lower, exp.Trim, exp.Substring, exp.Left, exp.Right, exp.Replace, exp.TimeToStr, exp.ToChar,
            exp.GroupConcat, exp.Initcap, exp.SplitPart, exp.Pad, exp.Reverse, exp.Repeat, exp.RegexpReplace, exp.MD5, exp.Chr,
        ],
        _fixed("string"),
    ),
}  # fmt: skip
"""By node; predicates are booleans, and what is not here has no known type."""

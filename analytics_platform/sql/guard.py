"""Whether a statement only reads. Allow-lists of nodes, of their parts and of functions over the whole tree: what is not known is refused."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.functions import CLOCK_WITHOUT_ARGUMENTS, NAMED, TYPED, VOLATILE_NAMED, VOLATILE_TYPED, words
from analytics_platform.sql.parsing import fault_at
from analytics_platform.sql.problems import BadParameter, FunctionNotAllowed, NotReadOnly, SqlProblem, SqlSyntaxError
from analytics_platform.sql.trees import walk

QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)

NODES: frozenset[type[exp.Expr]] = frozenset(
    getattr(exp, name)
    for name in words("""
        Select Union Except Intersect Subquery Values With CTE From Join Where Group Having Qualify Order Ordered Limit LimitOptions Offset Fetch
        Cube Rollup GroupingSets Distinct Window WindowSpec WithinGroup Filter IgnoreNulls RespectNulls HavingMax Lateral TableSample RecursiveWithSearch
        Table TableAlias Alias Aliases Column Identifier Star Dot Bracket Slice Tuple Paren Var Literal Boolean Null National Introducer
        HexString BitString ByteString RawString UnicodeString Placeholder
        DataType DataTypeParam Interval IntervalSpan AtTimeZone FromTimeZone CharacterSet
        Not Add Sub Mul Div IntDiv Mod Neg DPipe BitwiseAnd BitwiseOr BitwiseXor BitwiseNot BitwiseLeftShift BitwiseRightShift
        EQ NEQ GT GTE LT LTE NullSafeEQ NullSafeNEQ Is In Between Like ILike SimilarTo Glob Escape Any All Overlaps Distance
        ColumnDef Lambda Kwarg PropertyEQ Comprehension Opclass
        JSON JSONPath JSONPathKey JSONPathRoot JSONPathSubscript JSONPathWildcard JSONPathSlice JSONPathUnion JSONPathRecursive JSONPathSelector JSONPathFilter
        JSONKeyValue JSONValue JSONColumnDef JSONSchema JSONExtractQuote OnCondition FormatJson JSONPathPart
    """)
    if hasattr(exp, name)
)

PARTS: dict[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset(
        words("with_ expressions distinct from_ joins laterals where group having qualify windows order limit offset sample kind")
    ),
    exp.Table: frozenset(words("this db catalog alias joins sample only laterals rows_from ordinality")),
    exp.Subquery: frozenset(words("this alias with_ order limit offset joins sample laterals")),
    exp.ColumnDef: frozenset(words("this kind")),
    exp.Join: frozenset(words("this on using side kind method match_condition")),
    exp.Lateral: frozenset(words("this alias outer cross_apply ordinality view")),
}
"""The parts of the structural nodes that are known; a statement with another one is refused."""

HINTS: dict[type[exp.Expr], tuple[str, ...]] = {exp.Select: ("hint", "operation_modifiers"), exp.Table: ("hints",)}
"""Advice to the optimizer, which changes no row: it is dropped."""

TYPES: frozenset[exp.DType] = frozenset(
    getattr(exp.DType, name)
    for name in words("""
        ARRAY BIGINT BIGNUM BINARY BIT BLOB BOOLEAN BPCHAR CHAR DATE DATE32 DATETIME DATETIME2 DATETIME64 DECIMAL DECIMAL32 DECIMAL64 DECIMAL128 DECIMAL256
        DOUBLE FLOAT INET INT INT128 INT256 INTERVAL JSON JSONB LIST LONGBLOB LONGTEXT MAP MEDIUMBLOB MEDIUMINT MEDIUMTEXT MONEY NAME NCHAR NULL NUMMULTIRANGE
        NUMRANGE NVARCHAR SMALLINT SMALLDATETIME STRUCT TEXT TIME TIMETZ TIME_NS TIMESTAMP TIMESTAMPLTZ TIMESTAMPNTZ TIMESTAMPTZ TIMESTAMP_MS TIMESTAMP_NS
        TIMESTAMP_S TINYBLOB TINYINT TINYTEXT UBIGINT UDECIMAL UDOUBLE UINT UINT128 UMEDIUMINT UNION USMALLINT UTINYINT UNKNOWN UUID VARBINARY VARCHAR
        YEAR CHARACTER_SET DATERANGE INT4RANGE INT8RANGE TSRANGE TSTZRANGE
    """)
    if hasattr(exp.DType, name)
)

_LOOKED_INTO: tuple[type[exp.Expr], ...] = (
    exp.Func,
    exp.Parameter,
    exp.Select,
    exp.Group,
    exp.Dot,
    exp.Table,
    exp.In,
    exp.DataType,
    *PARTS,
    *HINTS,
)
_PLAIN = frozenset(kind for kind in NODES if not issubclass(kind, _LOOKED_INTO))
"""Nodes of which it is enough that they are known: most of a tree."""

_STEADY = _PLAIN - VOLATILE_TYPED - {exp.Literal}
_MOMENTS = ("now", "today", "tomorrow", "yesterday")
_OF_SQLITE_NOW = (exp.TsOrDsToTimestamp, exp.Date, exp.TimeToUnix)
"""What reads the clock in SQLite where it is given nothing."""


def check_tree(tree: exp.Expr, *, dialect: Dialect) -> list[exp.Expr]:
    """The nodes of a reading statement. Raises NotReadOnly or FunctionNotAllowed for any other. Optimizer hints are dropped from the tree."""
    if not isinstance(tree, QUERIES):
        raise NotReadOnly(f"Only SELECT statements are run, not {_spoken(tree)}.")
    nodes = []
    for node in walk(tree):
        nodes.append(node)
        kind = type(node)
        if kind in _PLAIN:
            continue
        for name in HINTS.get(kind, ()):
            node.set(name, None)
        problem = _problem_of(node, dialect)
        if problem is not None:
            raise problem
    return nodes


def is_volatile(nodes: Iterable[exp.Expr], *, dialect: Dialect) -> bool:
    """Whether the same statement may give other rows over the same data: among its nodes one reads the clock or draws lots."""
    return any(type(node) not in _STEADY and _is_volatile_node(node, dialect) for node in nodes)


def _problem_of(node: exp.Expr, dialect: Dialect) -> SqlProblem | None:
    kind = type(node)
    if isinstance(node, exp.Anonymous):
        return _function_problem(node, dialect)
    if isinstance(node, exp.Func):
        return None if kind in TYPED else _refusal(node, FunctionNotAllowed, f"The function {_function_name(node)} may not be used here.")
    if isinstance(node, exp.Parameter):
        return _refusal(node, BadParameter, "Parameters are written as :name; session variables may not be used.")
    if kind not in NODES:
        return _refusal(node, NotReadOnly, f"{_spoken(node)} is not part of the SQL that is run here.")
    if _is_unfinished(node, dialect):
        return _refusal(node, SqlSyntaxError, "The statement ends too early: nothing stands after SELECT or GROUP BY.")
    unknown = _unknown_part(node)
    if unknown is not None:
        return _refusal(node, NotReadOnly, f"{unknown.strip('_').upper()} is not part of the SQL that is run here.")
    if isinstance(node, exp.Dot) and (isinstance(node.expression, exp.Func) or not _is_field(node, dialect)):
        return _refusal(node, FunctionNotAllowed, "Functions are called by their bare name.")
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Func) and node.args.get("db"):
        return _refusal(node, FunctionNotAllowed, "Functions are called by their bare name.")
    if isinstance(node, exp.In) and node.args.get("field") and dialect != "duckdb":
        return _refusal(node, NotReadOnly, "IN takes a list or a query in parentheses.")  # SQLite reads the table of that name
    if isinstance(node, exp.DataType) and node.this not in TYPES:
        return _refusal(node, NotReadOnly, f"The type {node.sql(dialect)} may not be used here.")
    return None


def _is_field(node: exp.Dot, dialect: Dialect) -> bool:
    """Whether a dot takes a field. In PostgreSQL (x).f is also f(x), so there only names are taken that no function has."""
    if dialect == "postgres":
        return isinstance(node.expression, exp.Star) or node.expression.name in ("key", "value")
    return dialect == "duckdb"


def _is_unfinished(node: exp.Expr, dialect: Dialect) -> bool:
    """A SELECT of nothing (PostgreSQL knows it, under EXISTS), a GROUP BY nothing."""
    if isinstance(node, exp.Select):
        return not node.expressions and not (dialect == "postgres" and isinstance(node.parent, exp.Exists))
    return isinstance(node, exp.Group) and not any(node.args.values())


def _unknown_part(node: exp.Expr) -> str | None:
    known = PARTS.get(type(node))
    if known is None:
        return None
    return next((name for name, value in node.args.items() if value and name not in known), None)


def _function_problem(node: exp.Anonymous, dialect: Dialect) -> SqlProblem | None:
    name = node.name
    quoted = isinstance(node.this, exp.Identifier) and node.this.quoted
    if name.lower() in NAMED[dialect] and not (quoted and name != name.lower()):
        return None
    return _refusal(node, FunctionNotAllowed, f"The function {name.lower()} may not be used here.")


def _is_volatile_node(node: exp.Expr, dialect: Dialect) -> bool:
    if type(node) in VOLATILE_TYPED:
        return True
    if isinstance(node, exp.Anonymous):
        name, arguments = node.name.lower(), len(node.expressions)
        return name in VOLATILE_NAMED or (name in CLOCK_WITHOUT_ARGUMENTS and arguments <= (1 if name in ("strftime", "age") else 0))
    if isinstance(node, exp.Literal) and node.is_string:
        return node.name.strip().lower().startswith(_MOMENTS)
    if dialect == "sqlite" and isinstance(node, _OF_SQLITE_NOW):
        return node.args.get("this") is None
    return False


def _refusal(node: exp.Expr, kind: type[SqlProblem], message: str) -> SqlProblem:
    fault = fault_at(node, code=kind.code, message=message)
    return kind(message, line=fault.line, column=fault.column)


def _function_name(node: exp.Func) -> str:
    return str(node.sql_name()).lower()


def _spoken(node: exp.Expr) -> str:
    if isinstance(node, exp.Command):
        return str(node.this).upper()
    return str(node.key).upper()

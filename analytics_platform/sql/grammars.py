"""How each dialect is read and written here: functions as they were written, never as another that means nearly the same.

sqlglot reads a function into what it means and writes that in any dialect, which is right between dialects and wrong within one: DuckDB's
`left(x, -1)`, `dayname`, `regexp_matches` or SQLite's `mod` come out as something else. So a statement that is to run where it was written
keeps its calls by name; only what has a grammar of its own, and what the pipeline looks for, is read into sqlglot's classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as Grammar
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.mysql import MySQL
from sqlglot.dialects.postgres import Postgres
from sqlglot.dialects.sqlite import SQLite
from sqlglot.generators.duckdb import DuckDBGenerator
from sqlglot.generators.mysql import MySQLGenerator
from sqlglot.generators.postgres import PostgresGenerator
from sqlglot.generators.sqlite import SQLiteGenerator
from sqlglot.parser import Parser
from sqlglot.parsers.duckdb import DuckDBParser
from sqlglot.parsers.mysql import MySQLParser
from sqlglot.parsers.postgres import PostgresParser
from sqlglot.parsers.sqlite import SQLiteParser
from sqlglot.tokenizer_core import TokenType

from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.functions import words
from analytics_platform.sql.trees import find_all

_LOOKED_FOR = words("COUNT SUM AVG MIN MAX COALESCE UNNEST ARRAY STRUCT STRUCT_PACK COLUMNS")
"""Written the same in every dialect, and told apart by name resolution and by the warnings."""

_MAX_PARTS = 5  # of a call at the end of a name: catalog, schema, table, column, function

_WITHOUT_GRAMMAR = words("""
    ARG_MAX ARGMAX MAX_BY ARG_MIN ARGMIN MIN_BY APPROX_QUANTILE QUANTILE QUANTILE_CONT QUANTILE_DISC MAX MIN CEIL FLOOR INITCAP DECODE STRING_AGG
    STRINGAGG LISTAGG JSON_AGG DATE_PART JSONB_EXISTS
""")
"""Functions that sqlglot has a parser for, and that are plain calls all the same."""


def _called_by_name(parser: type[Parser]) -> dict[str, Callable[..., Any]]:
    return {name: build for name, build in parser.FUNCTIONS.items() if name in _LOOKED_FOR}


def _with_grammar(parser: type[Parser], *, plain: tuple[str, ...] = ()) -> dict[str, Callable[..., Any]]:
    return {name: parse for name, parse in parser.FUNCTION_PARSERS.items() if name not in (*_WITHOUT_GRAMMAR, *plain)}


def _with_unit(name: str) -> Callable[..., Any]:
    """A function whose first argument is a unit of time, which looks like a column and is none."""

    def build(args: list[exp.Expr]) -> exp.Anonymous:
        units = [exp.var(arg.name) if isinstance(arg, exp.Column) else arg for arg in args[:1]]
        return exp.Anonymous(this=name, expressions=[*units, *args[1:]])

    return build


def _typed_literal(_: Parser, this: exp.Expr, data_type: exp.DataType) -> exp.Expr:
    """`DATE '2024-01-01'::text`: the type belongs to the literal, whatever operators follow it."""
    literal = this
    while not isinstance(literal, exp.Literal):
        literal = literal.this
    typed = exp.Cast(this=literal.copy(), to=data_type)
    if literal is this:
        return typed
    literal.replace(typed)
    return this


_TYPED_LITERALS: dict[exp.DType, Callable[[Any, Any, Any], Any]] = dict.fromkeys(exp.DType, _typed_literal)


class PostgresAsWritten(Postgres):
    """PostgreSQL."""

    class Parser(PostgresParser):
        TYPE_LITERAL_PARSERS: ClassVar = _TYPED_LITERALS
        FUNCTIONS: ClassVar = _called_by_name(PostgresParser)
        FUNCTION_PARSERS: ClassVar = _with_grammar(PostgresParser, plain=words("CHAR CHR JSON_OBJECT"))

    class Generator(PostgresGenerator):
        MULTI_ARG_DISTINCT = True
        TRANSFORMS: ClassVar = {**PostgresGenerator.TRANSFORMS, exp.Hex: lambda self, node: self.func("TO_HEX", node.this)}


class MySqlAsWritten(MySQL):
    """MySQL as both servers read it: MariaDB has no REGEXP_LIKE, and neither has AT TIME ZONE."""

    class Parser(MySQLParser):
        TYPE_LITERAL_PARSERS: ClassVar = _TYPED_LITERALS
        FUNCTIONS: ClassVar = {
            **_called_by_name(MySQLParser),
            **{name: _with_unit(name) for name in words("TIMESTAMPDIFF TIMESTAMPADD GET_FORMAT")},
        }
        FUNCTION_PARSERS: ClassVar = _with_grammar(MySQLParser)
        PRIMARY_PARSERS: ClassVar = {
            **MySQLParser.PRIMARY_PARSERS,
            TokenType.HEX_STRING: lambda self, token: exp.HexString(this=token.text, is_integer=self.sql[token.start] == "0"),
        }

    class Generator(MySQLGenerator):
        TRANSFORMS: ClassVar = {
            **MySQLGenerator.TRANSFORMS,
            exp.HexString: lambda self, node: (
                f"0x{node.this}" if node.args.get("is_integer") else f"x'{node.this}'"
            ),  # MariaDB counts with one
            exp.Median: lambda self, node: self.func("MEDIAN", node.this),
            exp.RegexpLike: lambda self, node: self.binary(node, "REGEXP"),
            exp.UtcDate: lambda self, node: "UTC_DATE()",
            exp.UtcTime: lambda self, node: self.func("UTC_TIME", node.this),
            exp.UtcTimestamp: lambda self, node: self.func("UTC_TIMESTAMP", node.this),
        }


class SqliteAsWritten(SQLite):
    """SQLite."""

    class Parser(SQLiteParser):
        TYPE_LITERAL_PARSERS: ClassVar = _TYPED_LITERALS
        FUNCTIONS: ClassVar = _called_by_name(SQLiteParser)
        FUNCTION_PARSERS: ClassVar = _with_grammar(SQLiteParser, plain=words("CHAR CHR GROUP_CONCAT"))

    class Generator(SQLiteGenerator):
        TRANSFORMS: ClassVar = {
            **SQLiteGenerator.TRANSFORMS,
            exp.Cast: lambda self, node: (
                f"CAST({self.sql(node, 'this')} AS {self.sql(node, 'to')})"
            ),  # AS DATE is numeric too, and no date()
        }
        TYPE_MAPPING: ClassVar = {
            **SQLiteGenerator.TYPE_MAPPING,
            exp.DType.BOOLEAN: "BOOLEAN",  # its affinity is numeric, not integer
            exp.DType.DECIMAL: "DECIMAL",  # as is this one's
        }


class DuckDbAsWritten(DuckDB):
    """DuckDB."""

    class Parser(DuckDBParser):
        TYPE_LITERAL_PARSERS: ClassVar = _TYPED_LITERALS
        FUNCTIONS: ClassVar = _called_by_name(DuckDBParser)
        FUNCTION_PARSERS: ClassVar = _with_grammar(DuckDBParser, plain=words("CHAR CHR GROUP_CONCAT"))

    class Generator(DuckDBGenerator):
        MULTI_ARG_DISTINCT = True
        TRANSFORMS: ClassVar = {
            **DuckDBGenerator.TRANSFORMS,
            exp.WithinGroup: lambda self, node: f"{self.sql(node, 'this')} WITHIN GROUP ({self.sql(node, 'expression').strip()})",
            exp.Substring: lambda self, node: self.func("SUBSTRING", node.this, node.args.get("start"), node.args.get("length")),
        }


AS_WRITTEN: Mapping[Dialect, type[Grammar]] = {
    "postgres": PostgresAsWritten,
    "mysql": MySqlAsWritten,
    "sqlite": SqliteAsWritten,
    "duckdb": DuckDbAsWritten,
}


def put_right(tree: exp.Expr, *, dialect: Dialect) -> exp.Expr:
    """A tree that was read as written, where sqlglot still took something for what it is not in this dialect."""
    if dialect == "duckdb":
        for dot in reversed(list(find_all(tree, exp.Dot))):  # what stands inside comes first
            if isinstance(dot.expression, exp.Anonymous) and len(dot.parts) <= _MAX_PARTS:
                dot.replace(_plain_call(dot.this, dot.expression))
    if dialect == "mysql":
        for sum_ in find_all(tree, exp.Add):
            if isinstance(sum_.expression, exp.Interval) and sum_.expression.args.get("unit") is None:
                sum_.set("expression", sum_.expression.this)  # INTERVAL 1 DAY + '2024-01-01' is no sum of intervals
    return tree


def _plain_call(value: exp.Expr, call: exp.Anonymous) -> exp.Anonymous:
    """DuckDB's `value.f(a)` as f(value, a), which is how it is checked, resolved and run. What may be a schema is looked up as a column."""
    parts = list(value.flatten()) if isinstance(value, exp.Dot) else [value]
    names = [part for part in parts if isinstance(part, exp.Identifier)]
    if len(names) == len(parts):
        value = exp.Column(**dict(zip(("this", "table", "db", "catalog"), reversed(names), strict=False)))
    return exp.Anonymous(this=call.this, expressions=[value, *call.expressions])

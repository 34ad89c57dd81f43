"""Division, rounding and extremes: PostgreSQL divides integers to integers, keeps decimals exact and lets GREATEST ignore nulls."""

from __future__ import annotations

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare, call, cast_to, data_type
from analytics_platform.sql.canonical.lowering.context import Lowering
from analytics_platform.sql.trees import holds

_AWAY_FROM_ZERO = "1.00000000000001"  # lifts what binary fractions left just under a half, as 2.675, over it


def postgres_round(node: exp.Expr, context: Lowering) -> exp.Expr:
    """PostgreSQL rounds numerics alone to so many places."""
    if node.args.get("decimals") is not None and context.kind(node.this) not in ("integer", "decimal"):
        node.set("this", cast_to(node.this, "decimal", "postgres"))
    return node


def postgres_division(node: exp.Expr, context: Lowering) -> exp.Expr:
    """A sum of integers may be a numeric there, by the size of the column that is summed."""
    if context.kind(node) == "integer":
        for side in ("this", "expression"):
            if holds(node.args[side], exp.Sum, exp.Column) and not isinstance(bare(node.args[side]), exp.Count):
                node.set(side, cast_to(node.args[side], "integer", "postgres"))
    return node


def mysql_round(node: exp.Expr, context: Lowering) -> exp.Expr:
    if context.kind(node.this) == "number":
        node.set("this", cast_to(node.this, "decimal", "mysql"))
    return node


def duckdb_round(node: exp.Expr, context: Lowering) -> exp.Expr:
    """Averages and quotients of decimals are doubles there; exact halves are to go up all the same."""
    if context.kind(node.this) != "integer":
        node.set("this", exp.Cast(this=bare(node.this), to=data_type("DECIMAL(38, 10)", "duckdb")))
    return node


def sqlite_round(node: exp.Expr, context: Lowering) -> exp.Expr:
    places = node.args.get("decimals")
    if context.kind(node.this) == "integer":
        return node if places is not None else bare(node.this)
    node.set("this", exp.Mul(this=grouped(node.this), expression=exp.Literal.number(_AWAY_FROM_ZERO)))
    return node


def mysql_trunc(node: exp.Expr, context: Lowering) -> exp.Expr:
    return call("TRUNCATE", node.this, node.args.get("decimals") or exp.Literal.number(0))


def sqlite_trunc(node: exp.Expr, context: Lowering) -> exp.Expr:
    places = node.args.get("decimals")
    if places is None:
        return cast_to(node.this, "integer", "sqlite")
    if not isinstance(places, exp.Literal):
        context.refuse(node, "TRUNC to a number of places that is not written out")
    factor = exp.Literal.number(f"1{'0' * int(places.name)}.0")
    scaled = exp.Mul(this=grouped(node.this), expression=factor)
    return exp.Div(this=cast_to(scaled, "integer", "sqlite"), expression=factor.copy(), typed=True)


def mysql_division(node: exp.Expr, context: Lowering) -> exp.Expr:
    left, right = context.kind(node.this), context.kind(node.expression)
    if context.kind(node) == "integer":
        return exp.IntDiv(this=grouped(node.this), expression=grouped(node.expression))
    if "number" not in (left, right) and not is_small_power_of_ten(node.expression):
        node.set("this", cast_to(node.this, "decimal", "mysql"))
    return node


def sqlite_division(node: exp.Expr, context: Lowering) -> exp.Expr:
    """A decimal that is whole is stored as an integer there, and would be divided as one."""
    if context.kind(node) != "integer":
        node.set("this", cast_to(node.this, "number", "sqlite"))
    return node


def duckdb_division(node: exp.Expr, context: Lowering) -> exp.Expr:
    left = context.kind(node.this)
    if context.kind(node) == "integer":
        return exp.IntDiv(this=grouped(node.this), expression=grouped(node.expression))
    if left in ("integer", "decimal") and is_small_power_of_ten(node.expression):
        zeros = len(node.expression.name.partition(".")[0]) - 1
        return exp.Mul(this=node.this, expression=exp.Literal.number(f"0.{'0' * (zeros - 1)}1"))
    return node


def sqlite_modulo(node: exp.Expr, context: Lowering) -> exp.Expr:
    """`%` there makes integers of both sides first."""
    if context.kind(node.this) == context.kind(node.expression) == "integer":
        return node
    left, right = grouped(node.this), grouped(node.expression)
    whole = cast_to(exp.Div(this=cast_to(left.copy(), "number", "sqlite"), expression=right.copy(), typed=True), "integer", "sqlite")
    return exp.Paren(this=exp.Sub(this=left, expression=exp.Mul(this=right, expression=whole)))


def log_ten(node: exp.Expr, context: Lowering) -> exp.Expr:
    """LOG of one argument is the common logarithm; MySQL's is the natural one."""
    return call("LOG10", node.this) if node.args.get("expression") is None else node


def sqlite_random(node: exp.Expr, context: Lowering) -> exp.Expr:
    """From 0 to 1; SQLite's own gives any integer."""
    spread = exp.Add(
        this=exp.Div(this=call("RANDOM"), expression=exp.Literal.number("18446744073709551616.0"), typed=True),
        expression=exp.Literal.number("0.5"),
    )
    return exp.Paren(this=spread)


def ignoring_nulls(node: exp.Expr, context: Lowering) -> exp.Expr:
    """GREATEST and LEAST that are null only where all is."""
    from analytics_platform.sql.canonical.lowering.comparing import promoted

    values = [bare(value) for value in promoted([node.this, *node.expressions], context)]
    name = {"mysql": ("GREATEST", "LEAST"), "sqlite": ("MAX", "MIN")}[context.dialect][isinstance(node, exp.Least)]
    if len(values) == 1:
        return values[0]
    filled = []
    for i, value in enumerate(values):
        others = [other.copy() for other in (*values[i + 1 :], *values[:i])]
        filled.append(value.copy() if isinstance(value, exp.Literal) else exp.Coalesce(this=value.copy(), expressions=others))
    return call(name, *filled)


def is_small_power_of_ten(node: exp.Expr) -> bool:
    """10, 100, 100.0 … 10000: dividing by one keeps a decimal exact."""
    if not isinstance(node, exp.Literal) or node.is_string:
        return False
    whole, _, fraction = node.name.partition(".")
    return whole in ("10", "100", "1000", "10000") and not fraction.strip("0")


def grouped(node: exp.Expr) -> exp.Expr:
    """In parentheses where a larger expression would take it apart."""
    return exp.Paren(this=node) if isinstance(node, exp.Binary | exp.Connector | exp.Predicate | exp.Neg | exp.Not) else node

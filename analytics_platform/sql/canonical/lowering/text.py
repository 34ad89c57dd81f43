"""Text: joining it with nulls in it, patterns that tell letters' case, and functions that an engine does not have."""

from __future__ import annotations

import re

from sqlglot import exp

from analytics_platform.sql.canonical.casts import bare, call, cast_to
from analytics_platform.sql.canonical.lowering.arithmetic import grouped
from analytics_platform.sql.canonical.lowering.context import Lowering

_EMPTY = ""


def _filled(value: exp.Expr) -> exp.Expr:
    return value if isinstance(value, exp.Literal) else exp.Coalesce(this=bare(value), expressions=[exp.Literal.string(_EMPTY)])


def concat_coalesced(node: exp.Expr, context: Lowering) -> exp.Expr:
    """CONCAT leaves nulls out; MySQL's is null with one."""
    return call("CONCAT", *[_filled(value) for value in node.expressions])


def sqlite_concat(node: exp.Expr, context: Lowering) -> exp.Expr:
    parts = [_filled(value) for value in node.expressions]
    found = parts[0]
    for part in parts[1:]:
        found = exp.DPipe(this=found, expression=part)
    return exp.Paren(this=found)


def sqlite_concat_ws(node: exp.Expr, context: Lowering) -> exp.Expr:
    """Each part that is not null behind the separator, and the first separator taken off."""
    separator, *values = node.expressions
    parts = [
        exp.Coalesce(this=exp.DPipe(this=separator.copy(), expression=grouped(value)), expressions=[exp.Literal.string(_EMPTY)])
        for value in values
    ]
    found: exp.Expr = parts[0]
    for part in parts[1:]:
        found = exp.DPipe(this=found, expression=part)
    start = exp.Add(this=call("LENGTH", separator.copy()), expression=exp.Literal.number(1))
    return call("SUBSTR", found, start)


def sqlite_joined(node: exp.Expr, context: Lowering) -> exp.Expr:
    """`||` binds tighter than arithmetic there, and looser in PostgreSQL."""
    for side in ("this", "expression"):
        if isinstance(node.args[side], exp.Add | exp.Sub | exp.Mul | exp.Div | exp.Mod):
            node.set(side, exp.Paren(this=node.args[side]))
    return node


def mysql_length(node: exp.Expr, context: Lowering) -> exp.Expr:
    """Letters, not bytes."""
    return call("CHAR_LENGTH", bare(node.this))


def mysql_split_part(node: exp.Expr, context: Lowering) -> exp.Expr:
    text, delimiter, index = node.this, node.args["delimiter"], node.args["part_index"]
    if not isinstance(index, exp.Literal):
        context.refuse(node, "SPLIT_PART with a number that is not written out")
    first = call("SUBSTRING_INDEX", text.copy(), delimiter.copy(), index.copy())
    part = call("SUBSTRING_INDEX", first, delimiter.copy(), exp.Literal.number(-1))
    removed = exp.Sub(
        this=call("CHAR_LENGTH", text.copy()), expression=call("CHAR_LENGTH", call("REPLACE", text.copy(), delimiter.copy(), ""))
    )
    least = exp.Mul(this=exp.Literal.number(int(index.name) - 1), expression=call("CHAR_LENGTH", delimiter.copy()))
    return exp.Case(ifs=[exp.If(this=exp.GTE(this=removed, expression=least), true=part)], default=exp.Literal.string(_EMPTY))


def sqlite_left(node: exp.Expr, context: Lowering) -> exp.Expr:
    return call("SUBSTR", bare(node.this), exp.Literal.number(1), node.expression)


def sqlite_right(node: exp.Expr, context: Lowering) -> exp.Expr:
    return call("SUBSTR", bare(node.this), exp.Neg(this=grouped(node.expression)))


def sqlite_pad(node: exp.Expr, context: Lowering) -> exp.Expr:
    """To a length that is written out: cut where the text is longer, as PostgreSQL does."""
    length, fill = node.expression, node.args.get("fill_pattern")
    if not isinstance(length, exp.Literal) or not (fill is None or isinstance(fill, exp.Literal)):
        context.refuse(node, "Padding to a length that is not written out")
    letters = (fill.name if fill is not None else " ") or " "
    count = int(length.name)
    padding = (letters * count)[:count]
    text = (
        grouped(node.this)
        if isinstance(node.this, exp.Literal) or context.kind(node.this) == "string"
        else cast_to(node.this, "string", "sqlite")
    )
    missing = exp.Sub(this=exp.Literal.number(count), expression=call("LENGTH", text.copy()))
    filler = call("SUBSTR", padding, exp.Literal.number(1), missing)
    both = exp.DPipe(this=filler, expression=text.copy()) if node.args.get("is_left") else exp.DPipe(this=text.copy(), expression=filler)
    is_long = exp.GTE(this=call("LENGTH", text.copy()), expression=exp.Literal.number(count))
    return exp.Case(ifs=[exp.If(this=is_long, true=call("SUBSTR", text, exp.Literal.number(1), exp.Literal.number(count)))], default=both)


# Patterns


def sqlite_like(node: exp.Expr, context: Lowering) -> exp.Expr:
    """LIKE does not tell case there; GLOB does, and has no ESCAPE."""
    pattern, declared = bare(node.expression), _declared_escape(node)
    escape = "\\" if declared is None else declared.name
    if isinstance(pattern, exp.Literal):
        return exp.Glob(this=node.this, expression=exp.Literal.string(_glob(pattern.name, escape)))
    if escape != "\\":
        context.refuse(node, "LIKE with an ESCAPE of its own and a pattern that is not written out")
    marks = [call("CHAR", exp.Literal.number(n)) for n in (1, 2, 3)]
    hidden = [(r"\\", marks[0]), (r"\%", marks[1]), ("\\_", marks[2]), ("\\", exp.Literal.string(_EMPTY))]
    wild = [(letter, exp.Literal.string(glob)) for letter, glob in (("[", "[[]"), ("*", "[*]"), ("?", "[?]"), ("%", "*"), ("_", "?"))]
    found: exp.Expr = pattern
    for letter, written in (*hidden, *wild):
        found = call("REPLACE", found, letter, written.copy())
    for mark, letter in zip(marks, ("\\", "%", "_"), strict=True):
        found = call("REPLACE", found, mark.copy(), letter)
    return exp.Glob(this=node.this, expression=found)


def _declared_escape(node: exp.Expr) -> exp.Expr | None:
    """What ESCAPE says of a pattern; NOT LIKE stands between the two."""
    holder = node.parent.parent if isinstance(node.parent, exp.Not) else node.parent
    return bare(holder.expression) if isinstance(holder, exp.Escape) else None


def sqlite_escape(node: exp.Expr, context: Lowering) -> exp.Expr:
    inner = node.this.this if isinstance(node.this, exp.Not) else node.this
    return node.this if isinstance(inner, exp.Glob) else node


def _glob(pattern: str, escape: str) -> str:
    found = []
    for token in re.findall(rf"{re.escape(escape)}.|." if escape else ".", pattern, re.DOTALL):
        letter = token[-1]
        if len(token) == 1 and letter in "%_":
            found.append("*" if letter == "%" else "?")
        else:
            found.append(f"[{letter}]" if letter in "*?[" else letter)
    return "".join(found)


def sqlite_ilike(node: exp.Expr, context: Lowering) -> exp.Expr:
    """LIKE there folds the letters of ASCII."""
    like = exp.Like(this=node.this, expression=node.expression)
    return like if _declared_escape(node) is not None else escaped(like)


def escaped_like(node: exp.Expr, context: Lowering) -> exp.Expr:
    """A backslash escapes in PostgreSQL's patterns without being declared."""
    return node if _declared_escape(node) is not None else escaped(node)


def escaped(node: exp.Expr) -> exp.Expr:
    pattern = bare(node.expression)
    if isinstance(pattern, exp.Literal) and "\\" not in pattern.name:
        return node
    return exp.Escape(this=node, expression=exp.Literal.string("\\"))


def lowered_like(node: exp.Expr, context: Lowering) -> exp.Expr:
    return exp.Like(this=call("LOWER", bare(node.this)), expression=call("LOWER", bare(node.expression)))


def mysql_regexp_ilike(node: exp.Expr, context: Lowering) -> exp.Expr:
    return exp.RegexpLike(this=node.this, expression=call("CONCAT", "(?i)", node.expression))

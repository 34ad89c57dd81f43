"""From text to the tree of exactly one statement."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as Grammar
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.grammars import AS_WRITTEN, put_right
from analytics_platform.sql.problems import BadParameter, Fault, MultipleStatements, NotReadOnly, SqlSyntaxError
from analytics_platform.sql.trees import find_all

MAX_LENGTH = 100_000
RESERVED_PREFIX = "policy__"
"""How the parameters begin that are bound for access policies; no statement may name one."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PLACE = re.compile(r"\. Line (\d+), Col: (\d+)\.")
_PARAMETERS = (exp.Placeholder, exp.Parameter, exp.SessionParameter)
_INTERNAL = re.compile(r"<class|<Token|Required keyword")  # what the parser says to its own authors

# It logs statements it cannot parse; ours may hold people's values.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


def parse_statement(sql: str, *, dialect: Dialect, as_written: bool = False) -> exp.Expr:
    """The tree of the one statement in `sql`. Raises SqlSyntaxError, MultipleStatements.

    `as_written` is for what will run in its own dialect: calls keep their names. Without it they are read into what they mean, which can be
    written in another dialect.
    """
    if len(sql) > MAX_LENGTH:
        raise SqlSyntaxError(f"A statement may have {MAX_LENGTH:,} characters; this one has {len(sql):,}.")
    if _CONTROL.search(sql):
        raise SqlSyntaxError("The statement holds a control character.")
    grammar = AS_WRITTEN[dialect]() if as_written else Grammar.get_or_raise(dialect)
    try:
        tokens = _one_statement(grammar.tokenize(sql))
        _refuse_executable_comments(tokens)
        trees = grammar.parser().parse(tokens, sql)
    except ParseError as error:
        raise _syntax_error(error) from None
    except TokenError:
        raise SqlSyntaxError("The statement ends inside a string, a quoted name or a comment.") from None
    except RecursionError:
        raise SqlSyntaxError("The statement is nested too deeply.") from None
    if len(trees) != 1 or trees[0] is None:
        raise SqlSyntaxError("There is no statement to run.")
    return put_right(trees[0], dialect=dialect) if as_written else trees[0]


def table_names(sql: str, *, dialect: Dialect) -> list[str]:
    """Names of what a statement reads from, unresolved and without CTEs' names: enough to choose what to tell a model of, never to allow by."""
    tree = parse_statement(sql, dialect=dialect)
    ctes = {cte.alias.casefold() for cte in find_all(tree, exp.CTE)}
    names = (table.name for table in find_all(tree, exp.Table) if table.name)
    return list(dict.fromkeys(name for name in names if name.casefold() not in ctes))


def place_of(node: exp.Expr) -> tuple[int | None, int | None]:
    """Line and column (from 1) where a node stands in the text, if its tokens say so."""
    for part in (node, *find_all(node, exp.Identifier)):
        meta = part.meta
        if "line" in meta:
            return meta["line"], max(1, meta["col"] - (meta["end"] - meta["start"]))
    return None, None


def fault_at(node: exp.Expr, *, code: str, message: str, closest: Iterable[str] = ()) -> Fault:
    """A fault with the place of its node."""
    line, column = place_of(node)
    return Fault(code=code, message=message, line=line, column=column, closest=tuple(closest))


def placeholder_names(nodes: Iterable[exp.Expr]) -> frozenset[str]:
    """The names of the `:name` parameters among the nodes of a tree. Raises BadParameter for any other style."""
    names = set()
    for node in nodes:
        if not isinstance(node, _PARAMETERS):
            continue
        name = node.this if isinstance(node, exp.Placeholder) else None
        if not isinstance(name, str) or not name.isidentifier():
            raise BadParameter(f"{node.sql()} is not a parameter. Write parameters as :name.")
        if name.lower().startswith(RESERVED_PREFIX):
            raise BadParameter(f"Names of parameters may not begin with {RESERVED_PREFIX}.")
        names.add(name)
    return frozenset(names)


def _one_statement(tokens: list[Token]) -> list[Token]:
    end = TokenType.SEMICOLON
    if not any(token.token_type is end for token in tokens):
        return tokens
    statements: list[list[Token]] = [[]]
    for token in tokens:
        if token.token_type is end:
            statements.append([])
        else:
            statements[-1].append(token)
    found = [statement for statement in statements if statement]
    if len(found) > 1:
        first = found[1][0]
        raise MultipleStatements(line=first.line, column=max(1, first.col - len(first.text) + 1))
    return found[0] if found else []


def _refuse_executable_comments(tokens: list[Token]) -> None:
    """MySQL runs what stands in `/*! */`; dropping it would run another statement than the one that was sent."""
    for token in tokens:
        for comment in token.comments:
            if comment.startswith(("!", "M!")):
                raise NotReadOnly("Comments that the server would run (/*! … */) are not accepted.", line=token.line)


def _syntax_error(error: ParseError) -> SqlSyntaxError:
    first = error.errors[0] if error.errors else {}
    near = str(first.get("highlight") or "")
    what = _PLACE.split(str(first.get("description") or "The statement does not parse"))[0]
    if _INTERNAL.search(what):
        what = "Something is missing, or stands where it cannot"
    detail = f"{what} near {near!r}." if near else f"{what}."
    line, col = first.get("line"), first.get("col")
    return SqlSyntaxError(detail, line=line, column=max(1, col - len(near) + 1) if col else None)

"""Row filters of access policies: predicates of a source's dialect with `:user_id`, `:role` and `:attributes.<name>`, and the values bound for them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from sqlglot import exp

from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.guard import check_tree
from analytics_platform.sql.parsing import RESERVED_PREFIX, parse_statement
from analytics_platform.sql.problems import BadParameter, PolicyVariableUnset, SqlSyntaxError
from analytics_platform.sql.rights import Value, Viewer
from analytics_platform.sql.trees import find_all

HASH_KEY: Final = f"{RESERVED_PREFIX}hash_key"
"""The parameter that masked columns are hashed with."""

_PARTS: Final = frozenset(("kind", "expressions", "from_", "where"))


def parse_row_filter(text: str, *, dialect: Dialect) -> exp.Expr:
    """The checked predicate, its variables as parameters of ours. Raises the pipeline's problems."""
    return _parsed(text, dialect).copy()


@lru_cache(maxsize=1_000)
def _parsed(text: str, dialect: Dialect) -> exp.Expr:
    statement = parse_statement(f"SELECT 1 FROM t WHERE {text}\n", dialect=dialect, as_written=True)
    extra = [name for name, value in statement.args.items() if value and name not in _PARTS]
    if not isinstance(statement, exp.Select) or extra:
        raise SqlSyntaxError("A row filter is one condition, as it stands after WHERE.")
    for node in list(find_all(statement, exp.Placeholder)):
        _rename(node)
    check_tree(statement, dialect=dialect)
    predicate: exp.Expr = statement.args["where"].this
    return predicate


def row_filter_variables(text: str, *, dialect: Dialect) -> tuple[str, ...]:
    """The variables of a predicate, each once: `user_id`, `role`, `attributes.<name>`. Raises the pipeline's problems."""
    return tuple(sorted(set(_variables_of(parse_row_filter(text, dialect=dialect)))))


def spread_lists(scan: exp.Select, viewer: Viewer) -> None:
    """Gives `IN (:attributes.<name>)` of its filters a parameter for each value of a list. Raises BadParameter where a list stands elsewhere."""
    where = scan.args.get("where")
    for node in list(find_all(where, exp.Placeholder)) if where is not None else ():
        value = viewer.value_of(variable_of(str(node.this)))
        if not isinstance(value, list):
            continue
        choice = node.parent
        if not isinstance(choice, exp.In) or node not in choice.expressions:
            raise BadParameter("An attribute that is a list stands alone after IN, in parentheses.")
        if len(choice.expressions) > 1:
            raise BadParameter("An attribute that is a list stands alone after IN, in parentheses.")
        if value:
            choice.set("expressions", [exp.Placeholder(this=_item(str(node.this), place)) for place in range(len(value))])
        else:
            choice.replace(exp.false())


def list_lengths(variables: Iterable[str], viewer: Viewer) -> tuple[tuple[str, int], ...]:
    """How many values the viewer's lists have: what rendered SQL depends on beside the rules."""
    values = {name: viewer.value_of(name) for name in variables}
    return tuple((name, len(value)) for name, value in sorted(values.items()) if isinstance(value, list))


def bound_values(names: Iterable[str], *, viewer: Viewer, hash_key: str, dialect: Dialect) -> dict[str, Any]:
    """A value for each parameter that is ours. Raises PolicyVariableUnset."""
    ours = (name for name in names if name.startswith(RESERVED_PREFIX))
    values = {name: hash_key if name == HASH_KEY else _value(name, viewer) for name in ours}
    return {name: _as_text(value) for name, value in values.items()} if dialect == "mysql" else values


def variable_of(parameter: str) -> str:
    """The variable that a parameter of ours stands for."""
    return _parted(parameter)[1]


def _item(parameter: str, place: int) -> str:
    """The parameter of one value of a list."""
    return f"{RESERVED_PREFIX}item{place}__{parameter.removeprefix(RESERVED_PREFIX)}"


def _parted(parameter: str) -> tuple[int | None, str]:
    """The place in a list, if it is one value of a list, and the variable."""
    kind, _, rest = parameter.removeprefix(RESERVED_PREFIX).partition("__")
    if kind.startswith("item"):
        return int(kind.removeprefix("item")), _parted(rest)[1]
    return None, f"attributes.{rest}" if kind == "attributes" else kind


def _value(parameter: str, viewer: Viewer) -> Any:
    place, variable = _parted(parameter)
    value: Value = viewer.value_of(variable)
    if value is None:
        raise PolicyVariableUnset
    return value if place is None or not isinstance(value, list) else value[place]


def _as_text(value: Any) -> str:
    """For MySQL, where every text that does not begin with a digit equals the number 0; a number in a text is a number beside a number."""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _variables_of(predicate: exp.Expr) -> Iterable[str]:
    return (variable_of(str(node.this)) for node in find_all(predicate, exp.Placeholder))


def _rename(node: exp.Placeholder) -> None:
    name, parent = str(node.this), node.parent
    if name in ("user_id", "role"):
        node.set("this", f"{RESERVED_PREFIX}{name}")
    elif name == "attributes" and isinstance(parent, exp.Dot) and parent.this is node and isinstance(parent.expression, exp.Identifier):
        parent.replace(exp.Placeholder(this=f"{RESERVED_PREFIX}attributes__{parent.expression.name}"))
    else:
        raise BadParameter(f"A row filter may use :user_id, :role and :attributes.<name>, not :{name}.")

"""One field's tree: expression → rule → translation of values → default → type."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from analytics_platform.sql.canonical.casts import FALSE_WORDS, TRUE_WORDS, bare, call, cast, cast_to
from analytics_platform.sql.canonical.kinds import DATED, NUMERIC, Kinds
from analytics_platform.sql.canonical.lowering import lowered
from analytics_platform.sql.canonical.metrics import only_expression, parsed_expression
from analytics_platform.sql.canonical.model import CanonicalField, Constant, FieldMapping, TransformationRule
from analytics_platform.sql.canonical.moments import as_text
from analytics_platform.sql.canonical.relations import Kind
from analytics_platform.sql.canonical.sources import SQL_ALIAS, Flaw, SourceRelation, infer_tree
from analytics_platform.sql.canonical.vocabulary import PLAIN_NAME
from analytics_platform.sql.catalog import close_matches
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.guard import check_tree
from analytics_platform.sql.parsing import parse_statement
from analytics_platform.sql.problems import SqlProblem
from analytics_platform.sql.trees import find_all, holds

BINARY_COLLATION = "utf8mb4_bin"


@dataclass(eq=False)
class MappedField:
    """A field in the source's dialect. `source` is what is translated by `values` or stands for itself; `tree` is the whole."""

    field: CanonicalField
    mapping: FieldMapping
    source: exp.Expr | None = None
    source_kind: Kind = ""
    tree: exp.Expr | None = None
    kind_before_cast: Kind = ""
    rule_tree: exp.Expr | None = None
    actual: tuple[str, ...] = ()
    flaws: list[Flaw] = dataclasses.field(default_factory=list)

    @property
    def missing(self) -> tuple[str, ...]:
        """The columns that it reads and the source lacks."""
        return tuple(dict.fromkeys(name for flaw in self.flaws for name in flaw.columns))


@dataclass(frozen=True)
class Parsed:
    """An expression of the source's dialect over one relation."""

    tree: exp.Expr
    kind: Kind
    actual: tuple[str, ...]


@dataclass(frozen=True)
class FieldCompiler:
    """Compiles what a mapping says about one entity."""

    relation: SourceRelation
    rules: Mapping[str, TransformationRule]
    dialect: Dialect

    def field(self, mapping: FieldMapping, canonical: CanonicalField) -> MappedField:
        """The field's tree, or the flaws that keep it from having one."""
        found = MappedField(canonical, mapping)
        parsed = self.expression(mapping.expression, "expression", found.flaws)
        rule = self.rules.get(mapping.rule) if mapping.rule else None
        if mapping.rule and rule is None:
            closest = close_matches(mapping.rule, self.rules)
            hint = f" Did you mean {' or '.join(closest)}?" if closest else ""
            found.flaws.append(Flaw("rule", "unknown_rule", f"There is no rule {mapping.rule}.{hint}"))
        currency = self.expression(mapping.currency, "currency", found.flaws) if mapping.currency else None
        self.check_currency(mapping, rule, found.flaws)
        if parsed is None or found.flaws:
            return found
        found.actual = tuple(dict.fromkeys([*parsed.actual, *(currency.actual if currency else ())]))
        found.source, found.source_kind = parsed.tree, parsed.kind
        if rule is not None:
            self.apply_rule(rule, currency, found)
        if not found.flaws:
            self.finish(found)
        return found

    def check_currency(self, mapping: FieldMapping, rule: TransformationRule | None, flaws: list[Flaw]) -> None:
        if mapping.currency and (rule is None or not rule.rates):
            flaws.append(Flaw("currency", "no_rates", "A currency needs a rule that has rates."))
        if rule is not None and rule.rates and not mapping.currency:
            flaws.append(Flaw("rule", "no_currency", f"The rule {rule.name} looks up a rate: say which expression gives the currency."))

    # Parts

    def expression(self, text: str, part: str, flaws: list[Flaw]) -> Parsed | None:
        """An expression over the relation's columns; what is wrong with it goes to `flaws`."""
        try:
            statement = parse_statement(f"SELECT {text}", dialect=self.dialect)
            check_tree(statement, dialect=self.dialect)
            tree = only_expression(statement, text)
        except SqlProblem as problem:
            flaws.append(Flaw(part, problem.code, problem.detail))
            return None
        before = len(flaws)
        flaws += misplaced(tree, part)
        kinds, actual = Kinds(), dict[str, None]()
        holder = exp.Paren(this=tree)
        for column in [column for column in find_all(holder, exp.Column) if column.find_ancestor(exp.Query) is None]:
            self.resolve_column(column, part, kinds, actual, flaws)
        if len(flaws) > before:
            return None
        return Parsed(holder.this, self.kind_of(holder.this, kinds), tuple(actual))

    def condition(self, text: str) -> tuple[exp.Expr | None, list[Flaw]]:
        """An entity's filter."""
        flaws: list[Flaw] = []
        parsed = self.expression(text, "filter", flaws)
        if parsed is not None and parsed.kind not in ("", "boolean") and not self.takes_as_condition(parsed.kind):
            flaws.append(
                Flaw("filter", "type_mismatch", f"A filter is a condition, and this is a {parsed.kind}: compare it with something.")
            )
        return (parsed.tree if parsed is not None else None), flaws

    def takes_as_condition(self, kind: Kind) -> bool:
        """All but PostgreSQL take numbers for true and false."""
        return self.dialect != "postgres" and kind in NUMERIC

    def resolve_column(self, column: exp.Column, part: str, kinds: Kinds, actual: dict[str, None], flaws: list[Flaw]) -> None:
        if self.relation.flaws:
            return  # where its rows come from is the fault already
        known = self.relation.find(column.name)
        own = self.relation.table_name or SQL_ALIAS
        if isinstance(column.this, exp.Star) or known is None or (column.table and column.table.casefold() != own.casefold()):
            written = column.sql(self.dialect).replace('"', "").replace("`", "")
            closest = close_matches(column.name, self.relation.columns)
            hint = f" Did you mean {' or '.join(closest)}?" if closest else ""
            full = f"{'.'.join(self.relation.tables)}.{column.name}" if self.relation.table is not None else written
            flaws.append(Flaw(part, "unknown_column", f"There is no column {written} there.{hint}", (full,)))
            return
        column.set("this", exp.Identifier(this=known.name, quoted=bool(column.this.args.get("quoted")) or not PLAIN_NAME.match(known.name)))
        column.set("table", None)
        column.set("db", None)
        kinds.put(column, known.kind)
        actual.update(dict.fromkeys(known.actual))

    def kind_of(self, tree: exp.Expr, kinds: Kinds) -> Kind:
        kind = infer_tree(tree, kinds)
        inner = bare(tree)
        if isinstance(inner, exp.Div) and kind == "integer" and self.dialect in ("mysql", "duckdb"):
            return "decimal" if self.dialect == "mysql" else "number"
        return kind

    # Steps

    def apply_rule(self, rule: TransformationRule, currency: Parsed | None, found: MappedField) -> None:
        try:
            tree = exp.Paren(this=parsed_expression(rule.expression).copy())
        except SqlProblem as problem:
            found.flaws.append(Flaw("rule", problem.code, f"The rule {rule.name}: {problem.detail}"))
            return
        if found.source_kind in ("string", "boolean") and self.dialect in ("postgres", "duckdb") and _computes_with_input(tree):
            message = f"The rule {rule.name} computes with its input, and this is a {found.source_kind}. Convert it in the expression."
            found.flaws.append(Flaw("expression", "type_mismatch", message))
            return
        kinds = Kinds()
        for column in list(find_all(tree, exp.Column)):
            kinds.put(column, found.source_kind if column.name == "input" else "decimal")
        kind = infer_tree(tree, kinds)
        found.rule_tree = tree.this.copy()
        tree = exp.Paren(this=lowered(tree.this, kinds, self.dialect))
        for column in list(find_all(tree, exp.Column)):
            if column.name == "input" and found.source is not None:
                column.replace(_grouped(found.source.copy()))
            elif column.name == "rate" and currency is not None:
                column.replace(self.rate(rule, currency))
            else:
                found.flaws.append(Flaw("rule", "unknown_column", f"The rule {rule.name} knows no {column.name}."))
        found.source, found.source_kind = tree.this, kind

    def rate(self, rule: TransformationRule, currency: Parsed) -> exp.Expr:
        """The rate of the currency's code; null for one that is not known, so that no amount is invented."""
        branches = [
            exp.If(this=self.literal(code, currency.kind), true=exp.Literal.number(repr(rate))) for code, rate in rule.rates.items()
        ]
        return exp.Case(this=self.exact(currency.tree.copy(), currency.kind), ifs=branches)

    def finish(self, found: MappedField) -> None:
        """Values, default and type."""
        mapping, wanted = found.mapping, found.field.type
        tree, kind = found.source, found.source_kind
        assert tree is not None
        if mapping.values:
            default = constant(mapping.default, wanted) if mapping.default is not None else None
            branches = [exp.If(this=self.literal(key, kind), true=constant(value, wanted)) for key, value in mapping.values.items()]
            tree, kind = exp.Case(this=self.exact(tree.copy(), kind), ifs=branches, default=default), wanted
        found.kind_before_cast = kind
        tree = cast(tree.copy(), kind, wanted, self.dialect)
        if mapping.default is not None and not mapping.values:
            tree = exp.Coalesce(this=bare(tree), expressions=[constant(mapping.default, wanted)])
        if self.dialect == "mysql" and wanted == "string":
            tree = binary_text(tree, is_text=isinstance(tree, exp.Case | exp.Cast))
        found.tree = tree

    def exact(self, tree: exp.Expr, kind: Kind) -> exp.Expr:
        """What is compared with codes: MariaDB and MySQL would not tell `p` from `P`."""
        return binary_text(tree) if self.dialect == "mysql" and kind in ("string", "") else tree

    def literal(self, key: str, kind: Kind) -> exp.Expr:
        """A source's code as a literal of its type."""
        if kind in NUMERIC and _is_number(key):
            return _number(key)
        if kind == "boolean":
            is_true = key.strip().lower() in ("1", "t", "true", "y", "yes")
            return exp.Literal.number(int(is_true)) if self.dialect in ("mysql", "sqlite") else exp.Boolean(this=is_true)
        return exp.Literal.string(key)


def binary_text(tree: exp.Expr, *, is_text: bool = False) -> exp.Expr:
    """Text in MySQL and MariaDB that is compared letter by letter, as PostgreSQL does."""
    inner = tree if is_text else cast_to(tree, "string", "mysql")
    return exp.Collate(this=exp.Paren(this=inner) if isinstance(inner, exp.Case) else inner, expression=exp.Var(this=BINARY_COLLATION))


def constant(value: Constant, kind: Kind) -> exp.Expr:
    """A mapping's constant as a literal of the canonical type."""
    if value is None:
        return exp.Null()
    if kind == "boolean":
        return exp.Boolean(this=value if isinstance(value, bool) else str(value).strip().lower() in ("1", "t", "true", "y", "yes"))
    if kind in NUMERIC and _is_number(str(value)):
        return _number(str(value))
    return exp.Literal.string(str(value))


def misplaced(tree: exp.Expr, part: str) -> list[Flaw]:
    """Aggregates, windows, queries and parameters: a field is one value of one row."""
    found = []
    for kind, what in (
        (exp.Window, "window function"),
        (exp.Query, "subquery"),
        (exp.AggFunc, "aggregate"),
        (exp.Placeholder, "parameter"),
        (exp.Star, "star"),
    ):
        if holds(tree, kind):
            article = "An" if what == "aggregate" else "A"
            found.append(Flaw(part, "not_a_row_expression", f"{article} {what} cannot stand here: write it in the entity's SQL."))
            break
    return found


def _computes_with_input(tree: exp.Expr) -> bool:
    inputs = (column for column in find_all(tree, exp.Column) if column.name == "input")
    return any(isinstance(column.parent, exp.Add | exp.Sub | exp.Mul | exp.Div | exp.Mod) for column in inputs)


def fits(value: Constant, kind: Kind) -> bool:
    """Whether a mapping's constant can be a value of the canonical type."""
    if value is None:
        return True
    if kind == "boolean":
        return isinstance(value, bool) or str(value).strip().lower() in (*TRUE_WORDS, *FALSE_WORDS)
    if kind in NUMERIC:
        is_number = not isinstance(value, bool) and _is_number(str(value))
        return is_number and (kind != "integer" or float(str(value)).is_integer())
    if kind in (*DATED, "time"):
        return isinstance(value, str) and as_text(value, kind) is not None
    return True


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.strip().lower().lstrip("+-")[:1].isdigit()


def _number(text: str) -> exp.Expr:
    stripped = text.strip()
    return exp.Neg(this=exp.Literal.number(stripped[1:])) if stripped.startswith("-") else exp.Literal.number(stripped.lstrip("+"))


def _grouped(tree: exp.Expr) -> exp.Expr:
    return exp.Paren(this=tree) if isinstance(tree, exp.Binary | exp.Connector | exp.Predicate | exp.Neg) else tree


__all__ = ["BINARY_COLLATION", "FieldCompiler", "MappedField", "binary_text", "call", "constant", "fits"]

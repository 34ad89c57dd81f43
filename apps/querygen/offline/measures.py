"""Figures that are computed: aggregates of a column, counts of rows, and derived ones such as revenue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlglot import exp

from apps.querygen.catalog import Catalog, Column, Table, identifying
from apps.querygen.offline.intent import Measure
from apps.querygen.offline.lexicon import REVENUE_WORDS
from apps.querygen.offline.sql import column_of, identifier

_QUANTITY = {("quantity",), ("qty",), ("unit",), ("amount",), ("order", "quantity"), ("ordered", "quantity"), ("item", "quantity")}
_PRICE = {("unit", "price"), ("price",), ("sale", "price"), ("selling", "price"), ("item", "price"), ("price", "each"), ("list", "price")}
_COST = {("cost",), ("unit", "cost"), ("purchase", "price"), ("cost", "price"), ("product", "cost")}
_TOTALS = (("total", "amount"), ("grand", "total"), ("order", "total"), ("total",), ("total", "price"), ("amount",), ("order", "amount"))
_TRADE = {"order", "sale", "invoice", "payment", "transaction", "purchase", "receipt", "line", "item", "booking"}


@dataclass(frozen=True)
class Figure:
    """A measure made concrete: the expression inside the aggregate, the table whose rows it is about, and what was assumed."""

    measure: Measure
    table: str
    alias: str
    inner: exp.Expr | None = None
    assumption: str = ""
    also_needs: tuple[str, ...] = ()
    per: Column | None = None

    def aggregate(self, *, fans_out: bool, key: Column | None) -> exp.Expr | None:
        """The aggregate; None where joins repeat rows and the figure would come out wrong."""
        function = self.measure.function
        if self.measure.column is not None and self.measure.column.is_metric:
            return None if fans_out else exp.Column(this=identifier(self.measure.column.name))
        if self.inner is None:
            if not fans_out:
                return exp.Count(this=exp.Star())
            return exp.Count(this=exp.Distinct(expressions=[column_of(key)])) if key is not None else None
        inner = self.inner.copy()
        if function == "count":
            return exp.Count(this=exp.Distinct(expressions=[inner]) if self.measure.distinct else inner)
        if fans_out and function in {"sum", "avg"}:
            return None
        if self.per is not None and function == "avg":
            return exp.Div(
                this=exp.Mul(this=exp.Sum(this=inner), expression=exp.Literal.number("1.0")),
                expression=exp.Anonymous(
                    this="NULLIF", expressions=[exp.Count(this=exp.Distinct(expressions=[column_of(self.per)])), exp.Literal.number(0)]
                ),
                typed=True,
                safe=True,
            )
        return {"sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max}[function](this=inner)


def figures(measure: Measure, catalog: Catalog) -> Iterator[Figure]:
    """The ways to compute a measure in this catalog, the best first."""
    if measure.concept:
        yield from _metrics(measure, catalog)
        yield from _revenue(measure, catalog)
    elif measure.column is not None and measure.column.is_metric:
        yield Figure(measure, measure.column.table, measure.column.name, column_of(measure.column))
    elif measure.column is not None:
        name = measure.column.name.lower()
        prefix = {"sum": "total", "avg": "average", "count": "distinct" if measure.distinct else "count_of"}.get(
            measure.function, measure.function
        )
        alias = name if name.startswith(f"{prefix}_") or name == prefix else f"{prefix}_{name}"
        yield Figure(measure, measure.column.table, alias, column_of(measure.column))
    elif measure.table is not None:
        yield Figure(measure, measure.table.key, f"{'_'.join(measure.table.words)}_count")


def _metrics(measure: Measure, catalog: Catalog) -> Iterator[Figure]:
    """What the schema itself says that a concept is."""
    wanted = tuple(measure.concept.split())
    for table in catalog.tables:
        for column in table.columns:
            names = {column.words, *(tuple(synonym.split()) for synonym in column.synonyms)}
            if column.is_metric and any(name[-len(wanted) :] == wanted for name in names):
                known = replace(measure, column=column, concept="")
                yield Figure(
                    known, table.key, column.name, column_of(column), f"{measure.concept.capitalize()} is the metric {column.name}."
                )


def _revenue(measure: Measure, catalog: Catalog) -> Iterator[Figure]:
    if measure.concept == "order value":
        yield from _order_values(measure, catalog)
        return
    if measure.concept == "profit":
        yield from _profit(measure, catalog)
        return
    alias = {"sum": "revenue", "avg": "average_revenue"}.get(measure.function, f"{measure.function}_revenue")
    for table in catalog.tables:
        for column in table.columns:
            if (
                column.is_numeric
                and not column.is_key
                and set(column.words) & REVENUE_WORDS
                and not set(column.words) & {"price", "date", "tax"}
            ):
                yield Figure(measure, table.key, alias, column_of(column), f"Revenue is {column.key}.")
    yield from _totals(measure, alias, catalog)
    yield from _derived(measure, alias, catalog)


def _profit(measure: Measure, catalog: Catalog) -> Iterator[Figure]:
    """A column of that name, or what was sold less what it cost."""
    alias = "profit" if measure.function == "sum" else f"{measure.function}_profit"
    for table in catalog.tables:
        for column in table.columns:
            if column.is_numeric and column.words[-1:] == ("profit",):
                yield Figure(measure, table.key, alias, column_of(column), f"Profit is {column.key}.")
    for figure in _derived(measure, alias, catalog):
        quantity = _first(catalog.table(figure.table), _QUANTITY)
        for key in [figure.table, *(step.target for step in catalog.steps_from(figure.table) if not step.fans_out)]:
            cost = _first(catalog.table(key), _COST)
            if cost is not None and quantity is not None and figure.inner is not None:
                spent = exp.Mul(this=column_of(quantity), expression=column_of(cost))
                text = f"{figure.assumption.removeprefix('Revenue is ').rstrip('.')} − {quantity.key} × {cost.key}"
                needs = tuple(dict.fromkeys([*figure.also_needs, key]))
                yield Figure(measure, figure.table, alias, exp.Sub(this=figure.inner, expression=spent), f"Profit is {text}.", needs)
                break


def _order_values(measure: Measure, catalog: Catalog) -> Iterator[Figure]:
    """What one order is worth on average: its total, or its lines added up and divided by the number of orders."""
    yield from (
        replace(figure, assumption=figure.assumption.replace("Revenue", "An order's value"))
        for figure in _totals(measure, "average_order_value", catalog)
    )
    for figure in _derived(measure, "average_order_value", catalog):
        if figure.per is not None:
            yield replace(figure, assumption=figure.assumption.replace("Revenue is", "An order's value is the sum of"))


def _derived(measure: Measure, alias: str, catalog: Catalog) -> Iterator[Figure]:
    for table in catalog.tables:
        quantity = _first(table, _QUANTITY)
        if quantity is None or quantity.words == ("amount",):
            continue
        price, needs = _first(table, _PRICE), ()
        if price is None:
            parents = [catalog.table(step.target) for step in catalog.steps_from(table.key) if not step.fans_out]
            found = next(((_first(parent, _PRICE), (parent.key,)) for parent in parents if _first(parent, _PRICE)), None)
            if found is None:
                continue
            price, needs = found  # type: ignore[assignment]
        if price is None:
            continue
        inner: exp.Expr = exp.Mul(this=column_of(quantity), expression=column_of(price))
        text = f"{quantity.key} × {price.key}"
        discount = _first(table, {("discount",), ("discount", "rate")})
        if (
            discount is not None
            and all(isinstance(value, (int, float)) and 0 <= value <= 1 for value in discount.samples)
            and discount.samples
        ):
            rest = exp.Paren(this=exp.Sub(this=exp.Literal.number(1), expression=column_of(discount)))
            inner, text = exp.Mul(this=inner, expression=rest), f"{text} × (1 − {discount.key})"
        per = next(
            (
                c
                for c in table.columns
                if len(c.words) == 2 and c.words[0] in {"order", "invoice", "sale"} and c.is_key and not c.primary_key
            ),
            None,
        )
        yield Figure(measure, table.key, alias, inner, f"Revenue is {text}.", needs, per)


def _totals(measure: Measure, alias: str, catalog: Catalog) -> Iterator[Figure]:
    for table in sorted(catalog.tables, key=lambda found: not set(found.words) & {"order", "sale"}):
        if not set(table.words) & _TRADE:
            continue
        for words in _TOTALS:
            column = next((c for c in table.columns if c.words == words and c.is_numeric), None)
            if column is not None:
                yield Figure(measure, table.key, alias, column_of(column), f"Revenue is {column.key}.")
                break


def _first(table: Table, names: set[tuple[str, ...]]) -> Column | None:
    return next((column for column in table.columns if column.words in names and column.is_numeric), None)


def row_key(table: Table) -> Column | None:
    """The column to count distinct rows by."""
    return identifying(table)

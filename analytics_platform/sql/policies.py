"""Access policies on a statement: what of a source a viewer may name, and what is read in the place of each restricted table.

`visible_catalog` is what the resolver looks names up in; `apply` then replaces every scan of a restricted table by a query of its visible and
masked columns under its row filters. See docs/decisions/0010 for the reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlglot import exp

from analytics_platform.sql.catalog import UNKNOWN_READS, Catalog, CatalogColumn, CatalogTable
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.fences import fence, needs_fence
from analytics_platform.sql.masks import fits, masked, masked_type
from analytics_platform.sql.problems import PolicyDoesNotResolve, SqlProblem
from analytics_platform.sql.resolve import Resolution, resolve
from analytics_platform.sql.rights import EVERY_TABLE, Access, Mask, Rights, Rule, Viewer, strongest
from analytics_platform.sql.row_filters import parse_row_filter, spread_lists
from analytics_platform.sql.scopes import fold
from analytics_platform.sql.trees import holds

_OF_THE_REFERENCE: Final = ("joins", "laterals")


@dataclass(frozen=True, kw_only=True)
class TableRights:
    """What of one table a viewer may see. Columns are named as the catalog has them."""

    is_denied: bool = False
    row_filters: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    masks: Mapping[str, Mask]

    @property
    def is_filtered(self) -> bool:
        """Whether rows may be kept back."""
        return bool(self.row_filters)

    @property
    def is_restricted(self) -> bool:
        """Whether anything is kept back."""
        return self.is_denied or self.is_filtered or bool(self.hidden) or bool(self.masks)


@dataclass(frozen=True, kw_only=True)
class RuleFault:
    """Why a rule does not fit a source: the field of the policy, a stable code and a sentence."""

    field: str
    code: str
    message: str


_DENIED: Final = TableRights(is_denied=True, masks={})


def rights_by_table(catalog: Catalog, rights: Rights, *, dialect: Dialect) -> dict[str, TableRights]:
    """What is restricted or denied, by full name; tables that are not named are open. Raises PolicyDoesNotResolve."""
    if rights.is_unrestricted:
        return {}
    if rights.tables is not None:
        catalog = Catalog(tuple(table for table in catalog.tables if table.name in rights.tables), catalog.default_schema)
    rules: dict[str, list[Rule]] = {}
    for rule in rights.rules:
        if rule_faults(rule, catalog=catalog, dialect=dialect):
            raise PolicyDoesNotResolve
        for table in _tables_of(rule, catalog):
            rules.setdefault(table.full_name, []).append(rule)
    found: dict[str, TableRights] = {}
    for table in catalog.tables:
        own = rules.get(table.full_name, [])
        combined = _DENIED if rights.is_closed and not own else _combined(table, own)
        if combined.is_restricted:
            found[table.full_name] = combined
    spoken_of = {name for name, own in rules.items() if any(rule.table != EVERY_TABLE for rule in own)}
    return found | _views_over(found, catalog, spoken_of=spoken_of)


def restrictions(catalog: Catalog, access: Access, *, dialect: Dialect) -> dict[str, TableRights]:
    """As `rights_by_table`, over all rights at once: what any of them keeps back is kept back."""
    found: dict[str, TableRights] = {}
    for rights in access.rights:
        for name, own in rights_by_table(catalog, rights, dialect=dialect).items():
            found[name] = _both(found[name], own) if name in found else own
    return found


def rule_faults(rule: Rule, *, catalog: Catalog, dialect: Dialect) -> list[RuleFault]:
    """Every fault of a rule against what a source holds now."""
    if rule.table == EVERY_TABLE:
        message = "A row filter is for one table: name it."
        return [RuleFault(field="row_filter", code="needs_a_table", message=message)] if rule.row_filter else []
    tables = _tables_of(rule, catalog)
    if len(tables) != 1:
        code, message = ("ambiguous_name", "Several schemas have a table") if tables else ("unknown_table", "The source has no table")
        return [RuleFault(field="table", code=code, message=f"{message} {rule.table!r}.")]
    return [*_column_faults(rule, tables[0]), *_filter_faults(rule, tables[0], catalog, dialect)]


def visible_catalog(catalog: Catalog, by_table: Mapping[str, TableRights]) -> Catalog:
    """What a viewer may name. Restricted tables tell no row count."""
    shown: list[CatalogTable] = []
    denied: list[CatalogTable] = []
    for table in catalog.tables:
        rights = by_table.get(table.full_name)
        if rights is None:
            shown.append(table)
        elif rights.is_denied:
            denied.append(table)
        else:
            shown.append(_visible(table, rights))
    return Catalog(tuple(shown), catalog.default_schema, tuple(denied))


class Restrictions:
    """What a source's rules keep back from the viewers that they reach: the catalog that is visible, and the query that is read for each table."""

    def __init__(self, catalog: Catalog, access: Access, *, dialect: Dialect) -> None:
        """Raises PolicyDoesNotResolve."""
        self.dialect = dialect
        self._catalog = catalog
        self._by_table = restrictions(catalog, access, dialect=dialect)
        self.visible = visible_catalog(catalog, self._by_table) if self._by_table else catalog
        self._tables = {table.full_name: table for table in catalog.tables if table.full_name in self._by_table}
        self._scans: dict[str, exp.Select] = {}

    def scan_of(self, full_name: str, viewer: Viewer) -> exp.Select:
        """A fresh tree of what one viewer reads in the place of a restricted table. It is made and resolved once. Raises PolicyDoesNotResolve."""
        made = self._scans.get(full_name)
        if made is None:
            made = _scan_of(self._tables[full_name], self._by_table[full_name], catalog=self._catalog, dialect=self.dialect)
            self._scans[full_name] = made
        scan = made.copy()
        spread_lists(scan, viewer)
        return scan


def apply(nodes: list[exp.Expr], resolution: Resolution, *, restricted: Restrictions, viewer: Viewer) -> bool:
    """Puts what the viewer may see in the place of each restricted table, in the tree itself; whether there was any.

    `nodes` are all of the tree, the root first; `resolution` is of the visible catalog. Raises PolicyDoesNotResolve.
    """
    dialect = restricted.dialect
    scans = [scan for scan in resolution.scans if scan.table.is_restricted]
    if not scans:
        return False
    _leave_schemas_out(nodes, resolution)
    shown = [(scan.node, restricted.scan_of(scan.table.full_name, viewer)) for scan in scans]
    filters = [where for _, inner in shown if (where := inner.args.get("where")) is not None]
    filters_read_tables = any(holds(where, exp.Query) for where in filters)
    is_fenced = needs_fence(nodes[0], dialect=dialect, filters_read_tables=filters_read_tables)
    for node, inner in shown:
        _replace(node, fence(inner, dialect=dialect) if is_fenced and inner.args.get("where") is not None else inner, dialect)
    return True


def _both(one: TableRights, other: TableRights) -> TableRights:
    if one.is_denied or other.is_denied:
        return _DENIED
    hidden = one.hidden | other.hidden
    masks = {name: strongest(r.masks[name] for r in (one, other) if name in r.masks) for name in {*one.masks, *other.masks} - hidden}
    filters = dict.fromkeys((*one.row_filters, *other.row_filters))
    return TableRights(row_filters=tuple(filters), hidden=hidden, masks=masks)


def _tables_of(rule: Rule, catalog: Catalog) -> list[CatalogTable]:
    if rule.table == EVERY_TABLE:
        return list(catalog.tables)
    found = catalog.find_tables(rule.table, schema=None)
    schema, dot, name = rule.table.rpartition(".")
    return found or (catalog.find_tables(name, schema=schema) if dot else [])


def _combined(table: CatalogTable, rules: Iterable[Rule]) -> TableRights:
    hidden: set[str] = set()
    masks: dict[str, Mask] = {}
    filters: dict[str, None] = {}
    for rule in rules:
        if rule.row_filter:
            filters[rule.row_filter] = None
        hidden |= {column.name for name in rule.hidden_columns if (column := table.find_column(name)) is not None}
        for name, mask in rule.masks:
            column = table.find_column(name)
            if column is not None:
                fitting: Mask = mask if fits(mask, column.type) else "null"  # under `*`, where it was not held against each table
                masks[column.name] = strongest((fitting, masks[column.name])) if column.name in masks else fitting
    shown = {name: mask for name, mask in masks.items() if name not in hidden}
    return TableRights(row_filters=tuple(filters), hidden=frozenset(hidden), masks=shown)


def _views_over(found: Mapping[str, TableRights], catalog: Catalog, *, spoken_of: Iterable[str]) -> dict[str, TableRights]:
    """Views that read something restricted, through other views too, and of which no rule speaks by name: they would give it away."""
    kept = set(spoken_of)
    denied: dict[str, TableRights] = {}
    reads = {table.full_name: frozenset(table.reads) for table in catalog.tables if table.reads}
    views = [name for name in reads if name not in kept]

    def gives_away(view: str) -> bool:
        if UNKNOWN_READS in reads[view]:
            return bool(found)
        # a table that is closed for an heir's sake shows nothing of the heir's siblings
        return any(name in found or (name in denied and view not in reads.get(name, ())) for name in reads[view])

    while further := [view for view in views if view not in denied and gives_away(view)]:
        denied.update(dict.fromkeys(further, _DENIED))
    return denied


def _column_faults(rule: Rule, table: CatalogTable) -> list[RuleFault]:
    faults = []
    for place, name in enumerate(rule.hidden_columns):
        if table.find_column(name) is None:
            faults.append(_unknown_column(f"hidden_columns.{place}", name, table))
    for place, (name, mask) in enumerate(rule.masks):
        column = table.find_column(name)
        if column is None:
            faults.append(_unknown_column(f"masked_columns.{place}.column", name, table))
        elif not fits(mask, column.type):
            message = f"The mask {mask!r} is for numbers and dates; {name} is {column.type}."
            faults.append(RuleFault(field=f"masked_columns.{place}.mask", code="mask_does_not_fit", message=message))
    if len(table.columns) == len({fold(name) for name in rule.hidden_columns}):
        faults.append(RuleFault(field="hidden_columns", code="nothing_left", message="At least one column has to stay visible."))
    return faults


def _unknown_column(field: str, name: str, table: CatalogTable) -> RuleFault:
    return RuleFault(field=field, code="unknown_column", message=f"{table.full_name} has no column {name!r}.")


def _filter_faults(rule: Rule, table: CatalogTable, catalog: Catalog, dialect: Dialect) -> list[RuleFault]:
    if not rule.row_filter:
        return []
    try:
        predicate = parse_row_filter(rule.row_filter, dialect=dialect)
    except SqlProblem as problem:
        return [RuleFault(field="row_filter", code=problem.code, message=problem.detail)]
    faults = _resolved(_select(table, [predicate]), catalog, dialect).faults
    return [RuleFault(field="row_filter", code=fault.code, message=fault.message) for fault in faults]


def _visible(table: CatalogTable, rights: TableRights) -> CatalogTable:
    columns = tuple(
        CatalogColumn(column.name, masked_type(rights.masks[column.name], column.type)) if column.name in rights.masks else column
        for column in table.columns
        if column.name not in rights.hidden
    )
    hidden = frozenset(fold(name) for name in rights.hidden)
    keys = tuple(key for key in table.unique_keys if not rights.hidden.intersection(key))
    return replace(table, columns=columns, unique_keys=keys, row_count=None, hidden=hidden, is_restricted=True)


def _scan_of(table: CatalogTable, rights: TableRights, *, catalog: Catalog, dialect: Dialect) -> exp.Select:
    """The query of what may be seen. Its own tables all carry their schema, so that no CTE around it is taken for one."""
    select = _select(table, [parse_row_filter(text, dialect=dialect) for text in rights.row_filters])
    for column in table.columns:
        if column.name not in rights.hidden:
            select.append("expressions", _shown(table, column, rights.masks.get(column.name), dialect))
    resolution = _resolved(select, catalog, dialect)
    if resolution.faults:
        raise PolicyDoesNotResolve
    for scan in resolution.scans:
        schema = scan.table.schema or catalog.default_schema
        if schema:
            scan.node.set("db", exp.to_identifier(schema, quoted=True))
    return select


def _select(table: CatalogTable, predicates: list[exp.Expr]) -> exp.Select:
    source = exp.Table(
        this=exp.to_identifier(table.name, quoted=True),
        db=exp.to_identifier(table.schema, quoted=True) if table.schema else None,
        alias=exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)),
    )
    select = exp.Select(from_=exp.From(this=source))
    condition: exp.Expr | None = None
    for predicate in predicates:
        part = exp.Paren(this=predicate)
        condition = part if condition is None else exp.And(this=condition, expression=part)
    if condition is not None:
        select.set("where", exp.Where(this=condition))
    return select


def _shown(table: CatalogTable, column: CatalogColumn, mask: Mask | None, dialect: Dialect) -> exp.Expr:
    name = exp.to_identifier(column.name, quoted=True)
    source: exp.Expr = exp.Column(this=name, table=exp.to_identifier(table.name, quoted=True))
    if mask is None:
        return source
    return exp.Alias(this=masked(source, mask, type=column.type, dialect=dialect), alias=name.copy())


def _resolved(select: exp.Select, catalog: Catalog, dialect: Dialect) -> Resolution:
    return resolve(select, catalog=catalog, dialect=dialect)


def _leave_schemas_out(nodes: Iterable[exp.Expr], resolution: Resolution) -> None:
    """`sales.orders.id` is `orders.id` once a query stands where the table was."""
    restricted = {fold(scan.table.name) for scan in resolution.scans if scan.table.is_restricted}
    for node in nodes:
        if isinstance(node, exp.Column) and node.args.get("db") is not None and fold(node.table) in restricted:
            node.set("db", None)
            node.set("catalog", None)


def _replace(node: exp.Table, inner: exp.Select, dialect: Dialect) -> None:
    source: exp.Table = inner.args["from_"].this
    if node.args.get("only"):
        source.set("only", True)
    alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(node.name, quoted=True))
    query = exp.Subquery(this=inner, alias=alias)
    if node.args.get("sample"):  # PostgreSQL draws from tables alone; elsewhere so many of all rows would tell how many there are
        (source if dialect == "postgres" else query).set("sample", node.args["sample"])
    for name in _OF_THE_REFERENCE:
        if node.args.get(name):
            query.set(name, node.args[name])
    node.replace(query)

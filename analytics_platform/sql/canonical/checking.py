"""Every fault of a canonical schema, of a rule and of a mapping, each with its place (`entities.0.fields.2.expression`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from analytics_platform.sql.canonical.expressions import ExpressionBinder
from analytics_platform.sql.canonical.fields import fits
from analytics_platform.sql.canonical.mapped import MappedEntity, mapped_schema
from analytics_platform.sql.canonical.metrics import metric_tree, parsed_expression
from analytics_platform.sql.canonical.model import (
    CanonicalField,
    CanonicalSchema,
    Entity,
    FieldMapping,
    MappingFault,
    Metric,
    SourceMapping,
    TransformationRule,
)
from analytics_platform.sql.canonical.relations import Attribute, Relation, Scope
from analytics_platform.sql.canonical.sources import Flaw
from analytics_platform.sql.canonical.vocabulary import Vocabulary, vocabulary_of
from analytics_platform.sql.catalog import Catalog, close_matches
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.guard import check_tree
from analytics_platform.sql.parsing import parse_statement
from analytics_platform.sql.problems import SqlProblem
from analytics_platform.sql.trees import find_all, holds


def schema_faults(schema: CanonicalSchema) -> list[MappingFault]:
    """What is wrong with a canonical schema, empty where nothing is."""
    found = [*_duplicates([entity.name for entity in schema.entities], "entities", "entity")]
    if not schema.entities:
        found.append(MappingFault(path="entities", code="empty", message="A schema has at least one entity."))
    for i, entity in enumerate(schema.entities):
        found += _entity_faults(entity, f"entities.{i}", schema)
    found += _duplicates([metric.name for metric in schema.metrics], "metrics", "metric")
    vocabulary = Vocabulary(schema)
    for i, metric in enumerate(schema.metrics):
        found += _metric_faults(metric, f"metrics.{i}", vocabulary)
    return found


def _entity_faults(entity: Entity, path: str, schema: CanonicalSchema) -> Iterator[MappingFault]:
    yield from _reserved(entity.name, f"{path}.name")
    yield from _duplicates([field.name for field in entity.fields], f"{path}.fields", "field")
    yield from _duplicates([relationship.name for relationship in entity.relationships], f"{path}.relationships", "relationship")
    if not entity.fields:
        yield MappingFault(path=f"{path}.fields", code="empty", message=f"{entity.name} has no fields.")
    own = {field.name for field in entity.fields}
    for i, field in enumerate(entity.fields):
        yield from _reserved(field.name, f"{path}.fields.{i}.name")
        yield from _duplicates(field.values, f"{path}.fields.{i}.values", "value")
    for i, relationship in enumerate(entity.relationships):
        place = f"{path}.relationships.{i}"
        other = schema.entity(relationship.entity)
        if other is None:
            yield _unknown(f"{place}.entity", "entity", relationship.entity, [e.name for e in schema.entities])
        if not relationship.fields:
            yield MappingFault(path=f"{place}.fields", code="empty", message=f"{relationship.name} joins by no field.")
        for mine, theirs in relationship.fields.items():
            if mine not in own:
                yield _unknown(f"{place}.fields.{mine}", "field", f"{entity.name}.{mine}", sorted(own))
            if other is not None and theirs not in {field.name for field in other.fields}:
                yield _unknown(f"{place}.fields.{mine}", "field", f"{other.name}.{theirs}", [field.name for field in other.fields])


def _metric_faults(metric: Metric, path: str, vocabulary: Vocabulary) -> Iterator[MappingFault]:
    yield from _reserved(metric.name, f"{path}.name")
    if metric.entity is not None and metric.entity not in vocabulary.entities:
        yield _unknown(f"{path}.entity", "entity", metric.entity, list(vocabulary.entities))
        return
    clashing = [name for name, entity in vocabulary.entities.items() if metric.name in entity.fields]
    if clashing:
        message = f"{metric.name} is a field of {', '.join(clashing)}, so the metric could not be told from it."
        yield MappingFault(path=f"{path}.name", code="name_taken", message=message)
        return
    place = f"{path}.expression"
    try:
        tree = metric_tree(metric)
        check_tree(exp.Select(expressions=[tree.copy()]), dialect="postgres")
    except SqlProblem as problem:
        yield MappingFault(path=place, code=problem.code, message=problem.detail)
        return
    if holds(tree, exp.Query) or holds(tree, exp.Window):
        yield MappingFault(
            path=place, code="not_an_aggregate", message="A metric is an aggregate of fields, without subqueries or windows."
        )
        return
    yield from _metric_names(metric, tree, place, vocabulary)


def _metric_names(metric: Metric, tree: exp.Expr, place: str, vocabulary: Vocabulary) -> Iterator[MappingFault]:
    """Unknown fields, and columns that stand outside an aggregate."""
    binder = ExpressionBinder(vocabulary)
    scope = Scope({})
    entities = [vocabulary.entities[metric.entity]] if metric.entity else list(vocabulary.entities.values())
    for entity in entities:
        scope.relations.append(Relation(entity.name, {f.name: Attribute(f.name, f.type) for f in entity.entity.fields}))
    holder = exp.Paren(this=tree)
    binder.expression(holder, scope)
    ambiguous_is_fine = metric.entity is None
    for fault in binder.faults:
        if not (ambiguous_is_fine and fault.code == "ambiguous_name"):
            yield MappingFault(path=place, code=fault.code, message=fault.message)
    if not binder.faults and (not holds(holder, exp.AggFunc) or _bare_columns(holder)):
        yield MappingFault(
            path=place, code="not_an_aggregate", message=f"Each field in {metric.name} has to stand in an aggregate, such as sum(…)."
        )


def _bare_columns(root: exp.Expr) -> bool:
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, exp.Column):
            return True
        if not isinstance(node, exp.AggFunc | exp.Filter | exp.WithinGroup):
            stack.extend(node.iter_expressions())
    return False


def rule_faults(rule: TransformationRule) -> list[MappingFault]:
    """What is wrong with a transformation rule."""
    try:
        tree = parsed_expression(rule.expression)
        check_tree(exp.Select(expressions=[tree.copy()]), dialect="postgres")
    except SqlProblem as problem:
        return [MappingFault(path="expression", code=problem.code, message=problem.detail)]
    found = []
    for kind, what in (
        (exp.Window, "window function"),
        (exp.Query, "subquery"),
        (exp.AggFunc, "aggregate"),
        (exp.Placeholder, "parameter"),
    ):
        if holds(tree, kind):
            found.append(
                MappingFault(
                    path="expression", code="not_a_row_expression", message=f"A rule works on one value: no {what} can stand in it."
                )
            )
    names = {column.name for column in find_all(exp.Paren(this=tree.copy()), exp.Column)}
    known = {"input", "rate"} if rule.rates else {"input"}
    for name in sorted(names - known):
        hint = " Give the rule rates to use rate." if name == "rate" else ""
        found.append(MappingFault(path="expression", code="unknown_column", message=f"A rule knows its input, not {name}.{hint}"))
    if "input" not in names:
        found.append(MappingFault(path="expression", code="no_input", message="A rule uses its input."))
    if rule.rates and "rate" not in names:
        found.append(MappingFault(path="rates", code="unused_rates", message="The rule has rates, and its expression does not use rate."))
    return found


def mapping_faults(
    mapping: SourceMapping,
    *,
    schema: CanonicalSchema,
    rules: Mapping[str, TransformationRule],
    dialect: Dialect,
    catalog: Catalog,
) -> list[MappingFault]:
    """What is wrong with a mapping of a source, every fault with its place."""
    vocabulary = vocabulary_of(schema)
    found: list[MappingFault] = []
    if mapping.schema_name != schema.name or mapping.schema_version != schema.version:
        message = f"The mapping is for {mapping.schema_name} {mapping.schema_version}, not for {schema.name} {schema.version}."
        found.append(MappingFault(path="schema", code="other_schema", message=message))
    mapped = mapped_schema(mapping, vocabulary=vocabulary, rules=rules, dialect=dialect, catalog=catalog)
    found += _duplicates([entry.entity for entry in mapping.entities], "entities", "entity")
    if not mapping.entities:
        found.append(MappingFault(path="entities", code="empty", message="A mapping has at least one entity."))
    seen: set[str] = set()
    for i, entry in enumerate(mapping.entities):
        path = f"entities.{i}"
        if entry.entity not in vocabulary.entities:
            found.append(_unknown(f"{path}.entity", "entity", entry.entity, list(vocabulary.entities)))
        elif entry.entity not in seen:
            found += _mapped_entity_faults(mapped.entities[entry.entity], path)
        seen.add(entry.entity)
    return found


def _mapped_entity_faults(entity: MappedEntity, path: str) -> Iterator[MappingFault]:
    yield from _placed(entity.relation.flaws, path)
    yield from _placed(entity.filter[1], path)
    yield from _duplicates([entry.field for entry in entity.mapping.fields], f"{path}.fields", "field")
    for i, entry in enumerate(entity.mapping.fields):
        place = f"{path}.fields.{i}"
        canonical = entity.words.fields.get(entry.field)
        if canonical is None:
            yield _unknown(f"{place}.field", "field", f"{entity.words.name}.{entry.field}", list(entity.words.fields))
            continue
        yield from _placed(entity.compile(entry, canonical).flaws, place)
        yield from _constant_faults(entry, canonical, place)
        for key, value in entry.values.items():
            if canonical.values and value is not None and str(value) not in canonical.values:
                message = f"{value} is none of the values that {entity.words.name}.{entry.field} may have: {', '.join(canonical.values)}."
                yield MappingFault(path=f"{place}.values.{key}", code="unknown_value", message=message)
        if canonical.values and entry.default is not None and str(entry.default) not in canonical.values:
            yield MappingFault(
                path=f"{place}.default", code="unknown_value", message=f"{entry.default} is none of {', '.join(canonical.values)}."
            )
    mapped = {entry.field for entry in entity.mapping.fields}
    for key in sorted(entity.words.keys - mapped):
        message = f"{entity.words.name}.{key} is a key: without it rows cannot be told apart."
        yield MappingFault(path=f"{path}.fields", code="key_not_mapped", message=message)


def _constant_faults(entry: FieldMapping, canonical: CanonicalField, place: str) -> Iterator[MappingFault]:
    """Values and a default that are none of the field's type."""
    if canonical.values:
        return  # those have to be among the field's words
    constants = [(f"{place}.values.{key}", value) for key, value in entry.values.items()]
    for path, value in [*constants, (f"{place}.default", entry.default)]:
        if not fits(value, canonical.type):
            yield MappingFault(path=path, code="type_mismatch", message=f"{value} is no {canonical.type}.")


def broken_fields(
    mapping: SourceMapping,
    *,
    schema: CanonicalSchema,
    rules: Mapping[str, TransformationRule],
    dialect: Dialect,
    catalog: Catalog,
) -> list[str]:
    """The mapped canonical fields (`order.total`) that do not resolve against this catalog."""
    return list(dict.fromkeys(name for name, _ in _broken(mapping, schema, rules, dialect, catalog)))


def broken_columns(
    mapping: SourceMapping,
    *,
    schema: CanonicalSchema,
    rules: Mapping[str, TransformationRule],
    dialect: Dialect,
    catalog: Catalog,
) -> list[str]:
    """The source's tables and columns that the mapping reads and this catalog lacks."""
    return list(dict.fromkeys(column for _, flaw in _broken(mapping, schema, rules, dialect, catalog) for column in flaw.columns))


def _broken(
    mapping: SourceMapping, schema: CanonicalSchema, rules: Mapping[str, TransformationRule], dialect: Dialect, catalog: Catalog
) -> Iterator[tuple[str, Flaw]]:
    mapped = mapped_schema(mapping, vocabulary=vocabulary_of(schema), rules=rules, dialect=dialect, catalog=catalog)
    for name, entity in mapped.entities.items():
        whole = [*entity.relation.flaws, *entity.filter[1]]
        for entry in entity.mapping.fields:
            field = entity.field(entry.field)
            for flaw in [*whole, *(field.flaws if field is not None else ())]:
                yield f"{name}.{entry.field}", flaw


def _placed(flaws: list[Flaw], path: str) -> Iterator[MappingFault]:
    for flaw in flaws:
        yield MappingFault(path=f"{path}.{flaw.part}", code=flaw.code, message=flaw.message)


def _unknown(path: str, what: str, name: str, candidates: list[str]) -> MappingFault:
    closest = close_matches(name.rpartition(".")[2], candidates)
    hint = f" Did you mean {' or '.join(closest)}?" if closest else ""
    return MappingFault(path=path, code=f"unknown_{what}", message=f"The canonical schema has no {what} {name}.{hint}")


def _duplicates(names: list[str], path: str, what: str) -> Iterator[MappingFault]:
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name in seen:
            yield MappingFault(path=f"{path}.{i}", code=f"duplicate_{what}", message=f"The {what} {name} is there twice.")
        seen.add(name)


def _reserved(name: str, path: str) -> Iterator[MappingFault]:
    """Names that canonical SQL could not say without quotes."""
    try:
        tree = parse_statement(f"SELECT {name}, {name}.{name} FROM {name} AS {name} WHERE {name} = 1 GROUP BY {name}", dialect="postgres")
        is_said = isinstance(tree, exp.Select) and all(isinstance(part, exp.Column) and part.name == name for part in tree.expressions)
    except SqlProblem:
        is_said = False
    if not is_said or name in ("input", "rate"):
        yield MappingFault(path=path, code="reserved_name", message=f"{name} is a word of SQL: another name can be written without quotes.")

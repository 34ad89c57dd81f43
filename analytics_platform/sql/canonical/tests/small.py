"""A small canonical schema and mappings of it, for tests of one thing at a time."""

from __future__ import annotations

from typing import Any

from analytics_platform.sql.canonical.model import CanonicalSchema, SourceMapping, TransformationRule
from analytics_platform.sql.canonical.translating import Translation, translate
from analytics_platform.sql.catalog import Catalog, CatalogColumn, CatalogTable
from analytics_platform.sql.dialects import Dialect

SCHEMA = CanonicalSchema.model_validate(
    {
        "name": "shop",
        "entities": [
            {
                "name": "customer",
                "fields": [
                    {"name": "id", "type": "string", "key": True},
                    {"name": "name", "type": "string"},
                    {"name": "country", "type": "string"},
                ],
            },
            {
                "name": "order",
                "fields": [
                    {"name": "id", "type": "string", "key": True},
                    {"name": "customer_id", "type": "string"},
                    {"name": "ordered_at", "type": "datetime"},
                    {"name": "status", "type": "string", "values": ["open", "paid", "lost"]},
                    {"name": "total", "type": "decimal"},
                    {"name": "note", "type": "string"},
                ],
                "relationships": [{"name": "customer", "entity": "customer", "fields": {"customer_id": "id"}}],
            },
        ],
        "metrics": [
            {"name": "revenue", "entity": "order", "expression": "sum(total)"},
            {"name": "orders", "entity": "order", "expression": "count(distinct id)"},
            {"name": "order_value", "entity": "order", "expression": "revenue / nullif(orders, 0)"},
        ],
    }
)
RULES = {
    "cents": TransformationRule(name="cents", expression="input / 100.0"),
    "in_euros": TransformationRule(name="in_euros", expression="input * rate", rates={"EUR": 1, "USD": 0.8}),
}
CATALOG = Catalog(
    (
        CatalogTable(
            name="clients",
            schema="crm",
            columns=(CatalogColumn("id", "integer"), CatalogColumn("nm"), CatalogColumn("land_id", "integer"), CatalogColumn("vat", "decimal")),
            unique_keys=(("id",),),
        ),
        CatalogTable(name="lands", schema="crm", columns=(CatalogColumn("id", "integer"), CatalogColumn("iso")), unique_keys=(("id",),)),
        CatalogTable(
            name="sales",
            schema="crm",
            columns=(
                CatalogColumn("nr", "integer"), CatalogColumn("client", "integer"), CatalogColumn("at", "datetime"), CatalogColumn("st"),
                CatalogColumn("cents", "integer"), CatalogColumn("currency"),
            ),
            unique_keys=(("nr",),),
        ),
    ),
    default_schema="crm",
)  # fmt: skip
CUSTOMER: dict[str, Any] = {
    "entity": "customer",
    "sql": "SELECT c.id, c.nm, l.iso FROM clients AS c LEFT JOIN lands AS l ON l.id = c.land_id",
    "fields": [{"field": "id", "expression": "id"}, {"field": "name", "expression": "nm"}, {"field": "country", "expression": "iso"}],
}
ORDER: dict[str, Any] = {
    "entity": "order",
    "source": "crm.sales",
    "fields": [
        {"field": "id", "expression": "nr"},
        {"field": "customer_id", "expression": "client"},
        {"field": "ordered_at", "expression": "at"},
        {"field": "status", "expression": "st", "values": {"O": "open", "P": "paid", "B": "paid"}},
        {"field": "total", "expression": "cents", "rule": "cents"},
    ],
}


def mapping(*entities: dict[str, Any]) -> SourceMapping:
    """A mapping of these entities, of the usual two where none is said."""
    return SourceMapping.model_validate({"schema": "shop", "schema_version": 1, "entities": list(entities or (CUSTOMER, ORDER))})


def with_field(entity: dict[str, Any], **said: Any) -> dict[str, Any]:
    """The entity with one field said otherwise."""
    fields = [field for field in entity["fields"] if field["field"] != said["field"]]
    return {**entity, "fields": [*fields, said]}


def translation(
    sql: str,
    *entities: dict[str, Any],
    dialect: Dialect = "postgres",
    catalog: Catalog = CATALOG,
    rules: dict[str, TransformationRule] = RULES,
) -> Translation:
    """What the small mapping makes of canonical SQL."""
    return translate(sql, schema=SCHEMA, mapping=mapping(*entities), rules=rules, dialect=dialect, catalog=catalog)


def sql_of(sql: str, *entities: dict[str, Any], dialect: Dialect = "postgres") -> str:
    """Its text alone."""
    return translation(sql, *entities, dialect=dialect).sql

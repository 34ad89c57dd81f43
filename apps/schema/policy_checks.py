"""Policies of a source held against what it holds now: what a rule names has to be there, or whoever it reaches is refused. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from analytics_platform.sql.policies import rule_faults
from apps.datasources.contract import Connection
from apps.schema.contract import BrokenPolicy, PoliciesChecked, SchemaTable
from apps.schema.visibility import catalog_of

_MAX_CHARACTERS = 500


def checked(connection: Connection, tables: Sequence[SchemaTable], *, default_schema: str, version: int) -> PoliciesChecked:
    """Every policy of the source, and why those that do not resolve do not."""
    catalog = catalog_of(tables, default_schema=default_schema)
    broken = []
    for policy in connection.policies:
        faults = rule_faults(policy.rule, catalog=catalog, dialect=connection.dialect)
        if faults:
            sentences = " ".join(dict.fromkeys(fault.message for fault in faults))
            broken.append(BrokenPolicy(policy_id=policy.id, policy_version=policy.version, fault=sentences[:_MAX_CHARACTERS]))
    return PoliciesChecked(
        data_source_id=connection.data_source_id,
        schema_version=version,
        checked=[policy.id for policy in connection.policies],
        broken=broken,
    )

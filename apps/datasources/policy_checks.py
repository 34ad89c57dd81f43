"""Whether a policy can be applied to its source as that is now: judged before it is kept, every fault told at once."""

from __future__ import annotations

from typing import Final

import structlog
from django.conf import settings

from analytics_platform.kernel.blobs import BlobNotFound
from analytics_platform.kernel.context import seconds_left
from analytics_platform.kernel.declare import FieldError
from analytics_platform.kernel.ids import uuid7
from analytics_platform.sources import catalog as found_in_sources
from analytics_platform.sources.configured import configured_sources
from analytics_platform.sources.hub import CONNECTORS
from analytics_platform.sources.problems import SourceProblem
from analytics_platform.sql.catalog import Catalog, CatalogColumn, CatalogTable
from analytics_platform.sql.policies import rule_faults
from analytics_platform.sql.problems import SqlProblem
from analytics_platform.sql.rights import EVERY_TABLE, Rule
from analytics_platform.sql.row_filters import row_filter_variables
from apps.datasources.contract import PolicyDraft, PolicyInvalid
from apps.datasources.models import Source
from apps.datasources.probing import FilesGone, target_of
from apps.files.contract import FileNotFound, FileNotReady

log = structlog.get_logger("policies")
_CATALOG_TIMEOUT_S: Final = 20.0


def variables_of(source: Source, draft: PolicyDraft) -> tuple[str, ...]:
    """The variables of the row filter, of a policy without a fault. Raises PolicyInvalid with all of them.

    A source that cannot be reached just now keeps nobody from tightening it: what the policy names is then judged when the source is read again.
    """
    dialect = CONNECTORS[source.kind].dialect
    row_filter, faults = (draft.row_filter or "").strip(), []
    variables: tuple[str, ...] = ()
    try:
        variables = row_filter_variables(row_filter, dialect=dialect) if row_filter else ()
    except SqlProblem as problem:
        faults = [FieldError(field="row_filter", code=fault.code, message=fault.message) for fault in problem.faults]
        row_filter = ""
    rule = _rule_of(draft, row_filter=row_filter, variables=variables)
    catalog = Catalog(()) if rule.table == EVERY_TABLE else _catalog_of(source)
    if catalog is not None:
        faults += [
            FieldError(field=fault.field, code=fault.code, message=fault.message)
            for fault in rule_faults(rule, catalog=catalog, dialect=dialect)
        ]
    if faults:
        raise PolicyInvalid(errors=faults)
    return variables


def _rule_of(draft: PolicyDraft, *, row_filter: str, variables: tuple[str, ...]) -> Rule:
    return Rule(
        policy_id=uuid7(),
        version=0,
        table=draft.table.strip(),
        roles=frozenset(draft.roles),
        user_ids=frozenset(draft.user_ids),
        row_filter=row_filter,
        variables=variables,
        hidden_columns=tuple(draft.hidden_columns),
        masks=tuple((masked.column, masked.mask) for masked in draft.masked_columns),
    )


def _catalog_of(source: Source) -> Catalog | None:
    """What the source holds now; None where it cannot be asked."""
    try:
        target = target_of(source.kind, source.unseal(), source_id=source.id, version=source.version)
        with configured_sources(settings).session(target) as session:
            return _for_sql(session.introspect(timeout_s=seconds_left(_CATALOG_TIMEOUT_S)))
    except (SourceProblem, FileNotFound, FileNotReady, FilesGone, BlobNotFound) as problem:
        log.info("policy_not_checked", data_source_id=str(source.id), reason=problem.code)
        return None


def _for_sql(catalog: found_in_sources.Catalog) -> Catalog:
    default = catalog.default_schema or None
    tables = tuple(
        CatalogTable(
            name=table.name.name,
            schema=table.name.schema or default,
            columns=tuple(CatalogColumn(column.name, column.type) for column in table.columns),
        )
        for table in catalog.tables
    )
    return Catalog(tables, default_schema=default)

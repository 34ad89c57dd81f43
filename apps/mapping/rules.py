"""Transformation rules: named expressions of one input that mappings share. What mappings use is not renamed or forgotten."""

from __future__ import annotations

import math
from uuid import UUID

from django.db import IntegrityError

from analytics_platform.kernel.context import principal_or_none
from analytics_platform.kernel.databases import transaction_for
from analytics_platform.kernel.declare import FieldError, Page
from analytics_platform.kernel.problems import StaleVersion
from analytics_platform.kernel.stamps import touch
from analytics_platform.sql.canonical.checking import rule_faults
from analytics_platform.sql.canonical.model import TransformationRule
from apps.mapping.contract import Rule, RuleExists, RuleInUse, RuleInvalid, RuleNotFound
from apps.mapping.faults import field_errors_of
from apps.mapping.models import MappingRow, RuleRow, rule_of, transformation_of


def listed(*, page: int, page_size: int) -> Page[Rule]:
    """By name."""
    rows = RuleRow.objects.order_by("name")
    return Page(count=rows.count(), results=[rule_of(row) for row in rows[(page - 1) * page_size : page * page_size]])


def all_of_tenant() -> list[TransformationRule]:
    """Those that a proposal may use."""
    return [transformation_of(row) for row in RuleRow.objects.order_by("name")]


def get(rule_id: UUID) -> Rule:
    """Raises RuleNotFound."""
    return rule_of(_found(rule_id))


def create(rule: TransformationRule) -> Rule:
    """Raises RuleInvalid, RuleExists."""
    _check(rule)
    principal = principal_or_none()
    row = RuleRow(created_by=principal.user_id if principal else None)
    _apply(row, rule)
    try:
        with transaction_for("mapping"):
            row.save(force_insert=True)
    except IntegrityError as fault:
        raise RuleExists(f"There is a rule {rule.name!r} already.") from fault
    return rule_of(row)


def update(rule_id: UUID, rule: TransformationRule, *, version: int | None) -> Rule:
    """Raises RuleNotFound, RuleInvalid, RuleExists, RuleInUse, StaleVersion."""
    _check(rule)
    try:
        with transaction_for("mapping"):
            row = _found(rule_id, for_update=True)
            if version is not None and version != row.version:
                raise StaleVersion
            users = users_of(row.name)
            if rule.name != row.name:
                _refuse_if_used(row.name, users)
            _apply(row, rule)
            row.version += 1
            row.save()
            for data_source_id in {user.data_source_id for user in users}:
                touch("mapping", data_source_id, app="mapping")
    except IntegrityError as fault:
        raise RuleExists(f"There is a rule {rule.name!r} already.") from fault
    return rule_of(row)


def delete(rule_id: UUID) -> None:
    """Raises RuleNotFound, RuleInUse."""
    with transaction_for("mapping"):
        row = _found(rule_id, for_update=True)
        _refuse_if_used(row.name, users_of(row.name))
        row.delete()


def users_of(name: str) -> list[MappingRow]:
    """The mappings that name a rule."""
    return list(MappingRow.objects.filter(entities__contains=[{"fields": [{"rule": name}]}]).only("id", "data_source_id", "schema_name"))


def _refuse_if_used(name: str, users: list[MappingRow]) -> None:
    if users:
        raise RuleInUse(f"{len(users)} mapping{'s use' if len(users) > 1 else ' uses'} the rule {name!r}; change them first.")


def _check(rule: TransformationRule) -> None:
    faults = field_errors_of(rule_faults(rule))
    faults += [
        FieldError(field=f"rates.{code}", code="not_a_rate", message="A rate is a number above zero.")
        for code, rate in rule.rates.items()
        if not (math.isfinite(rate) and rate > 0)
    ]
    if faults:
        raise RuleInvalid(errors=faults)


def _found(rule_id: UUID, *, for_update: bool = False) -> RuleRow:
    rows = RuleRow.objects.select_for_update() if for_update else RuleRow.objects.all()
    row = rows.filter(id=rule_id).first()
    if row is None:
        raise RuleNotFound
    return row


def _apply(row: RuleRow, rule: TransformationRule) -> None:
    row.name, row.expression, row.description, row.rates = rule.name, rule.expression, rule.description, rule.rates

"""The request bodies of access policies."""

from __future__ import annotations

from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from analytics_platform.kernel.declare import Dto
from apps.datasources.api.serializers import Name, printable
from apps.datasources.contract import MaskedColumn, PolicyChanges, PolicyDraft

T = TypeVar("T")


def _without_repetition(values: list[T]) -> list[T]:
    if len(set(values)) != len(values):
        raise ValueError("names something twice")
    return values


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("is blank")
    return value


RoleName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50), AfterValidator(printable)]
TableName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(printable),
    Field(description="`orders`, `sales.orders`, or `*` for every table."),
]
ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_not_blank), AfterValidator(printable)]


class MaskedColumnBody(MaskedColumn):
    """A column and how it is masked; nothing else."""

    model_config = ConfigDict(extra="forbid")

    column: ColumnName


def _one_mask_each(masked: list[MaskedColumnBody]) -> list[MaskedColumnBody]:
    _without_repetition([one.column for one in masked])
    return masked


RowFilter = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000),
    Field(description="A predicate in the source's dialect that may use `:user_id`, `:role` and `:attributes.<name>`."),
]
Roles = Annotated[
    list[RoleName],
    Field(max_length=100, description="Names of roles. Without roles and users a policy reaches everybody."),
    AfterValidator(_without_repetition),
]
UserIds = Annotated[list[UUID], Field(max_length=1000), AfterValidator(_without_repetition)]
HiddenColumns = Annotated[list[ColumnName], Field(max_length=1000), AfterValidator(_without_repetition)]
MaskedColumns = Annotated[
    list[MaskedColumnBody],
    Field(
        max_length=1000, description="`null` shows nothing, `hash` whether values are equal, `range` a band, `partial` how a value begins."
    ),
    AfterValidator(_one_mask_each),
]


class CreatePolicy(Dto):
    """A new policy. One that filters, hides and masks nothing lets its table be seen where the source is closed (`default_access` `deny`)."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    roles: Roles = []
    user_ids: UserIds = []
    table: TableName
    row_filter: RowFilter | None = None
    hidden_columns: HiddenColumns = []
    masked_columns: MaskedColumns = []

    @property
    def draft(self) -> PolicyDraft:
        """What the contract takes."""
        return PolicyDraft.model_validate(self.model_dump(exclude={"version"}))


class ReplacePolicy(CreatePolicy):
    """The whole policy anew; what is left out gets its default. A stale `version` is refused, none means the last write wins."""

    version: int | None = None


class ChangePolicy(Dto):
    """What is to be different; a list is replaced as a whole, and null empties a list or takes the filter away."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    roles: Roles | None = None
    user_ids: UserIds | None = None
    table: TableName | None = None
    row_filter: RowFilter | None = None
    hidden_columns: HiddenColumns | None = None
    masked_columns: MaskedColumns | None = None
    version: int | None = None

    @property
    def changes(self) -> PolicyChanges:
        """What the contract takes."""
        return PolicyChanges.model_validate(self.model_dump(exclude_unset=True, exclude={"version"}))

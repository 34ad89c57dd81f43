"""What other apps may know of data sources: the service, its data, its events, its errors."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import JsonValue

from analytics_platform.kernel.declare import Dto, Event, Page, Principal, Problem, Service, command, query
from analytics_platform.sql.dialects import Dialect
from analytics_platform.sql.rights import Mask, Rights, Rule, Viewer, rights_of
from apps.files.contract import Files

MAY_WRITE = "The login of this source may write. Nothing is ever written from here, but a login that can only read is safer."
"""What is said of a source whose login is not read-only."""

CONFIG_PURPOSE = "datasources.config"
"""What a sealed config is bound to, beside the tenant and the source's id: pass it to `kernel.crypto.unseal`."""

HIDDEN = "********"
"""How a secret reads in an answer; sent back, it keeps the stored one."""

Access = Literal["allow", "deny"]
Status = Literal["unknown", "healthy", "degraded", "unhealthy"]
CheckedStatus = Literal["healthy", "degraded", "unhealthy"]
Config = dict[str, JsonValue]
UUIDs = list[UUID]  # `list` inside the service below is its method


class DataSourceNotFound(Problem):
    code = "data_source_not_found"
    status = 404
    title = "There is no such data source."


class DataSourceNameTaken(Problem):
    code = "data_source_name_taken"
    status = 409
    title = "Another data source has this name."


class ConnectionFailed(Problem):
    code = "connection_failed"
    status = 422
    title = "The data source does not answer with this configuration."


class PolicyNotFound(Problem):
    code = "policy_not_found"
    status = 404
    title = "The data source has no such policy."


class PolicyNameTaken(Problem):
    code = "policy_name_taken"
    status = 409
    title = "Another policy of this data source has this name."


class PolicyInvalid(Problem):
    """Its faults stand in `errors`, each with its field."""

    code = "policy_invalid"
    status = 422
    title = "The policy cannot be applied to this data source."


class DataSource(Dto):
    """A configured source as people see it: secrets in `config` read `"********"`."""

    id: UUID
    name: str
    kind: str
    dialect: Dialect
    config: Config
    private: bool
    default_access: Access
    cache_ttl_s: int
    read_only_login: bool | None
    warnings: list[str] = []
    status: Status
    last_checked_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    created_by: UUID | None


class MaskedColumn(Dto):
    """A column of which only something is shown: `null` nothing, `hash` whether values are equal, `range` a band, `partial` how it begins."""

    column: str
    mask: Mask


PolicyStatus = Literal["ok", "broken"]


class PolicyDraft(Dto):
    """What a person says of a policy."""

    name: str
    roles: list[str] = []
    user_ids: list[UUID] = []
    table: str
    row_filter: str | None = None
    hidden_columns: list[str] = []
    masked_columns: list[MaskedColumn] = []


class PolicyChanges(Dto):
    """What is to be different of a policy: what is set takes the place of what was, a `row_filter` of None takes the filter away."""

    name: str | None = None
    roles: list[str] | None = None
    user_ids: list[UUID] | None = None
    table: str | None = None
    row_filter: str | None = None
    hidden_columns: list[str] | None = None
    masked_columns: list[MaskedColumn] | None = None


class Policy(Dto):
    """Who may see what of one table. Without `roles` and `user_ids` it reaches everybody; `table` `*` means every table.

    `row_filter` is a predicate in the source's dialect that may use `:user_id`, `:role` and `:attributes.<name>`; `variables` are those it uses.
    A policy that no longer resolves against the source's schema is `broken`, says why in `fault`, and refuses whom it reaches.
    """

    id: UUID
    data_source_id: UUID
    name: str
    roles: list[str] = []
    user_ids: list[UUID] = []
    table: str
    row_filter: str | None = None
    variables: list[str] = []
    hidden_columns: list[str] = []
    masked_columns: list[MaskedColumn] = []
    status: PolicyStatus = "ok"
    fault: str | None = None
    version: int
    created_at: datetime
    updated_at: datetime
    created_by: UUID | None = None

    @property
    def rule(self) -> Rule:
        """The policy as the SQL pipeline applies it."""
        return Rule(
            policy_id=self.id,
            version=self.version,
            table=self.table,
            roles=frozenset(self.roles),
            user_ids=frozenset(self.user_ids),
            row_filter=self.row_filter or "",
            variables=tuple(self.variables),
            hidden_columns=tuple(self.hidden_columns),
            masks=tuple((masked.column, masked.mask) for masked in self.masked_columns),
        )


class Connection(Dto):
    """How to reach a source and under which policies, for schema and execution alone. `sealed` is the encrypted config (JSON).

    Unseal it with purpose `CONFIG_PURPOSE`, the tenant in force and `data_source_id`; what comes out goes to
    `analytics_platform.sources`. `version` grows with every change of the source, so caches and pools key on it.
    """

    data_source_id: UUID
    name: str
    kind: str
    dialect: Dialect
    version: int
    sealed: str
    file_ids: list[UUID]
    cache_ttl_s: int
    private: bool
    default_access: Access
    policies: list[Policy]

    def rights_of(self, principal: Principal, *, tables: frozenset[str] | None = None) -> Rights:
        """What somebody may see of the source, or of its `tables` alone where it is opened beside others."""
        rules = (policy.rule for policy in self.policies)
        return rights_of(rules, viewer=viewer_of(principal), is_closed=self.default_access == "deny", tables=tables)


def viewer_of(principal: Principal) -> Viewer:
    """Somebody as policies see them."""
    return Viewer(user_id=principal.user_id, role=principal.role, attributes=principal.attributes)


class HealthError(Dto):
    """Why a check failed: a stable code, and a sentence with no secret in it."""

    code: str
    message: str


class HealthCheck(Dto):
    """One check: `degraded` answers, but slowly or not wholly."""

    status: CheckedStatus
    latency_ms: float | None
    checked_at: datetime
    error: HealthError | None = None
    read_only_login: bool | None = None
    warnings: list[str] = []


class SourceKind(Dto):
    """One kind of source and the JSON Schema of its config."""

    kind: str
    title: str
    dialect: Dialect
    config_schema: dict[str, Any]
    secret_fields: list[str]
    driver: str
    driver_installed: bool


SourceKinds = list[SourceKind]
DataSourceList = list[DataSource]
ConnectionList = list[Connection]


class DataSourceCreated(Event):
    key_field = "data_source_id"
    data_source_id: UUID
    name: str
    kind: str
    dialect: Dialect


class DataSourceUpdated(Event):
    """`changed` names the fields that differ; `config` is among them when the connection itself changed."""

    key_field = "data_source_id"
    data_source_id: UUID
    name: str
    kind: str
    changed: list[str]
    data_source_version: int


class DataSourceDeleted(Event):
    key_field = "data_source_id"
    data_source_id: UUID
    name: str


class DataSourceHealthChanged(Event):
    key_field = "data_source_id"
    data_source_id: UUID
    name: str
    status: CheckedStatus
    previous_status: Status
    error_code: str | None = None


class PolicyChanged(Event):
    """A policy was made, changed or removed: who may see what of the source is different now."""

    key_field = "data_source_id"
    data_source_id: UUID
    policy_id: UUID
    name: str
    change: Literal["created", "updated", "deleted"]


class RestrictedFilesChanged(Event):
    """Which files the source holds under restrictions (policies, or a closed source) may be different now: `file_ids` are all of them."""

    key_field = "data_source_id"
    data_source_id: UUID
    file_ids: list[UUID]


class PolicyBroken(Event):
    """A policy no longer resolves against the source's schema, and refuses whom it reaches until it is changed."""

    key_field = "data_source_id"
    data_source_id: UUID
    policy_id: UUID
    name: str
    created_by: UUID | None = None


class DataSources(Service):
    """Connection configurations of the tenant in force, and who may see what of each source."""

    app = "datasources"
    publishes = (
        DataSourceCreated,
        DataSourceUpdated,
        DataSourceDeleted,
        DataSourceHealthChanged,
        PolicyChanged,
        PolicyBroken,
        RestrictedFilesChanged,
    )
    consumes = ("files.FileProcessed", "files.FileDeleted", "schema.PoliciesChecked")
    depends_on = (Files,)

    @query
    def kinds(self) -> SourceKinds:
        """Every kind, the JSON Schema of its config, and whether its driver is installed."""

    @query
    def get(self, *, data_source_id: UUID) -> DataSource:
        """One source. Raises DataSourceNotFound."""

    @query
    def get_many(self, *, ids: UUIDs) -> DataSourceList:
        """Those of `ids` that exist, in the order asked for."""

    @query
    def list(
        self,
        *,
        kind: str | None = None,
        status: Status | None = None,
        search: str | None = None,
        ordering: str = "name",
        page: int = 1,
        page_size: int = 50,
    ) -> Page[DataSource]:
        """A page of sources; `search` looks in names, `ordering` takes name, kind, status, created_at, updated_at (`-` reverses)."""

    @query
    def connection(self, *, data_source_id: UUID) -> Connection:
        """How to reach one source, sealed. Raises DataSourceNotFound."""

    @query
    def connections(self, *, ids: UUIDs) -> ConnectionList:
        """Those of `ids` that exist, in the order asked for."""

    @query
    def connections_holding(self, *, file_ids: UUIDs) -> ConnectionList:
        """The sources that hold any of the files, for whoever opens a file: their policies hold for it too."""

    @command
    def create(
        self,
        *,
        name: str,
        kind: str,
        config: Config,
        private: bool = False,
        default_access: Access = "allow",
        cache_ttl_s: int = 60,
        test: bool = False,
    ) -> DataSource:
        """A new source; with `test` only if it connects.

        Raises Invalid, DataSourceNameTaken, ConnectionFailed, AddressRefused, PathRefused.
        """

    @command
    def update(
        self,
        *,
        data_source_id: UUID,
        name: str | None = None,
        kind: str | None = None,
        config: Config | None = None,
        merge_config: bool = False,
        private: bool | None = None,
        default_access: Access | None = None,
        cache_ttl_s: int | None = None,
        version: int | None = None,
        test: bool = False,
    ) -> DataSource:
        """Change what is given; None leaves a field as it is. With `merge_config` fields missing from `config` stay too.

        A new host asks for its secrets anew, so that nobody can send a stored password to a host of their own.
        Raises DataSourceNotFound, StaleVersion, Invalid, DataSourceNameTaken, ConnectionFailed, AddressRefused, PathRefused.
        """

    @command
    def delete(self, *, data_source_id: UUID) -> None:
        """Forget a source; other apps drop what they held for it on DataSourceDeleted. Raises DataSourceNotFound."""

    @command
    def check_health(self, *, data_source_id: UUID) -> HealthCheck:
        """Connect now and write down how it went; a source that does not answer is an answer. Raises DataSourceNotFound."""

    @query
    def health(self, *, data_source_id: UUID, page: int = 1, page_size: int = 50) -> Page[HealthCheck]:
        """The checks so far, newest first. Raises DataSourceNotFound."""

    @query
    def policies(self, *, data_source_id: UUID, page: int = 1, page_size: int = 50) -> Page[Policy]:
        """The policies of a source by name. Raises DataSourceNotFound."""

    @query
    def policy(self, *, data_source_id: UUID, policy_id: UUID) -> Policy:
        """One policy. Raises DataSourceNotFound, PolicyNotFound."""

    @command
    def create_policy(self, *, data_source_id: UUID, policy: PolicyDraft) -> Policy:
        """A new policy, checked against the source as it is now where it can be reached. Raises DataSourceNotFound, PolicyNameTaken, PolicyInvalid."""

    @command
    def update_policy(self, *, data_source_id: UUID, policy_id: UUID, policy: PolicyDraft, version: int | None = None) -> Policy:
        """The whole policy anew. Raises DataSourceNotFound, PolicyNotFound, StaleVersion, PolicyNameTaken, PolicyInvalid."""

    @command
    def change_policy(self, *, data_source_id: UUID, policy_id: UUID, changes: PolicyChanges, version: int | None = None) -> Policy:
        """The policy with what `changes` sets. Raises DataSourceNotFound, PolicyNotFound, StaleVersion, PolicyNameTaken, PolicyInvalid."""

    @command
    def delete_policy(self, *, data_source_id: UUID, policy_id: UUID) -> None:
        """Forget a policy. Raises DataSourceNotFound, PolicyNotFound."""


data_sources = DataSources.client()

"""What is kept of a data source: its sealed configuration, how it was last found, and the history of checks."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import models

from analytics_platform.kernel import crypto
from analytics_platform.kernel.context import current_tenant
from analytics_platform.kernel.ids import uuid7
from analytics_platform.sources.hub import CONNECTORS
from apps.datasources.configuration import masked
from apps.datasources.contract import (
    CONFIG_PURPOSE,
    MAY_WRITE,
    Config,
    Connection,
    DataSource,
    HealthCheck,
    HealthError,
    MaskedColumn,
    Policy,
    PolicyStatus,
)


class Status(models.TextChoices):
    """unknown until the first check; every change of the configuration makes it unknown again."""

    UNKNOWN = "unknown"
    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"


class Access(models.TextChoices):
    """What somebody may see of the source for whom no policy says anything."""

    ALLOW = "allow"
    DENY = "deny"


class Source(models.Model):
    """One source of a tenant. `sealed` is its whole configuration, bound to the tenant and this row; `file_ids` is repeated to be searched."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20)
    sealed = models.TextField()
    file_ids = models.JSONField(default=list)
    private = models.BooleanField(default=False)
    default_access = models.CharField(max_length=5, choices=Access, default=Access.ALLOW)
    cache_ttl_s = models.IntegerField(default=60)
    read_only_login = models.BooleanField(null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.UNKNOWN)
    last_checked_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "datasources_source"
        verbose_name = "data source"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def seal(self, config: Config) -> None:
        """Keep this configuration."""
        self.sealed = crypto.seal(json.dumps(config).encode(), purpose=CONFIG_PURPOSE, tenant_id=current_tenant(), record_id=self.id)
        self.file_ids = config.get("file_ids", [])

    def unseal(self) -> Config:
        """The configuration with its secrets. Raises Unsealable."""
        raw = crypto.unseal(self.sealed, purpose=CONFIG_PURPOSE, tenant_id=current_tenant(), record_id=self.id)
        config: Config = json.loads(raw)
        return config


class AccessPolicy(models.Model):
    """Who may see what of one table of a source. `fault` says why it no longer resolves; empty where it does."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="policies")
    name = models.CharField(max_length=200)
    roles = models.JSONField(default=list, blank=True)
    user_ids = models.JSONField(default=list, blank=True)
    table = models.CharField(max_length=300)
    row_filter = models.TextField(default="", blank=True)
    variables = models.JSONField(default=list, blank=True)
    hidden_columns = models.JSONField(default=list, blank=True)
    masked_columns = models.JSONField(default=list, blank=True)
    fault = models.TextField(default="", blank=True)
    version = models.IntegerField(default=1)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "datasources_policy"
        verbose_name = "access policy"
        verbose_name_plural = "access policies"
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="datasources_policy_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def status(self) -> PolicyStatus:
        """Whether it resolved when it was last held against the source's structure."""
        return "broken" if self.fault else "ok"


class HealthRecord(models.Model):
    """One check of a source."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="checks")
    status = models.CharField(max_length=10, choices=Status)
    latency_ms = models.FloatField(null=True)
    error_code = models.CharField(max_length=60, default="", blank=True)
    error_message = models.CharField(max_length=1000, default="", blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        db_table = "datasources_health"
        verbose_name = "health check"
        ordering = ("-checked_at",)
        indexes = [models.Index(fields=["source", "-checked_at"], name="datasources_health_newest")]

    def __str__(self) -> str:
        return f"{self.status} at {self.checked_at:%Y-%m-%d %H:%M}"


def data_source_of(row: Source) -> DataSource:
    """The row as other apps and clients see it."""
    return DataSource(
        id=row.id,
        name=row.name,
        kind=row.kind,
        dialect=CONNECTORS[row.kind].dialect,
        config=masked(row.kind, row.unseal()),
        private=row.private,
        default_access=row.default_access,
        cache_ttl_s=row.cache_ttl_s,
        read_only_login=row.read_only_login,
        warnings=warnings_of(row.read_only_login),
        status=row.status,
        last_checked_at=row.last_checked_at,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        created_by=row.created_by,
    )


def warnings_of(read_only_login: bool | None) -> list[str]:
    """What should be known of a source whose login was found to be so."""
    return [MAY_WRITE] if read_only_login is False else []


def connection_of(row: Source) -> Connection:
    """The row as schema and execution reach it."""
    return Connection(
        data_source_id=row.id,
        name=row.name,
        kind=row.kind,
        dialect=CONNECTORS[row.kind].dialect,
        version=row.version,
        sealed=row.sealed,
        file_ids=[UUID(file_id) for file_id in row.file_ids],
        cache_ttl_s=row.cache_ttl_s,
        private=row.private,
        default_access=row.default_access,
        policies=[policy_of(policy) for policy in row.policies.all()],
    )


def policy_of(row: AccessPolicy) -> Policy:
    """The row as other apps and clients see it."""
    return Policy(
        id=row.id,
        data_source_id=row.source_id,
        name=row.name,
        roles=row.roles,
        user_ids=[UUID(user_id) for user_id in row.user_ids],
        table=row.table,
        row_filter=row.row_filter or None,
        variables=row.variables,
        hidden_columns=row.hidden_columns,
        masked_columns=[MaskedColumn.model_validate(masked) for masked in row.masked_columns],
        status=row.status,
        fault=row.fault or None,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        created_by=row.created_by,
    )


def check_of(row: HealthRecord) -> HealthCheck:
    """One line of the history."""
    error = HealthError(code=row.error_code, message=row.error_message) if row.error_code else None
    return HealthCheck(status=row.status, latency_ms=row.latency_ms, checked_at=row.checked_at, error=error)

"""The one table of long work and schedules."""

from __future__ import annotations

from django.db import models

from analytics_platform.kernel.ids import uuid7


class State(models.TextChoices):
    """queued → running → succeeded, failed or cancelled; running → queued when it is tried again."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (State.SUCCEEDED, State.FAILED, State.CANCELLED)


class JobRow(models.Model):
    """One run of a job. `claim` grows each time somebody takes the row, so that who lost it can no longer write to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    app = models.CharField(max_length=40)
    kind = models.CharField(max_length=100)
    tenant_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True)
    arguments = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200, null=True)
    every_s = models.FloatField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField()
    kicked_at = models.DateTimeField(null=True)
    claim = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    progress = models.FloatField(default=0)
    message = models.CharField(max_length=300, default="")
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    request_id = models.CharField(max_length=100, default="")
    trace = models.CharField(max_length=100, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "jobs_job"
        verbose_name = "job"
        ordering = ("-created_at",)
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="queued"), name="jobs_due"),
            models.Index(fields=["heartbeat_at"], condition=models.Q(state="running"), name="jobs_beating"),
            models.Index(fields=["finished_at"], condition=models.Q(finished_at__isnull=False), name="jobs_finished"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["app", "kind", "tenant_id", "dedupe_key"],
                condition=models.Q(state="queued", dedupe_key__isnull=False),
                nulls_distinct=False,
                name="jobs_one_queued_a_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

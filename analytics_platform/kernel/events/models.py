"""The tables of events: outbox and log of what is published here, cursors and parked events of those who subscribe here."""

from __future__ import annotations

from django.db import models

from analytics_platform.kernel.ids import uuid7


class Recorded(models.Model):
    """What an event is made of, wherever it lies."""

    id = models.UUIDField(default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    version = models.IntegerField()
    tenant_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True)
    key = models.CharField(max_length=200)
    occurred_at = models.DateTimeField()
    request_id = models.CharField(max_length=100)
    trace = models.CharField(max_length=100)
    payload = models.JSONField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.name} {self.key}"


class OutboxEvent(Recorded):
    """An event on its way into the log. `seq` follows the order of commits within a key, not across keys."""

    seq = models.BigAutoField(primary_key=True)

    class Meta:
        db_table = "events_outbox"


class LoggedEvent(Recorded):
    """An event of the log. Positions follow the order of commits; the table is partitioned by week, and its real key is (position, recorded_at)."""

    position = models.BigIntegerField(primary_key=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "events_log"
        verbose_name = "event"
        ordering = ("-position",)


class LogIdentity(models.Model):
    """The name of this database's log: cursors speak of it, wherever the log is read from."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    is_the_one = models.BooleanField(default=True, unique=True)

    class Meta:
        db_table = "events_log_identity"

    def __str__(self) -> str:
        return str(self.id)


class Cursor(models.Model):
    """How far an app has handled a log. Lives in the app's own database."""

    subscriber = models.CharField(max_length=40)
    log_id = models.UUIDField()
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "events_cursor"
        verbose_name = "cursor"
        ordering = ("subscriber", "log_id")
        constraints = [models.UniqueConstraint(fields=["subscriber", "log_id"], name="events_one_cursor_a_log")]

    def __str__(self) -> str:
        return f"{self.subscriber} at {self.position}"


class ParkedEvent(Recorded):
    """An event that its subscriber could not handle, or that waits behind one of its key."""

    row_id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscriber = models.CharField(max_length=40)
    log_id = models.UUIDField()
    position = models.BigIntegerField()
    reason = models.TextField(default="")
    attempts = models.IntegerField(default=0)
    parked_at = models.DateTimeField(auto_now_add=True)
    retry_at = models.DateTimeField()

    class Meta:
        db_table = "events_parked"
        verbose_name = "parked event"
        ordering = ("subscriber", "log_id", "position")
        constraints = [models.UniqueConstraint(fields=["subscriber", "log_id", "position"], name="events_parked_once")]
        indexes = [
            models.Index(fields=["retry_at"], name="events_parked_due"),
            models.Index(fields=["subscriber", "log_id", "key"], name="events_parked_line"),
        ]

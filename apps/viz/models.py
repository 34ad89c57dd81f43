"""What is kept of charts: their specs, without rows, and dashboard layouts."""

from __future__ import annotations

from django.db import models

from analytics_platform.kernel.ids import uuid7


class Visualization(models.Model):
    """A chart. Its rows are those of the execution, or a blob that only the person who sent them can draw from, for a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    type = models.CharField(max_length=20)
    title = models.CharField(max_length=300, blank=True)
    question = models.TextField(blank=True)
    spec = models.JSONField()
    columns = models.JSONField()
    options = models.JSONField(default=dict)
    notes = models.JSONField(default=list)  # empty: they count rows, and are made anew with the rows
    execution_id = models.UUIDField(null=True, db_index=True)
    rows_key = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.UUIDField()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.title or self.type


class DashboardTemplate(models.Model):
    """A layout of the tenant's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True)
    slots = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.UUIDField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

"""The table of jobs."""

import analytics_platform.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="JobRow",
            fields=[
                ("id", models.UUIDField(default=analytics_platform.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("app", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=100)),
                ("tenant_id", models.UUIDField(null=True)),
                ("actor_id", models.UUIDField(null=True)),
                ("arguments", models.JSONField(default=dict)),
                ("dedupe_key", models.CharField(max_length=200, null=True)),
                ("every_s", models.FloatField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("kicked_at", models.DateTimeField(null=True)),
                ("claim", models.IntegerField(default=0)),
                ("attempts", models.IntegerField(default=0)),
                ("started_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("progress", models.FloatField(default=0)),
                ("message", models.CharField(default="", max_length=300)),
                ("result", models.JSONField(null=True)),
                ("error", models.JSONField(null=True)),
                ("request_id", models.CharField(default="", max_length=100)),
                ("trace", models.CharField(default="", max_length=100)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "job",
                "db_table": "jobs_job",
                "ordering": ("-created_at",),
                "indexes": [
                    models.Index(condition=models.Q(("state", "queued")), fields=["due_at"], name="jobs_due"),
                    models.Index(condition=models.Q(("state", "running")), fields=["heartbeat_at"], name="jobs_beating"),
                    models.Index(condition=models.Q(("finished_at__isnull", False)), fields=["finished_at"], name="jobs_finished"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dedupe_key__isnull", False), ("state", "queued")),
                        fields=("app", "kind", "tenant_id", "dedupe_key"),
                        name="jobs_one_queued_a_key",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]

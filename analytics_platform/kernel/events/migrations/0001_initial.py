"""The tables of events. The log is partitioned by time, which Django cannot say."""

import analytics_platform.kernel.ids
from django.db import migrations, models


LOG = """
CREATE TABLE events_log (
    position bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    id uuid NOT NULL,
    name varchar(100) NOT NULL,
    version integer NOT NULL,
    tenant_id uuid,
    actor_id uuid,
    key varchar(200) NOT NULL,
    occurred_at timestamptz NOT NULL,
    request_id varchar(100) NOT NULL,
    trace varchar(100) NOT NULL,
    payload jsonb NOT NULL,
    PRIMARY KEY (position, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE SEQUENCE events_log_position;
"""
VACUUM_OFTEN = "ALTER TABLE events_outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(LOG, "DROP TABLE events_log; DROP SEQUENCE events_log_position")],
            state_operations=[
                migrations.CreateModel(
                    name="LoggedEvent",
                    fields=[
                        ("id", models.UUIDField(default=analytics_platform.kernel.ids.uuid7, editable=False)),
                        ("name", models.CharField(max_length=100)),
                        ("version", models.IntegerField()),
                        ("tenant_id", models.UUIDField(null=True)),
                        ("actor_id", models.UUIDField(null=True)),
                        ("key", models.CharField(max_length=200)),
                        ("occurred_at", models.DateTimeField()),
                        ("request_id", models.CharField(max_length=100)),
                        ("trace", models.CharField(max_length=100)),
                        ("payload", models.JSONField()),
                        ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("recorded_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "event",
                        "db_table": "events_log",
                        "ordering": ("-position",),
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="LogIdentity",
            fields=[
                ("id", models.UUIDField(default=analytics_platform.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("is_the_one", models.BooleanField(default=True, unique=True)),
            ],
            options={
                "db_table": "events_log_identity",
            },
        ),
        migrations.CreateModel(
            name="OutboxEvent",
            fields=[
                ("id", models.UUIDField(default=analytics_platform.kernel.ids.uuid7, editable=False)),
                ("name", models.CharField(max_length=100)),
                ("version", models.IntegerField()),
                ("tenant_id", models.UUIDField(null=True)),
                ("actor_id", models.UUIDField(null=True)),
                ("key", models.CharField(max_length=200)),
                ("occurred_at", models.DateTimeField()),
                ("request_id", models.CharField(max_length=100)),
                ("trace", models.CharField(max_length=100)),
                ("payload", models.JSONField()),
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "events_outbox",
            },
        ),
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subscriber", models.CharField(max_length=40)),
                ("log_id", models.UUIDField()),
                ("position", models.BigIntegerField(default=0)),
                ("moved_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "cursor",
                "db_table": "events_cursor",
                "ordering": ("subscriber", "log_id"),
                "constraints": [models.UniqueConstraint(fields=("subscriber", "log_id"), name="events_one_cursor_a_log")],
            },
        ),
        migrations.CreateModel(
            name="ParkedEvent",
            fields=[
                ("id", models.UUIDField(default=analytics_platform.kernel.ids.uuid7, editable=False)),
                ("name", models.CharField(max_length=100)),
                ("version", models.IntegerField()),
                ("tenant_id", models.UUIDField(null=True)),
                ("actor_id", models.UUIDField(null=True)),
                ("key", models.CharField(max_length=200)),
                ("occurred_at", models.DateTimeField()),
                ("request_id", models.CharField(max_length=100)),
                ("trace", models.CharField(max_length=100)),
                ("payload", models.JSONField()),
                (
                    "row_id",
                    models.UUIDField(default=analytics_platform.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("subscriber", models.CharField(max_length=40)),
                ("log_id", models.UUIDField()),
                ("position", models.BigIntegerField()),
                ("reason", models.TextField(default="")),
                ("attempts", models.IntegerField(default=0)),
                ("parked_at", models.DateTimeField(auto_now_add=True)),
                ("retry_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "parked event",
                "db_table": "events_parked",
                "ordering": ("subscriber", "log_id", "position"),
                "indexes": [
                    models.Index(fields=["retry_at"], name="events_parked_due"),
                    models.Index(fields=["subscriber", "log_id", "key"], name="events_parked_line"),
                ],
                "constraints": [models.UniqueConstraint(fields=("subscriber", "log_id", "position"), name="events_parked_once")],
            },
        ),
        migrations.RunSQL(VACUUM_OFTEN, migrations.RunSQL.noop),  # every row is soon deleted
    ]

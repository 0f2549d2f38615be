"""Log lines and spans: partitioned by how long they are kept, then by day; days come later."""

from django.db import migrations, models

import portal.ids

KEEPS = (0, 1, 2)
LOGS = """
CREATE TABLE observability_logrecord (
    id uuid NOT NULL, keep smallint NOT NULL, at timestamptz NOT NULL,
    component text NOT NULL, environment text NOT NULL, version text NOT NULL,
    severity smallint NOT NULL, message text NOT NULL, attributes jsonb NOT NULL,
    trace_id uuid, span_id text, run_id uuid, deployment_id uuid
) PARTITION BY LIST (keep);
CREATE INDEX log_by_component ON observability_logrecord (component, at DESC, id DESC);
CREATE INDEX log_by_time ON observability_logrecord (at DESC, id DESC);
CREATE INDEX log_by_trace ON observability_logrecord (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX log_by_run ON observability_logrecord (run_id, at DESC, id DESC)
    WHERE run_id IS NOT NULL;
CREATE INDEX log_by_deployment ON observability_logrecord (deployment_id, at DESC, id DESC)
    WHERE deployment_id IS NOT NULL;
CREATE INDEX log_errors ON observability_logrecord (component, at DESC) WHERE severity >= 17;
CREATE INDEX log_words ON observability_logrecord USING gin (to_tsvector('simple', message))
    WHERE severity >= 13;
"""
SPANS = """
CREATE TABLE observability_span (
    id uuid NOT NULL, keep smallint NOT NULL, at timestamptz NOT NULL, duration bigint NOT NULL,
    trace_id uuid NOT NULL, span_id text NOT NULL, parent_id text,
    component text NOT NULL, environment text NOT NULL, version text NOT NULL,
    name text NOT NULL, kind smallint NOT NULL, is_error boolean NOT NULL, message text NOT NULL,
    attributes jsonb NOT NULL, events jsonb NOT NULL, links jsonb NOT NULL,
    run_id uuid, deployment_id uuid
) PARTITION BY LIST (keep);
CREATE INDEX span_by_trace ON observability_span (trace_id);
CREATE INDEX span_by_component ON observability_span (component, at DESC, id DESC);
CREATE INDEX span_errors ON observability_span (component, at DESC) WHERE is_error;
CREATE INDEX span_by_run ON observability_span (run_id) WHERE run_id IS NOT NULL;
"""


def classes(table):
    return "".join(
        f"CREATE TABLE {table}_k{keep} PARTITION OF {table} FOR VALUES IN ({keep})"
        " PARTITION BY RANGE (at);\n"
        for keep in KEEPS
    )


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0002_changes_by_what_is_asked'),
    ]

    operations = [
        migrations.RunSQL(
            sql=LOGS + classes("observability_logrecord"),
            reverse_sql="DROP TABLE observability_logrecord",
        ),
        migrations.RunSQL(
            sql=SPANS + classes("observability_span"),
            reverse_sql="DROP TABLE observability_span",
        ),
        migrations.CreateModel(
            name='LogRecord',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('keep', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('component', models.TextField()),
                ('environment', models.TextField()),
                ('version', models.TextField()),
                ('severity', models.PositiveSmallIntegerField()),
                ('message', models.TextField()),
                ('attributes', models.JSONField()),
                ('trace_id', models.UUIDField(null=True)),
                ('span_id', models.TextField(null=True)),
                ('run_id', models.UUIDField(null=True)),
                ('deployment_id', models.UUIDField(null=True)),
            ],
            options={
                'db_table': 'observability_logrecord',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Span',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('keep', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('duration', models.BigIntegerField()),
                ('trace_id', models.UUIDField()),
                ('span_id', models.TextField()),
                ('parent_id', models.TextField(null=True)),
                ('component', models.TextField()),
                ('environment', models.TextField()),
                ('version', models.TextField()),
                ('name', models.TextField()),
                ('kind', models.PositiveSmallIntegerField(choices=[(0, 'Unspecified'), (1, 'Internal'), (2, 'Server'), (3, 'Client'), (4, 'Producer'), (5, 'Consumer')])),
                ('is_error', models.BooleanField()),
                ('message', models.TextField()),
                ('attributes', models.JSONField()),
                ('events', models.JSONField()),
                ('links', models.JSONField()),
                ('run_id', models.UUIDField(null=True)),
                ('deployment_id', models.UUIDField(null=True)),
            ],
            options={
                'db_table': 'observability_span',
                'managed': False,
            },
        ),
    ]

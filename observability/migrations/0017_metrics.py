"""Series of metrics, and their points: partitioned as log lines are; days come later."""

import django.contrib.postgres.fields
from django.db import migrations, models

KEEPS = (0, 1, 2)
POINTS = """
CREATE TABLE observability_point (
    keep smallint NOT NULL, series_id uuid NOT NULL, at timestamptz NOT NULL, began timestamptz,
    value double precision NOT NULL, count bigint NOT NULL,
    bounds double precision[], counts double precision[]
) PARTITION BY LIST (keep);
CREATE INDEX point_by_series ON observability_point (series_id, at);
"""


def classes(table):
    return "".join(
        f"CREATE TABLE {table}_k{keep} PARTITION OF {table} FOR VALUES IN ({keep})"
        " PARTITION BY RANGE (at);\n"
        for keep in KEEPS
    )


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0016_history_imports'),
    ]

    operations = [
        migrations.RunSQL(
            sql=POINTS + classes("observability_point"),
            reverse_sql="DROP TABLE observability_point",
        ),
        migrations.CreateModel(
            name='Point',
            fields=[
                ('pk', models.CompositePrimaryKey('series_id', 'at', blank=True, editable=False, primary_key=True, serialize=False)),
                ('keep', models.PositiveSmallIntegerField()),
                ('series_id', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('began', models.DateTimeField(null=True)),
                ('value', models.FloatField()),
                ('count', models.BigIntegerField()),
                ('bounds', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), null=True, size=None)),
                ('counts', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), null=True, size=None)),
            ],
            options={
                'db_table': 'observability_point',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('component', models.TextField()),
                ('environment', models.TextField()),
                ('name', models.TextField()),
                ('kind', models.TextField()),
                ('is_delta', models.BooleanField()),
                ('is_monotonic', models.BooleanField()),
                ('labels', models.JSONField()),
                ('unit', models.TextField()),
                ('description', models.TextField()),
                ('first_seen_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
            ],
            options={
                'indexes': [
                    models.Index(fields=['component', 'name'], name='series_by_metric'),
                    models.Index(fields=['component', 'last_seen_at'], name='series_by_component'),
                    models.Index(fields=['last_seen_at'], name='series_by_time'),
                ],
            },
        ),
    ]

"""Spans by steps of time and by how long they took: rates and durations are drawn from them."""

import django.contrib.postgres.fields
from django.db import migrations, models

# Each number is a bucket (from the 48th bit on) and how many are in it.
ADDED = """
CREATE FUNCTION observability_buckets_added(a bigint[], b bigint[]) RETURNS bigint[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg((bucket << 48) + spans ORDER BY bucket) FROM (
        SELECT one >> 48 AS bucket, sum(one & 281474976710655)::bigint AS spans
        FROM unnest(a || b) AS one GROUP BY 1
    ) AS summed
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0020_places_never_live'),
    ]

    operations = [
        migrations.RunSQL(sql=ADDED, reverse_sql="DROP FUNCTION observability_buckets_added"),
        migrations.CreateModel(
            name='SpanVolume',
            fields=[
                ('pk', models.CompositePrimaryKey('component', 'step', 'at', 'environment', 'name', blank=True, editable=False, primary_key=True, serialize=False)),
                ('component', models.TextField()),
                ('step', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('environment', models.TextField()),
                ('name', models.TextField()),
                ('spans', models.PositiveBigIntegerField()),
                ('errors', models.PositiveBigIntegerField()),
                ('nanoseconds', models.DecimalField(decimal_places=0, max_digits=30)),
                ('buckets', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
            options={
                'indexes': [models.Index(fields=['step', 'at'], name='span_volume_by_step')],
            },
        ),
    ]

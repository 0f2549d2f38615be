"""Who was seen to call whom: edges, their hours and days, and halves of calls that wait."""

import django.db.models.deletion
import portal.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0023_slow_statements'),
    ]

    operations = [
        migrations.CreateModel(
            name='MapProgress',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('upto', models.UUIDField()),
                ('looked_at', models.DateTimeField()),
                ('left_out', models.BigIntegerField(default=0)),
                ('skipped_from', models.DateTimeField(null=True)),
                ('skipped_to', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ObservedEdge',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('caller_kind', models.CharField(max_length=16)),
                ('caller', models.CharField(max_length=120)),
                ('callee_kind', models.CharField(max_length=16)),
                ('callee', models.CharField(max_length=120)),
                ('environment', models.CharField(max_length=120)),
                ('first_seen_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('trace_id', models.UUIDField(null=True)),
                ('failed_trace_id', models.UUIDField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['callee_kind', 'callee'], name='observed_edge_by_callee'), models.Index(fields=['last_seen_at'], name='observed_edge_by_age')],
                'constraints': [models.UniqueConstraint(fields=('caller_kind', 'caller', 'callee_kind', 'callee', 'environment'), name='observed_edge_once')],
            },
        ),
        migrations.CreateModel(
            name='SpanHalf',
            fields=[
                ('pk', models.CompositePrimaryKey('trace_id', 'span_id', 'kind', blank=True, editable=False, primary_key=True, serialize=False)),
                ('trace_id', models.UUIDField()),
                ('span_id', models.CharField(max_length=16)),
                ('kind', models.PositiveSmallIntegerField()),
                ('parent_id', models.CharField(max_length=16)),
                ('service', models.CharField(max_length=120)),
                ('environment', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('duration', models.BigIntegerField()),
                ('is_error', models.BooleanField()),
                ('peer_kind', models.CharField(max_length=16)),
                ('peer', models.CharField(max_length=120)),
                ('is_uncounted', models.BooleanField()),
                ('counted', models.JSONField()),
                ('seen_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'span halves',
                'indexes': [models.Index(fields=['seen_at'], name='span_half_by_age')],
            },
        ),
        migrations.CreateModel(
            name='EdgeSum',
            fields=[
                ('pk', models.CompositePrimaryKey('edge_id', 'span', 'begins_at', blank=True, editable=False, primary_key=True, serialize=False)),
                ('span', models.CharField(choices=[('hour', 'Hour'), ('day', 'Day')], max_length=4)),
                ('begins_at', models.DateTimeField()),
                ('calls', models.BigIntegerField()),
                ('errors', models.BigIntegerField()),
                ('timed', models.BigIntegerField()),
                ('total', models.BigIntegerField()),
                ('buckets', models.JSONField()),
                ('edge', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='sums', to='observability.observededge')),
            ],
            options={
                'indexes': [models.Index(fields=['span', 'begins_at'], name='edge_sum_by_time')],
            },
        ),
    ]

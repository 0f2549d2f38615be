"""Queries that a team keeps on a component's page of health."""

import django.db.models.deletion
from django.db import migrations, models

import portal.ids


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0013_scope_of_all_telemetry'),
        ('observability', '0021_span_volumes'),
    ]

    operations = [
        migrations.CreateModel(
            name='PinnedQuery',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('unit', models.CharField(blank=True, max_length=20)),
                ('store', models.CharField(choices=[('built_in', 'Metrics sent to Slipway'), ('prometheus', 'Prometheus')], max_length=12)),
                ('query', models.TextField()),
                ('position', models.PositiveSmallIntegerField()),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.user')),
                ('component', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='pinned_queries', to='portal.component')),
            ],
            options={
                'verbose_name_plural': 'pinned queries',
                'constraints': [models.UniqueConstraint(fields=('component', 'name'), name='pinned_query_once')],
            },
        ),
    ]

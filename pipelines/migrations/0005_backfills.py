# Runs over a range of due times.

import django.db.models.deletion
import portal.ids
import portal.numbers
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pipelines', '0004_schedules'),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE pipelines_backfill_number", "DROP SEQUENCE pipelines_backfill_number"),
        migrations.AddField(
            model_name='run',
            name='is_delivering',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.CreateModel(
            name='Backfill',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(db_default=portal.numbers.NextNumber('pipelines_backfill_number'), editable=False, unique=True)),
                ('channel', models.CharField(default='stable', max_length=10)),
                ('cron', models.TextField()),
                ('timezone', models.CharField(max_length=60)),
                ('start_at', models.DateTimeField()),
                ('end_at', models.DateTimeField()),
                ('which', models.CharField(choices=[('missing', 'Those without a run'), ('failed', 'Those without a good run'), ('all', 'All of them, good ones again too')], default='failed', max_length=8)),
                ('is_newest_first', models.BooleanField(default=False)),
                ('parameters', models.JSONField(default=dict)),
                ('is_delivering', models.BooleanField(default=True)),
                ('concurrency', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('running', 'Running'), ('paused', 'Paused'), ('done', 'Done'), ('cancelled', 'Cancelled')], default='running', max_length=10)),
                ('message', models.TextField(blank=True)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('plan', models.JSONField(default=dict)),
                ('reason', models.TextField(blank=True)),
                ('requested_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deployments.environment')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.user')),
                ('transformation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='backfills', to='pipelines.transformation')),
            ],
        ),
        migrations.AddField(
            model_name='run',
            name='backfill',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipelines.backfill'),
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('logical_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'Waits'), ('started', 'Running'), ('done', 'Good'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=10)),
                ('message', models.TextField(blank=True)),
                ('backfill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='pipelines.backfill')),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipelines.run')),
            ],
        ),
        migrations.AddIndex(
            model_name='backfill',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['id'], name='backfill_running'),
        ),
        migrations.AddIndex(
            model_name='backfill',
            index=models.Index(fields=['transformation', '-id'], name='backfill_by_transformation'),
        ),
        migrations.AddConstraint(
            model_name='backfill',
            constraint=models.CheckConstraint(condition=models.Q(('concurrency__gte', 1)), name='backfill_does_something'),
        ),
        migrations.AddConstraint(
            model_name='backfill',
            constraint=models.CheckConstraint(condition=models.Q(('end_at__gte', models.F('start_at'))), name='backfill_in_order'),
        ),
        migrations.AddIndex(
            model_name='part',
            index=models.Index(condition=models.Q(('state__in', ('waiting', 'started'))), fields=['backfill', 'logical_at'], name='part_open'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.UniqueConstraint(fields=('backfill', 'logical_at'), name='part_once'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'cancelled')), models.Q(('run', None), _negated=True), _connector='OR'), name='part_has_its_run'),
        ),
    ]

# When transformations run by themselves, and which due times got no run.

from datetime import UTC, datetime

import django.db.models.deletion
import portal.ids
from django.db import migrations, models

from portal.ids import uuid7


def begin_now(apps, _):
    """What was live before this version has due times from now on, none of those before."""
    Live = apps.get_model("deployments", "Live")
    Schedule = apps.get_model("pipelines", "Schedule")
    Transformation = apps.get_model("pipelines", "Transformation")
    by_component = dict(Transformation.objects.values_list("component_id", "id"))
    now = datetime.now(UTC)
    rows = Live.objects.filter(channel="stable", component__in=by_component)
    Schedule.objects.bulk_create(
        Schedule(
            id=uuid7(),
            transformation_id=by_component[live.component_id],
            environment_id=live.environment_id,
            channel=live.channel,
            since_at=now,
        )
        for live in rows.iterator()
    )



class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0002_live_newest'),
        ('pipelines', '0003_delivery_to_clear'),
    ]

    operations = [
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(default='stable', max_length=10)),
                ('state', models.CharField(choices=[('active', 'Active'), ('held', 'Paused'), ('stopped', 'Stopped'), ('none', 'No schedule')], default='none', max_length=8)),
                ('cron', models.TextField(blank=True)),
                ('timezone', models.CharField(default='UTC', max_length=60)),
                ('catch_up', models.CharField(choices=[('latest', 'the last one missed'), ('all', 'each one missed'), ('none', 'nothing')], default='latest', max_length=8)),
                ('parameters', models.JSONField(default=dict)),
                ('since_at', models.DateTimeField()),
                ('next_at', models.DateTimeField(null=True)),
                ('last_at', models.DateTimeField(null=True)),
                ('stood', models.CharField(blank=True, choices=[('active', 'Active'), ('held', 'Paused'), ('stopped', 'Stopped'), ('none', 'No schedule')], max_length=8)),
                ('message', models.TextField(blank=True)),
                ('configuration', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deployments.configuration')),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schedules', to='deployments.environment')),
                ('release', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deployments.release')),
                ('transformation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schedules', to='pipelines.transformation')),
            ],
        ),
        migrations.CreateModel(
            name='Omission',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('cron', models.TextField()),
                ('timezone', models.CharField(max_length=60)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
                ('cause', models.CharField(choices=[('down', 'Slipway was down'), ('held', 'It was paused'), ('stopped', 'What was live was rejected'), ('refused', 'The run was refused')], max_length=8)),
                ('message', models.TextField(blank=True)),
                ('noted_at', models.DateTimeField()),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='omissions', to='pipelines.schedule')),
            ],
        ),
        migrations.AddIndex(
            model_name='schedule',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['next_at'], name='schedule_due'),
        ),
        migrations.AddIndex(
            model_name='schedule',
            index=models.Index(condition=models.Q(('state__in', ('held', 'stopped'))), fields=['state'], name='schedule_still'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.UniqueConstraint(fields=('transformation', 'environment', 'channel'), name='schedule_once'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'none'), models.Q(('cron', ''), _negated=True), _connector='OR'), name='schedule_has_a_rhythm'),
        ),
        migrations.AddIndex(
            model_name='omission',
            index=models.Index(fields=['schedule', '-last_at'], name='omission_by_time'),
        ),
        migrations.AddConstraint(
            model_name='omission',
            constraint=models.UniqueConstraint(fields=('schedule', 'first_at'), name='omission_once'),
        ),
        migrations.AddConstraint(
            model_name='omission',
            constraint=models.CheckConstraint(condition=models.Q(('last_at__gte', models.F('first_at'))), name='omission_in_order'),
        ),
        migrations.RunPython(begin_now, migrations.RunPython.noop),
    ]

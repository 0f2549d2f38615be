"""Imports of the past of git repositories."""

import django.db.models.deletion
import portal.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0015_soiling'),
        ('portal', '0012_lists_of_what_is_under_way'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoryImport',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('environment', models.CharField(max_length=60)),
                ('repository', models.CharField(max_length=400)),
                ('branch', models.CharField(blank=True, max_length=200)),
                ('how', models.CharField(choices=[('tags', 'Each tag'), ('merges', 'Each merge to the branch'), ('commits', 'Each commit of the branch')], max_length=7)),
                ('pattern', models.CharField(blank=True, max_length=120)),
                ('secret', models.BinaryField(null=True)),
                ('may_reach_inside', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('queued', 'Waits'), ('running', 'Reads'), ('succeeded', 'Done'), ('failed', 'Failed')], max_length=9)),
                ('message', models.CharField(blank=True, max_length=400)),
                ('commits', models.PositiveIntegerField(default=0)),
                ('deployments', models.PositiveIntegerField(default=0)),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('next_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.user')),
                ('component', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history_imports', to='portal.component')),
            ],
            options={
                'indexes': [models.Index(fields=['component', '-id'], name='history_by_component'), models.Index(condition=models.Q(('state__in', ('queued', 'running'))), fields=['next_at'], name='history_unfinished')],
            },
        ),
    ]

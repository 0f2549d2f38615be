"""Who tells of changes from outside, what they told, and what it means here."""

import django.core.validators
import django.db.models.deletion
import portal.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0012_spans_by_what_is_asked'),
        ('portal', '0012_lists_of_what_is_under_way'),
    ]

    operations = [
        migrations.AlterField(
            model_name='change',
            name='kind',
            field=models.CharField(choices=[('release', 'Release'), ('deployment', 'Deployment'), ('rollback', 'Rollback'), ('configuration', 'Configuration'), ('rejection', 'Rejection'), ('lift', 'Rejection lifted'), ('hold', 'Paused'), ('resume', 'Resumed'), ('run', 'Run'), ('redelivery', 'Redelivery'), ('incident', 'Incident')], max_length=16),
        ),
        migrations.CreateModel(
            name='EventSource',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=48, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?\\Z', 'Use lower-case letters, digits and hyphens, at most 60, beginning and ending with a letter or digit.')])),
                ('kind', models.CharField(choices=[('cdevents', 'CDEvents'), ('github', 'GitHub'), ('argo_cd', 'Argo CD'), ('jenkins', 'Jenkins')], max_length=10)),
                ('secret', models.BinaryField()),
                ('former_secret', models.BinaryField(null=True)),
                ('former_until', models.DateTimeField(null=True)),
                ('secret_set_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('disabled_at', models.DateTimeField(null=True)),
                ('last_event_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('refused_why', models.CharField(blank=True, max_length=200)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.user')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='event_sources', to='portal.team')),
            ],
        ),
        migrations.CreateModel(
            name='KnownCommit',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('repository', models.CharField(max_length=200)),
                ('sha', models.CharField(max_length=64)),
                ('message', models.CharField(blank=True, max_length=200)),
                ('authored_at', models.DateTimeField(null=True)),
                ('committed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['repository', 'committed_at'], name='known_commit_by_time')],
                'constraints': [models.UniqueConstraint(fields=('repository', 'sha'), name='known_commit_once')],
            },
        ),
        migrations.CreateModel(
            name='OutsideEvent',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.CharField(max_length=200)),
                ('type', models.CharField(max_length=120)),
                ('key', models.CharField(blank=True, max_length=200)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('report', models.JSONField(default=dict)),
                ('body', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('applied', 'On the axis'), ('waiting', 'Fits nothing yet'), ('noted', 'Noted')], max_length=8)),
                ('words', models.CharField(blank=True, max_length=400)),
                ('said_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('change', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='events', to='observability.change')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='observability.eventsource')),
            ],
            options={
                'indexes': [models.Index(fields=['source', '-id'], name='outside_event_by_source'), models.Index(fields=['state', '-id'], name='outside_event_by_state'), models.Index(condition=models.Q(('key', ''), _negated=True), fields=['source', 'key'], name='outside_event_by_key'), models.Index(condition=models.Q(('state', 'applied'), _negated=True), fields=['source', 'state', '-id'], name='outside_event_not_applied'), models.Index(fields=['received_at'], name='outside_event_by_reception')],
                'constraints': [models.UniqueConstraint(fields=('source', 'event_id'), name='outside_event_once_per_source')],
            },
        ),
        migrations.CreateModel(
            name='Meaning',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('what', models.CharField(choices=[('component', 'Component'), ('environment', 'Environment')], max_length=12)),
                ('outside', models.CharField(max_length=200)),
                ('environment', models.CharField(blank=True, max_length=60)),
                ('component', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.component')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='meanings', to='observability.eventsource')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'what', 'outside'), name='meaning_once'), models.CheckConstraint(condition=models.Q(models.Q(('component', None), ('environment__gt', '')), models.Q(('component__isnull', False), ('environment', '')), _connector='OR'), name='meaning_is_one')],
            },
        ),
    ]

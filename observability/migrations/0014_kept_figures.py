"""Verdicts and sums of the figures, kept by place and day."""

import django.contrib.postgres.fields
import django.db.models.deletion
import portal.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0013_events_from_outside'),
        ('portal', '0012_lists_of_what_is_under_way'),
    ]

    operations = [
        migrations.CreateModel(
            name='FigureSum',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('environment', models.CharField(max_length=60)),
                ('span', models.CharField(choices=[('day', 'Day'), ('month', 'Month')], max_length=5)),
                ('begins_on', models.DateField()),
                ('deployments', models.PositiveIntegerField()),
                ('failed', models.PositiveIntegerField()),
                ('rework', models.PositiveIntegerField()),
                ('undelivered', models.PositiveIntegerField()),
                ('baselines', models.PositiveIntegerField()),
                ('undated', models.PositiveIntegerField()),
                ('skewed', models.PositiveIntegerField()),
                ('never_live', models.PositiveIntegerField()),
                ('leads', models.BinaryField()),
                ('slowest', models.BinaryField()),
                ('middle', models.BinaryField()),
                ('recoveries', models.BinaryField()),
                ('deliveries', models.BinaryField()),
                ('component', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.component')),
            ],
            options={
                'indexes': [models.Index(fields=['component', 'environment', 'span', 'begins_on'], name='sum_by_component')],
                'constraints': [models.UniqueConstraint(fields=('environment', 'span', 'begins_on', 'component'), name='figure_sum_once')],
            },
        ),
        migrations.CreateModel(
            name='JudgedPlace',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('environment', models.CharField(max_length=60)),
                ('first_at', models.DateTimeField()),
                ('component', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.component')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('environment', 'component'), name='judged_place_once')],
            },
        ),
        migrations.CreateModel(
            name='KeptVerdict',
            fields=[
                ('change', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='observability.change')),
                ('environment', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('failed', models.CharField(blank=True, max_length=60)),
                ('is_rework', models.BooleanField()),
                ('is_baseline', models.BooleanField()),
                ('brought', models.PositiveIntegerField()),
                ('leads', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('deliveries', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('undelivered', models.PositiveIntegerField()),
                ('undated', models.PositiveIntegerField()),
                ('skewed', models.PositiveIntegerField()),
                ('recovery', models.FloatField(null=True)),
                ('restored_by', models.CharField(blank=True, max_length=36)),
                ('said', models.CharField(blank=True, max_length=24)),
                ('component', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.component')),
            ],
            options={
                'indexes': [models.Index(fields=['environment', '-at', '-change'], name='verdict_by_place'), models.Index(fields=['component', 'environment', '-at', '-change'], name='verdict_by_component'), models.Index(condition=models.Q(models.Q(('failed', ''), _negated=True), ('is_rework', True), models.Q(('said', ''), _negated=True), _connector='OR'), fields=['environment', '-at', '-change'], name='verdict_unusual')],
            },
        ),
        migrations.CreateModel(
            name='Soiled',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('environment', models.CharField(max_length=60)),
                ('component', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.component')),
            ],
            options={
                'verbose_name_plural': 'soiled',
                'indexes': [models.Index(fields=['environment', 'component'], name='soiled_by_place')],
            },
        ),
    ]

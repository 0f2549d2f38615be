"""Templates of log lines, how often each came, and of which template a line is."""

import django.db.models.deletion
import portal.ids
from django.db import migrations, models

LINES = """
ALTER TABLE observability_logrecord ADD COLUMN pattern uuid;
CREATE INDEX log_by_pattern ON observability_logrecord (pattern, at DESC, id DESC);
"""
BACK = """
ALTER TABLE observability_logrecord DROP COLUMN pattern;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0006_changes_by_outcome_and_release'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pattern',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('component', models.TextField()),
                ('level', models.PositiveSmallIntegerField()),
                ('template', models.TextField()),
                ('example', models.TextField()),
                ('first_seen_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='absorbed', to='observability.pattern')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('component', 'level', 'template'), name='pattern_once_per_component')],
            },
        ),
        migrations.CreateModel(
            name='PatternHour',
            fields=[
                ('pk', models.CompositePrimaryKey('pattern_id', 'hour', 'environment', 'version', blank=True, editable=False, primary_key=True, serialize=False)),
                ('pattern', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='observability.pattern')),
                ('hour', models.DateTimeField()),
                ('environment', models.TextField()),
                ('version', models.TextField()),
                ('lines', models.PositiveBigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['hour'], name='pattern_hour_by_hour')],
            },
        ),
        migrations.RunSQL(
            sql=LINES,
            reverse_sql=BACK,
            state_operations=[
                migrations.AddField('logrecord', 'pattern', models.UUIDField(null=True)),
            ],
        ),
    ]

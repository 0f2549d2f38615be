"""Attempts found by what they ran and when: the health of a transformation."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pipelines', '0018_attempts_by_deployment'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['version', '-started_at'], name='attempt_by_version'),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='version',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pipelines.version'),
        ),
    ]

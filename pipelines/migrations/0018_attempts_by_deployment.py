"""Attempts of a deployment by when they began: what a release did is read out of one index."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pipelines', '0017_where_work_was_asked_for'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['deployment', '-started_at'], name='attempt_by_deployment'),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='deployment',
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name='+',
                to='deployments.deployment',
            ),
        ),
    ]

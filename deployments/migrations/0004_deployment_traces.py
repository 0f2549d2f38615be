"""The trace in which a deployment was asked for, and the span."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0003_lists_by_place_and_state'),
    ]

    operations = [
        migrations.AddField(
            model_name='deployment',
            name='span_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='deployment',
            name='trace_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=32),
        ),
    ]

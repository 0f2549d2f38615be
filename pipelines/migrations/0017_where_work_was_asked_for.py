"""The trace and the span in which a run, a delivery and a preview were asked for."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pipelines', '0016_deliveries_indexed_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='span_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='preview',
            name='span_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='preview',
            name='trace_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=32),
        ),
        migrations.AddField(
            model_name='run',
            name='span_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
    ]

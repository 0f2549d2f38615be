"""Spans by steps of time and by how long they took: rates and durations are drawn from them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0020_places_never_live'),
    ]

    operations = [
        migrations.CreateModel(
            name='SpanVolume',
            fields=[
                ('pk', models.CompositePrimaryKey('component', 'step', 'at', 'environment', 'name', 'bucket', blank=True, editable=False, primary_key=True, serialize=False)),
                ('component', models.TextField()),
                ('step', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('environment', models.TextField()),
                ('name', models.TextField()),
                ('bucket', models.PositiveSmallIntegerField()),
                ('spans', models.PositiveBigIntegerField()),
                ('errors', models.PositiveBigIntegerField()),
                ('nanoseconds', models.DecimalField(decimal_places=0, max_digits=30)),
            ],
            options={
                'indexes': [models.Index(fields=['step', 'at'], name='span_volume_by_step')],
            },
        ),
    ]

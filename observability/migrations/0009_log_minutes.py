"""Lines by minute: histograms are drawn from them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0008_log_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='LogMinute',
            fields=[
                ('pk', models.CompositePrimaryKey('component', 'minute', 'environment', 'level', blank=True, editable=False, primary_key=True, serialize=False)),
                ('component', models.TextField()),
                ('minute', models.DateTimeField()),
                ('environment', models.TextField()),
                ('level', models.PositiveSmallIntegerField()),
                ('lines', models.PositiveBigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['minute'], name='log_minute_by_minute')],
            },
        ),
    ]

# How far a backfill is, so that lists count nothing.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pipelines', '0006_acceptances'),
    ]

    operations = [
        migrations.AddField("backfill", "total", models.PositiveIntegerField(default=0)),
        migrations.AddField("backfill", "good", models.PositiveIntegerField(default=0)),
        migrations.AddField("backfill", "bad", models.PositiveIntegerField(default=0)),
    ]

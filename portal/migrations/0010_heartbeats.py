"""Which processes work, as they say themselves every few seconds."""

from django.db import migrations, models

import portal.ids


class Migration(migrations.Migration):
    dependencies = [("portal", "0009_lists_by_what_is_asked")]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("process", models.CharField(max_length=40)),
                ("queues", models.JSONField(default=list)),
                ("slots", models.PositiveSmallIntegerField(default=0)),
                ("memory", models.BigIntegerField(null=True)),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
        ),
    ]

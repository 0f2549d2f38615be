"""Queues that are paused and processes that are drained: what keeps work from being claimed."""

import django.db.models.deletion
from django.db import migrations, models

import portal.ids


def stopped(*more):
    """What both have: since when, by whom and why, and until when."""
    person = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}
    return [
        (
            "id",
            models.UUIDField(
                default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False
            ),
        ),
        ("reason", models.TextField()),
        ("since_at", models.DateTimeField()),
        ("over_at", models.DateTimeField(null=True)),
        *more,
        ("by", models.ForeignKey(to="portal.user", **person)),
        ("over_by", models.ForeignKey(null=True, to="portal.user", **person)),
    ]


class Migration(migrations.Migration):
    dependencies = [("portal", "0020_entities")]

    operations = [
        migrations.AddField(
            model_name="heartbeat",
            name="takes_work",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.CreateModel(
            name="Drain",
            fields=stopped(("worker", models.CharField(max_length=120))),
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("over_at", None)),
                        fields=("worker",),
                        name="drain_once_a_worker",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=stopped(("queue", models.CharField(max_length=40))),
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("over_at", None)),
                        fields=("queue",),
                        name="pause_once_a_queue",
                    )
                ]
            },
        ),
    ]

"""Bulk actions: a list of runs or deliveries that somebody agreed to, and what became of each."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import portal.ids

VERBS = [
    ("run.cancel", "Cancel runs"),
    ("run.again", "Run again"),
    ("delivery.cancel", "Cancel deliveries"),
    ("delivery.again", "Deliver again"),
]
STATES = [("queued", "Queued"), ("running", "Running"), ("done", "Done"), ("stopped", "Stopped")]
ITEM_STATES = [
    ("waiting", "Waiting"),
    ("done", "Done"),
    ("refused", "Refused"),
    ("left", "Left as it was"),
]


def identity():
    field = models.UUIDField(
        default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False
    )
    return ("id", field)


class Migration(migrations.Migration):
    dependencies = [
        ("pipelines", "0019_attempts_by_version"),
        ("portal", "0021_pauses"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkAction",
            fields=[
                identity(),
                ("verb", models.CharField(choices=VERBS, max_length=20)),
                ("selection", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("reason", models.TextField()),
                ("state", models.CharField(choices=STATES, default="queued", max_length=10)),
                ("total", models.PositiveIntegerField()),
                ("done", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("attempt", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.user",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(("state__in", ("queued", "running"))),
                        fields=["-id"],
                        name="bulk_open",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                identity(),
                ("order", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=300)),
                ("team", models.CharField(max_length=60)),
                ("client", models.CharField(blank=True, max_length=60)),
                ("state", models.CharField(choices=ITEM_STATES, default="waiting", max_length=8)),
                ("message", models.TextField(blank=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "action",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="pipelines.bulkaction",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pipelines.run",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pipelines.delivery",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("action", "order"), name="bulk_item_once"),
                    models.CheckConstraint(
                        condition=Q(("run", None)) ^ Q(("delivery", None)),
                        name="bulk_item_is_one_thing",
                    ),
                ]
            },
        ),
    ]

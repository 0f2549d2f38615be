# Connections to databases, deliveries to tables and webhooks, and destinations that fail for long.

import django.db.models.deletion
import portal.ids
from django.db import migrations, models

KINDS = [("directory", "Directory"), ("postgres", "PostgreSQL"), ("webhook", "Webhook")]


class Migration(migrations.Migration):

    dependencies = [
        ("deployments", "0001_initial"),
        ("pipelines", "0007_backfill_figures"),
    ]

    operations = [
        migrations.AlterField("connection", "kind", models.CharField(choices=KINDS, max_length=16)),
        migrations.AlterField("destination", "kind", models.CharField(choices=KINDS, max_length=16)),
        migrations.AddField("binding", "options", models.JSONField(default=dict)),
        migrations.AddField("binding", "former_secret", models.BinaryField(null=True)),
        migrations.AddField("binding", "former_until", models.DateTimeField(null=True)),
        migrations.AddField("binding", "trial", models.JSONField(default=dict)),
        migrations.AddField("binding", "tried_at", models.DateTimeField(null=True)),
        migrations.AlterField("delivery", "path", models.CharField(blank=True, max_length=400)),
        migrations.AddField("delivery", "mode", models.CharField(blank=True, max_length=10)),
        migrations.AddField("deliveryattempt", "left_at", models.DateTimeField(null=True)),
        migrations.AddField("deliveryattempt", "status_code", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("deliveryattempt", "answered_in", models.FloatField(null=True)),
        migrations.AddField("deliveryattempt", "excerpt", models.CharField(blank=True, max_length=300)),
        migrations.CreateModel(
            name="Circuit",
            fields=[
                ("id", models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("opened_at", models.DateTimeField(null=True)),
                ("tries_at", models.DateTimeField(null=True)),
                ("message", models.TextField(blank=True)),
                ("destination", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="circuits", to="pipelines.destination")),
                ("environment", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deployments.environment")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("destination", "environment"), name="circuit_once")],
            },
        ),
    ]

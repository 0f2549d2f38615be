"""Keep that telemetry of a component was refused where none of it was ever taken.

Under old code all services are seen ones: only new code makes others.
"""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("observability", "0026_refused_senders")]

    operations = [
        migrations.AlterField(
            "service",
            "sender",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField("service", "first_seen_at", models.DateTimeField(null=True)),
        migrations.AlterField("service", "last_seen_at", models.DateTimeField(null=True)),
    ]

"""Whose telemetry of a service was last refused, and when."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0025_spans_by_arrival'),
        ('portal', '0014_unowned'),
    ]

    operations = [
        migrations.AddField(
            model_name='service',
            name='refused_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='refused_sender',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.user'),
        ),
    ]

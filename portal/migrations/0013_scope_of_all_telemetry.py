"""The scope says that metrics are sent with it, too."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0012_lists_of_what_is_under_way'),
    ]

    operations = [
        migrations.AlterField(
            model_name='token',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read'), ('write', 'Register, run and deliver'), ('deploy', 'Deploy, approve, roll back and reject'), ('manage', 'People, grants, connections and tokens'), ('telemetry', 'Send logs, traces and metrics')], max_length=12), size=None),
        ),
    ]

"""What a good part of a backfill is called: it succeeded, as runs do. No column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pipelines', '0020_bulk_actions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='part',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waits'), ('started', 'Running'), ('done', 'Succeeded'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=10),
        ),
    ]

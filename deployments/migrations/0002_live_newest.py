# The newest switches first: schedules follow them.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0001_initial'),
        ('portal', '0003_audit_insert_only'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='live',
            index=models.Index(fields=['-since_at'], name='live_newest'),
        ),
    ]

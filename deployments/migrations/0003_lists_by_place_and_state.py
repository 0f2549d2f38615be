# Deployments of an environment or in a state, and what was switched there last, newest first.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0002_live_newest'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='deployment',
            index=models.Index(
                fields=['environment', '-id'], name='deployment_by_environment'
            ),
        ),
        migrations.AddIndex(
            model_name='deployment',
            index=models.Index(fields=['state', '-id'], name='deployment_by_state'),
        ),
        migrations.AddIndex(
            model_name='live',
            index=models.Index(
                fields=['environment', '-since_at'], name='live_by_environment'
            ),
        ),
    ]

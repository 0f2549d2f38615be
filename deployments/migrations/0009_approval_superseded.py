"""A yes to a plan that changed since says how it did, and counts no more."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0008_deployment_state_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='approval',
            name='superseded',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
    ]

"""How many people had to agree when the last word was said: the rule may have changed meanwhile."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0006_approvals_needed'),
    ]

    operations = [
        migrations.AddField(
            model_name='deployment',
            name='approvals_counted',
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]

"""What a deployment that asks for a go-ahead is called: it needs a decision. No column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0007_approvals_counted'),
    ]

    operations = [
        migrations.AlterField(
            model_name='deployment',
            name='state',
            field=models.CharField(choices=[('awaiting_approval', 'Waits for approval'), ('running', 'Deploying'), ('waiting', 'Needs a decision'), ('succeeded', 'Deployed'), ('failed', 'Failed'), ('refused', 'Refused'), ('aborted', 'Aborted')], max_length=20),
        ),
    ]

"""How many people had to agree to a deployment, read out of its plan by the database itself.

What runs from before need not know of it. The table is rewritten under its lock, about a second
for a hundred thousand deployments.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0005_evidence'),
    ]

    operations = [
        migrations.AddField(
            model_name='deployment',
            name='approvals_needed',
            field=models.GeneratedField(db_persist=True, expression=models.Func('plan', output_field=models.PositiveSmallIntegerField(null=True), template="CASE WHEN jsonb_typeof(%(expressions)s -> 'approvals') = 'number' THEN (%(expressions)s ->> 'approvals')::smallint END"), output_field=models.PositiveSmallIntegerField(null=True)),
        ),
    ]

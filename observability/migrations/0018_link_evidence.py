"""By what a link between changes was seen: the sentence of a rollback's evidence."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0017_metrics'),
    ]

    operations = [
        migrations.AddField(
            model_name='link',
            name='evidence',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
    ]

"""Old runs that still hold a staged result are found without reading all runs."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("pipelines", "0010_previews")]

    operations = [
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                fields=["finished_at"], condition=~Q(result_path=""), name="run_with_result"
            ),
        ),
    ]

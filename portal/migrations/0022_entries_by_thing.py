"""What was done to a thing is found by its name."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("portal", "0021_pauses")]

    operations = [
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(fields=["thing", "-id"], name="entry_by_name"),
        ),
    ]

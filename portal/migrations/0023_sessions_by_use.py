"""Sessions that nobody uses any longer are found without reading all of them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("portal", "0022_entries_by_thing")]

    operations = [
        AddIndexConcurrently(
            model_name="session",
            index=models.Index(fields=["seen_at"], name="session_by_use"),
        ),
    ]

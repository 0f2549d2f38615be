"""Changes that did not end well, and those of a release, newest first."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("observability", "0005_dora")]

    operations = [
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                fields=["outcome", "-started_at", "-id"],
                condition=~Q(outcome="succeeded"),
                name="change_unusual",
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                fields=["release", "-started_at", "-id"],
                condition=~Q(release=""),
                name="change_by_release",
            ),
        ),
    ]

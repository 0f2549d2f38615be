"""Messages on their way, and uses of golden paths that are not done, newest first."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("portal", "0011_telemetry_scope")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                F("id").desc(),
                condition=Q(state__in=("queued", "sending")),
                name="message_on_its_way",
            ),
        ),
        migrations.AddIndex(
            model_name="pathrun",
            index=models.Index(
                fields=["state", "-id"], condition=~Q(state="done"), name="path_run_unusual"
            ),
        ),
    ]

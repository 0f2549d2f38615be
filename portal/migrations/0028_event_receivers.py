"""Who gets what an event is about, with the teams that answer for them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0027_pinned")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="receivers",
            field=models.JSONField(default=dict, db_default=models.Value({}, models.JSONField())),
        ),
    ]

"""What a person has pinned in the rail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0025_steps_as_planned")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="pinned",
            field=models.JSONField(
                blank=True, default=list, db_default=models.Value([], models.JSONField())
            ),
        ),
    ]

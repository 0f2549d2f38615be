"""What a person has pinned in the rail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0026_application_commit")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="pinned",
            field=models.JSONField(
                blank=True, default=list, db_default=models.Value([], models.JSONField())
            ),
        ),
    ]

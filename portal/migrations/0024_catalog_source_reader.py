"""Which reader read a source last: another one reads it again, moved or not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0023_sessions_by_use")]

    operations = [
        migrations.AddField(
            model_name="catalogsource",
            name="reader",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
    ]

"""Applied files know the commit that they came from, where whoever applied them says it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0025_steps_as_planned")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="commit",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]

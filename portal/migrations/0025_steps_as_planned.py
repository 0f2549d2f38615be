"""A step of an application knows whose the thing was when it was planned, and in which files."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0024_catalog_source_reader")]

    operations = [
        migrations.AddField(
            model_name="applicationstep",
            name="kept_in",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
        migrations.AddField(
            model_name="applicationstep",
            name="team",
            field=models.CharField(blank=True, db_default="", max_length=60),
        ),
    ]

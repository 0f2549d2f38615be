"""Deliveries of a transformation, and those that have not arrived, newest first."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("pipelines", "0014_products_in_one_direction")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["transformation", "-id"], name="delivery_by_transformation"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["state", "-id"], condition=~Q(state="delivered"), name="delivery_unusual"
            ),
        ),
    ]

"""All columns in one direction: then a product's entries lie between two rows of the index."""

from django.db import migrations, models
from django.db.models import Q

NAMES = {"delivery_by_product": None, "delivery_good_by_product": Q(state="delivered")}
PRODUCT = ["destination", "transformation", "environment", "id"]


class Migration(migrations.Migration):
    dependencies = [("pipelines", "0013_lists_by_what_is_asked")]

    operations = [
        operation
        for name, condition in NAMES.items()
        for operation in (
            migrations.RemoveIndex(model_name="delivery", name=name),
            migrations.AddIndex(
                model_name="delivery",
                index=models.Index(fields=PRODUCT, condition=condition, name=name),
            ),
        )
    ]

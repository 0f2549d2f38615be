"""What stands last of each product of a client is found by index, however long its history is."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.deletion import PROTECT

PRODUCT = ["destination", "transformation", "environment", "-id"]
FILL = """
UPDATE pipelines_delivery d SET transformation_id = r.transformation_id
FROM pipelines_run r WHERE r.id = d.run_id AND d.transformation_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("pipelines", "0011_runs_with_results")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="transformation",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=PROTECT,
                related_name="+",
                to="pipelines.transformation",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=PRODUCT, name="delivery_by_product"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=PRODUCT,
                condition=Q(state="delivered"),
                name="delivery_good_by_product",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["client", "-id"],
                condition=Q(state__in=("failed", "held")),
                name="delivery_trouble_by_client",
            ),
        ),
        # delivery_by_product begins with the destination, so its own index is not needed any more.
        migrations.AlterField(
            model_name="delivery",
            name="destination",
            field=models.ForeignKey(
                db_index=False,
                on_delete=PROTECT,
                related_name="deliveries",
                to="pipelines.destination",
            ),
        ),
    ]

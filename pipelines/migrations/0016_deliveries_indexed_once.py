"""No index of a column alone where another one begins with it: a delivery is written to each."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipelines", "0015_deliveries_by_what_is_asked")]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name=name,
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name=related_name,
                to=to,
            ),
        )
        for name, related_name, to in (
            ("run", "deliveries", "pipelines.run"),
            ("client", "deliveries", "pipelines.client"),
            ("deployment", "+", "deployments.deployment"),
        )
    ]

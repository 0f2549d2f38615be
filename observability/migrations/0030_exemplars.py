"""Values of a point with the traces in which they came: few points have any.

Under old code none are kept, as before.
"""

from django.db import migrations, models

SQL = """
ALTER TABLE observability_point ADD COLUMN exemplars jsonb;
CREATE INDEX point_exemplars ON observability_point (series_id, at) WHERE exemplars IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("observability", "0029_aliases_of_services")]

    operations = [
        migrations.RunSQL(
            sql=SQL,
            reverse_sql="ALTER TABLE observability_point DROP COLUMN exemplars",
            state_operations=[
                migrations.AddField("point", "exemplars", models.JSONField(null=True)),
            ],
        )
    ]

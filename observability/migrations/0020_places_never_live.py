"""A judged place has a row also where nothing was ever live: its sums are found by it."""

from django.db import migrations, models

# Older code reads such a row as no row.
PLACES = """
INSERT INTO observability_judgedplace (id, component_id, environment, first_at)
SELECT gen_random_uuid(), component_id, environment, NULL
FROM observability_figuresum GROUP BY component_id, environment
ON CONFLICT DO NOTHING
"""
BACK = "DELETE FROM observability_judgedplace WHERE first_at IS NULL"


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0019_first_patterns'),
    ]

    operations = [
        migrations.AlterField(
            model_name='judgedplace',
            name='first_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(PLACES, BACK),
    ]

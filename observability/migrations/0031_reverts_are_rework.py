"""Places to which a commit was brought that takes another one back are judged once more."""

from django.db import migrations

SOIL = """
INSERT INTO observability_soiled (component_id, environment)
SELECT DISTINCT c.component_id, c.environment
FROM observability_commit k JOIN observability_change c ON c.id = k.change_id
WHERE c.component_id IS NOT NULL AND c.kind IN ('deployment', 'rollback')
    AND (k.message ILIKE 'revert%' OR k.message LIKE '%This reverts commit%')"""


class Migration(migrations.Migration):
    dependencies = [("observability", "0030_exemplars")]

    operations = [migrations.RunSQL(SOIL, migrations.RunSQL.noop)]

"""Where work of components begins, without what the portal does for itself: traces of teams."""

from django.db import migrations

SQL = """
CREATE INDEX span_of_others ON observability_span (at DESC, id DESC)
    WHERE (kind IN (2, 5) OR parent_id IS NULL) AND component <> 'slipway';
"""


class Migration(migrations.Migration):
    dependencies = [("observability", "0031_reverts_are_rework")]

    operations = [migrations.RunSQL(sql=SQL, reverse_sql="DROP INDEX span_of_others;")]

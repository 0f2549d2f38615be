"""The portal's own slow statements, found by time."""

from django.db import migrations

SQL = """
CREATE INDEX span_statements ON observability_span (at DESC)
    WHERE kind = 3 AND attributes ? 'db.query.text'
        AND attributes->'resource'->>'service.name' LIKE 'slipway-%'
"""


class Migration(migrations.Migration):
    dependencies = [("observability", "0022_pinned_queries")]

    operations = [migrations.RunSQL(sql=SQL, reverse_sql="DROP INDEX span_statements")]

"""Spans that may be a half of a call, in the order in which they arrive."""

from django.db import migrations

SQL = "CREATE INDEX span_halves ON observability_span (id) WHERE kind >= 2"


class Migration(migrations.Migration):
    dependencies = [("observability", "0024_service_map")]

    operations = [migrations.RunSQL(sql=SQL, reverse_sql="DROP INDEX span_halves")]

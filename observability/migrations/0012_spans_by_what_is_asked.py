"""Traces found by their first spans, by operation, and by how long they took."""

from django.db import migrations

SQL = """
CREATE INDEX span_roots ON observability_span (at DESC, id DESC) WHERE parent_id IS NULL;
CREATE INDEX span_by_operation ON observability_span (component, name, at DESC, id DESC);
CREATE INDEX span_slow ON observability_span (component, at DESC, id DESC)
    WHERE duration >= 1000000000;
CREATE INDEX span_all_errors ON observability_span (at DESC, id DESC) WHERE is_error;
"""
BACK = """
DROP INDEX span_roots;
DROP INDEX span_by_operation;
DROP INDEX span_slow;
DROP INDEX span_all_errors;
"""


class Migration(migrations.Migration):
    dependencies = [("observability", "0011_outlets")]

    operations = [migrations.RunSQL(sql=SQL, reverse_sql=BACK)]

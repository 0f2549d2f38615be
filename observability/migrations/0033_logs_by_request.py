"""Lines are found by the number of the request that wrote them, whatever their level."""

from django.db import migrations

FORWARD = """
CREATE INDEX log_by_request ON observability_logrecord
    ((attributes->>'request_id'), at DESC, id DESC) WHERE attributes->>'request_id' IS NOT NULL;
"""
BACK = "DROP INDEX log_by_request"


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0032_spans_of_others'),
    ]

    operations = [
        migrations.RunSQL(sql=FORWARD, reverse_sql=BACK),
    ]

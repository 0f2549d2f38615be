"""Words are parted by every sign; lines are found by client, and what is bad by its time."""

from django.db import migrations

SIGNS = "/.:@_=-"
FORWARD = f"""
DROP INDEX log_words;
CREATE INDEX log_words ON observability_logrecord
    USING gin (to_tsvector('simple', translate(message, '{SIGNS}', '{" " * len(SIGNS)}')))
    WHERE severity >= 13;
CREATE INDEX log_by_client ON observability_logrecord
    ((attributes->>'client'), at DESC, id DESC) WHERE attributes->>'client' IS NOT NULL;
DROP INDEX log_errors;
CREATE INDEX log_trouble ON observability_logrecord (component, at DESC, id DESC)
    WHERE severity >= 13;
CREATE INDEX log_trouble_by_time ON observability_logrecord (at DESC, id DESC)
    WHERE severity >= 13;
"""
BACK = """
DROP INDEX log_trouble_by_time;
DROP INDEX log_trouble;
CREATE INDEX log_errors ON observability_logrecord (component, at DESC) WHERE severity >= 17;
DROP INDEX log_by_client;
DROP INDEX log_words;
CREATE INDEX log_words ON observability_logrecord USING gin (to_tsvector('simple', message))
    WHERE severity >= 13;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0007_log_patterns'),
    ]

    operations = [
        migrations.RunSQL(sql=FORWARD, reverse_sql=BACK),
    ]

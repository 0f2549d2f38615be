"""Words of messages are parted by every sign; lines that concern a client are found by it."""

from django.db import migrations

SIGNS = "/.:@_=-"
FORWARD = f"""
DROP INDEX log_words;
CREATE INDEX log_words ON observability_logrecord
    USING gin (to_tsvector('simple', translate(message, '{SIGNS}', '{" " * len(SIGNS)}')))
    WHERE severity >= 13;
CREATE INDEX log_by_client ON observability_logrecord
    ((attributes->>'client'), at DESC, id DESC) WHERE attributes->>'client' IS NOT NULL;
"""
BACK = """
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

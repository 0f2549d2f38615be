"""Entries and seals: the database itself refuses to change them, and queues entries for sealing."""

import django.contrib.postgres.indexes
from django.db import migrations

REFUSE = """
CREATE FUNCTION portal_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit is insert only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER portal_entry_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_refuse();
CREATE TRIGGER portal_seal_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portal_seal
    FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_refuse();
"""
ALLOW = """
DROP TRIGGER portal_seal_insert_only ON portal_seal;
DROP TRIGGER portal_entry_insert_only ON portal_entry;
DROP FUNCTION portal_audit_refuse();
"""

QUEUE = """
CREATE FUNCTION portal_audit_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO portal_unsealed (entry_id) SELECT id FROM fresh;
    RETURN NULL;
END
$$;
CREATE TRIGGER portal_entry_queued AFTER INSERT ON portal_entry
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_queue();
"""
UNQUEUE = """
DROP TRIGGER portal_entry_queued ON portal_entry;
DROP FUNCTION portal_audit_queue();
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_sign_in_tries")]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunSQL(QUEUE, UNQUEUE),
        migrations.AddIndex(
            model_name="entry",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["at"], name="entry_by_at", pages_per_range=32
            ),
        ),
    ]

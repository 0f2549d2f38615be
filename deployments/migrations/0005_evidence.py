"""What a rollback was decided by, written once: the database itself refuses to change it."""

import django.db.models.deletion
from django.db import migrations, models

import portal.ids

REFUSE = """
CREATE FUNCTION deployments_evidence_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Evidence is insert only: % is refused.', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER deployments_evidence_insert_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON deployments_evidence
    FOR EACH STATEMENT EXECUTE FUNCTION deployments_evidence_refuse();
"""
ALLOW = """
DROP TRIGGER deployments_evidence_insert_only ON deployments_evidence;
DROP FUNCTION deployments_evidence_refuse();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0004_deployment_traces'),
    ]

    operations = [
        migrations.CreateModel(
            name='Evidence',
            fields=[
                (
                    'id',
                    models.UUIDField(
                        default=portal.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ('figures', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('gathered_at', models.DateTimeField()),
                (
                    'against',
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name='+',
                        to='deployments.deployment',
                    ),
                ),
                (
                    'deployment',
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name='+',
                        to='deployments.deployment',
                    ),
                ),
            ],
            options={'verbose_name_plural': 'evidence'},
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]

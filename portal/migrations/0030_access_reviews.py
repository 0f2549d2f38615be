"""Signed access reviews, which the database itself refuses to change."""

import django.db.models.deletion
from django.db import migrations, models

import portal.ids

REFUSE = """
CREATE TRIGGER portal_accessreview_insert_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON portal_accessreview
    FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_refuse();
"""
ALLOW = "DROP TRIGGER portal_accessreview_insert_only ON portal_accessreview;"


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0029_waiting_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessReview',
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
                ('signed_at', models.DateTimeField()),
                ('digest', models.CharField(max_length=64)),
                ('counts', models.JSONField()),
                ('note', models.TextField(blank=True)),
                (
                    'signed_by',
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name='+',
                        to='portal.user',
                    ),
                ),
            ],
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]

"""Who people are at an identity provider, and what its groups gave them."""

import django.db.models.deletion
import portal.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0017_sessions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('issuer', models.CharField(max_length=300)),
                ('subject', models.CharField(max_length=255)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('connected_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='portal.user')),
            ],
        ),
        migrations.AddField(
            model_name='membership',
            name='source',
            field=models.CharField(choices=[('person', 'Given by a person'), ('group', 'From a group of the identity provider')], db_default='person', default='person', max_length=8),
        ),
        migrations.AddField(
            model_name='user',
            name='is_platform_by_group',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['person', 'group'])), name='membership_source'),
        ),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.UniqueConstraint(fields=('issuer', 'subject'), name='identity_once'),
        ),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.UniqueConstraint(fields=('user', 'issuer'), name='identity_one_a_person'),
        ),
    ]

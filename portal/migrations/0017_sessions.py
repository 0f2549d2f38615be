"""Sessions that know whose they are: where people are signed in, and ending it."""

import django.db.models.deletion
import portal.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0016_manifests'),
    ]

    operations = [
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('data', models.TextField()),
                ('browser', models.CharField(blank=True, max_length=60)),
                ('address', models.CharField(blank=True, max_length=64)),
                ('began_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='portal.user')),
            ],
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(fields=['user', '-seen_at'], name='session_by_user'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(fields=['expires_at'], name='session_by_end'),
        ),
    ]

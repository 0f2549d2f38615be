"""Answers that are given again to whoever asks the same again under the same key."""

import django.db.models.deletion
import portal.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0014_unowned'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptAnswer',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('method', models.CharField(max_length=8)),
                ('path', models.CharField(max_length=500)),
                ('key', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('content', models.BinaryField()),
                ('headers', models.JSONField(default=dict)),
                ('kept_at', models.DateTimeField()),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.user')),
            ],
            options={
                'indexes': [models.Index(fields=['kept_at'], name='answer_by_age')],
                'constraints': [models.UniqueConstraint(fields=('actor', 'method', 'path', 'key'), name='answer_once_by_key')],
            },
        ),
    ]

"""What each process of ours told of its work, and what it had to drop."""

import portal.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0010_saved_searches'),
    ]

    operations = [
        migrations.CreateModel(
            name='Outlet',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, unique=True)),
                ('process', models.CharField(max_length=40)),
                ('spans', models.BigIntegerField(default=0)),
                ('lines', models.BigIntegerField(default=0)),
                ('dropped_spans', models.BigIntegerField(default=0)),
                ('dropped_lines', models.BigIntegerField(default=0)),
                ('message', models.TextField(blank=True)),
                ('seen_at', models.DateTimeField()),
            ],
        ),
    ]

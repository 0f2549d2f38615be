# Failed runs that someone lets stand.

import django.db.models.deletion
import portal.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pipelines', '0005_backfills'),
    ]

    operations = [
        migrations.CreateModel(
            name='Acceptance',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('attempt', models.PositiveIntegerField()),
                ('reason', models.TextField()),
                ('accepted_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('accepted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.user')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='pipelines.run')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.user')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('run', 'attempt'), name='acceptance_once')],
            },
        ),
    ]

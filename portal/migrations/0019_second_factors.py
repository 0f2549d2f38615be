"""What people have besides a password."""

import django.db.models.deletion
import portal.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0018_identities'),
    ]

    operations = [
        migrations.CreateModel(
            name='Factor',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('app', 'App for codes'), ('key', 'Security key')], max_length=4)),
                ('name', models.CharField(max_length=60)),
                ('secret', models.BinaryField(null=True)),
                ('last_step', models.BigIntegerField(default=0)),
                ('credential', models.BinaryField(null=True)),
                ('signatures', models.BigIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='factors', to='portal.user')),
            ],
        ),
        migrations.CreateModel(
            name='Grace',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='portal.user')),
                ('began_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('used_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to='portal.user')),
            ],
        ),
        migrations.AddConstraint(
            model_name='factor',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'app')), fields=('user',), name='factor_one_app'),
        ),
        migrations.AddConstraint(
            model_name='factor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'app'), ('secret__isnull', False)), models.Q(('credential__isnull', False), ('kind', 'key')), _connector='OR'), name='factor_has_what_proves_it'),
        ),
        migrations.AddConstraint(
            model_name='recoverycode',
            constraint=models.UniqueConstraint(fields=('user', 'digest'), name='recovery_code_once'),
        ),
    ]

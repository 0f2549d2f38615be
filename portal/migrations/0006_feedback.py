from django.db import migrations, models
import django.db.models.deletion
import portal.ids


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0005_notifications'),
    ]

    operations = [
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('page', models.CharField(blank=True, max_length=80)),
                ('thumb', models.CharField(choices=[('up', 'Helped'), ('down', 'Got in the way')], max_length=4)),
                ('sentence', models.TextField(blank=True)),
                ('release', models.CharField(max_length=20)),
                ('given_at', models.DateTimeField()),
                ('handled_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to='portal.user')),
                ('handled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.user')),
            ],
            options={
                'verbose_name_plural': 'feedback',
            },
        ),
        migrations.AddIndex(
            model_name='feedback',
            index=models.Index(fields=['author', '-id'], name='feedback_by_author'),
        ),
        migrations.AddIndex(
            model_name='feedback',
            index=models.Index(fields=['page', '-id'], name='feedback_by_page'),
        ),
        migrations.AddIndex(
            model_name='feedback',
            index=models.Index(condition=models.Q(('handled_at', None)), fields=['-id'], name='feedback_open'),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handled_at', None), ('handled_by', None)), models.Q(('handled_at__isnull', False), ('handled_by__isnull', False)), _connector='OR'), name='feedback_handled_by_someone'),
        ),
    ]

"""Entities of catalogs from elsewhere: where they come from, what they say, what is wrong."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import portal.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0019_second_factors'),
    ]

    operations = [
        migrations.AlterField(
            model_name='dependency',
            name='source',
            field=models.CharField(choices=[('declared', 'Declared'), ('observed', 'Observed'), ('file', 'Declared in a file of the catalog')], max_length=8),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('run.failed', 'Runs fail, or work again'), ('delivery.failed', 'Deliveries fail, or arrive again'), ('run.late', 'Runs are late'), ('approval.needed', 'A deployment waits for approval'), ('deployment.waiting', 'A deployment waits for a word'), ('deployment.finished', 'A deployment is live'), ('deployment.failed', 'A deployment failed or was refused'), ('deployment.rolled_back', 'A rollback was done, or failed'), ('release.rejected', 'A version was rejected'), ('component.deprecated', 'A component will end'), ('component.claimed', 'A component has an owner now'), ('component.let_go', 'A component has no owner any longer'), ('grant.given', 'A team may use something new'), ('catalog.findings', 'A file of the catalog has something wrong'), ('feedback.answered', 'Your feedback was answered')], max_length=24),
        ),
        migrations.AlterField(
            model_name='findable',
            name='kind',
            field=models.CharField(choices=[('component', 'Component'), ('entity', 'Entity'), ('client', 'Client'), ('destination', 'Destination'), ('connection', 'Connection'), ('environment', 'Environment'), ('team', 'Team'), ('person', 'Person'), ('path', 'Golden path'), ('page', 'Handbook')], max_length=12),
        ),
        migrations.AlterField(
            model_name='matter',
            name='kind',
            field=models.CharField(choices=[('run.failed', 'Runs fail, or work again'), ('delivery.failed', 'Deliveries fail, or arrive again'), ('run.late', 'Runs are late'), ('approval.needed', 'A deployment waits for approval'), ('deployment.waiting', 'A deployment waits for a word'), ('deployment.finished', 'A deployment is live'), ('deployment.failed', 'A deployment failed or was refused'), ('deployment.rolled_back', 'A rollback was done, or failed'), ('release.rejected', 'A version was rejected'), ('component.deprecated', 'A component will end'), ('component.claimed', 'A component has an owner now'), ('component.let_go', 'A component has no owner any longer'), ('grant.given', 'A team may use something new'), ('catalog.findings', 'A file of the catalog has something wrong'), ('feedback.answered', 'Your feedback was answered')], max_length=24),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('run.failed', 'Runs fail, or work again'), ('delivery.failed', 'Deliveries fail, or arrive again'), ('run.late', 'Runs are late'), ('approval.needed', 'A deployment waits for approval'), ('deployment.waiting', 'A deployment waits for a word'), ('deployment.finished', 'A deployment is live'), ('deployment.failed', 'A deployment failed or was refused'), ('deployment.rolled_back', 'A rollback was done, or failed'), ('release.rejected', 'A version was rejected'), ('component.deprecated', 'A component will end'), ('component.claimed', 'A component has an owner now'), ('component.let_go', 'A component has no owner any longer'), ('grant.given', 'A team may use something new'), ('catalog.findings', 'A file of the catalog has something wrong'), ('feedback.answered', 'Your feedback was answered')], max_length=24),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='kind',
            field=models.CharField(blank=True, choices=[('run.failed', 'Runs fail, or work again'), ('delivery.failed', 'Deliveries fail, or arrive again'), ('run.late', 'Runs are late'), ('approval.needed', 'A deployment waits for approval'), ('deployment.waiting', 'A deployment waits for a word'), ('deployment.finished', 'A deployment is live'), ('deployment.failed', 'A deployment failed or was refused'), ('deployment.rolled_back', 'A rollback was done, or failed'), ('release.rejected', 'A version was rejected'), ('component.deprecated', 'A component will end'), ('component.claimed', 'A component has an owner now'), ('component.let_go', 'A component has no owner any longer'), ('grant.given', 'A team may use something new'), ('catalog.findings', 'A file of the catalog has something wrong'), ('feedback.answered', 'Your feedback was answered')], max_length=24),
        ),
        migrations.CreateModel(
            name='CatalogSource',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=48, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?\\Z', 'Use lower-case letters, digits and hyphens, at most 60, beginning and ending with a letter or digit.')])),
                ('kind', models.CharField(choices=[('git', 'Git repository'), ('file', 'File that is sent')], max_length=4)),
                ('repository', models.CharField(blank=True, max_length=400)),
                ('branch', models.CharField(blank=True, max_length=120)),
                ('path', models.CharField(default='catalog-info.yaml', max_length=200)),
                ('hosts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, size=None)),
                ('may_reach_inside', models.BooleanField(default=False)),
                ('secret', models.BinaryField(null=True)),
                ('hook_secret', models.BinaryField(null=True)),
                ('content', models.BinaryField(null=True)),
                ('every_minutes', models.PositiveIntegerField(default=15)),
                ('created_at', models.DateTimeField()),
                ('disabled_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('idle', 'Up to date'), ('queued', 'Waits'), ('running', 'Reads'), ('failed', 'Failed')], default='queued', max_length=8)),
                ('message', models.CharField(blank=True, max_length=400)),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('next_at', models.DateTimeField()),
                ('commit', models.CharField(blank=True, max_length=64)),
                ('looked_at', models.DateTimeField(null=True)),
                ('files_done', models.PositiveIntegerField(default=0)),
                ('files_found', models.PositiveIntegerField(default=0)),
                ('entities_read', models.PositiveIntegerField(default=0)),
                ('is_asked', models.BooleanField(default=False)),
                ('is_wanted_again', models.BooleanField(default=False)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.user')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='catalog_sources', to='portal.team')),
            ],
        ),
        migrations.CreateModel(
            name='CatalogHook',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('delivery', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hooks', to='portal.catalogsource')),
            ],
        ),
        migrations.CreateModel(
            name='CatalogFile',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('path', models.CharField(max_length=400)),
                ('digest', models.CharField(max_length=64)),
                ('is_far', models.BooleanField(default=False)),
                ('reads', models.JSONField(default=list)),
                ('targets', models.JSONField(default=list)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='portal.catalogsource')),
            ],
        ),
        migrations.CreateModel(
            name='Entity',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('ref', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(max_length=63)),
                ('folded', models.CharField(max_length=63)),
                ('namespace', models.CharField(max_length=63)),
                ('name', models.CharField(max_length=63)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('description', models.TextField(blank=True)),
                ('type', models.CharField(blank=True, max_length=120)),
                ('lifecycle', models.CharField(blank=True, max_length=120)),
                ('owner', models.CharField(blank=True, max_length=200)),
                ('system', models.CharField(blank=True, max_length=200)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), default=list, size=None)),
                ('data', models.JSONField()),
                ('text', models.TextField()),
                ('digest', models.CharField(max_length=32)),
                ('path', models.CharField(max_length=400)),
                ('line', models.PositiveIntegerField()),
                ('commit', models.CharField(blank=True, max_length=64)),
                ('is_broken', models.BooleanField(default=False)),
                ('is_made', models.BooleanField(default=False)),
                ('given', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('orphaned_at', models.DateTimeField(null=True)),
                ('component', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='entities', to='portal.component')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entities', to='portal.catalogsource')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='portal.team')),
            ],
            options={
                'verbose_name_plural': 'entities',
            },
        ),
        migrations.CreateModel(
            name='EntityFinding',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('ref', models.CharField(blank=True, max_length=200)),
                ('path', models.CharField(max_length=400)),
                ('line', models.PositiveIntegerField(null=True)),
                ('column', models.PositiveIntegerField(null=True)),
                ('field', models.CharField(blank=True, max_length=200)),
                ('message', models.CharField(max_length=500)),
                ('since_at', models.DateTimeField()),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='portal.catalogsource')),
            ],
        ),
        migrations.CreateModel(
            name='EntityRelation',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(max_length=200)),
                ('type', models.CharField(choices=[('ownedBy', 'ownedBy'), ('partOf', 'partOf'), ('dependsOn', 'dependsOn'), ('providesApi', 'providesApi'), ('consumesApi', 'consumesApi'), ('memberOf', 'memberOf'), ('childOf', 'childOf')], max_length=16)),
                ('target', models.CharField(max_length=200)),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='portal.entity')),
            ],
        ),
        migrations.AddIndex(
            model_name='catalogsource',
            index=models.Index(fields=['next_at'], name='catalog_source_by_due'),
        ),
        migrations.AddConstraint(
            model_name='cataloghook',
            constraint=models.UniqueConstraint(fields=('source', 'delivery'), name='catalog_hook_once'),
        ),
        migrations.AddConstraint(
            model_name='catalogfile',
            constraint=models.UniqueConstraint(fields=('source', 'path'), name='catalog_file_once'),
        ),
        migrations.AddIndex(
            model_name='entity',
            index=models.Index(fields=['source', 'path'], name='entity_by_file'),
        ),
        migrations.AddIndex(
            model_name='entity',
            index=models.Index(fields=['folded', 'ref'], name='entity_by_kind'),
        ),
        migrations.AddIndex(
            model_name='entity',
            index=models.Index(fields=['owner', 'ref'], name='entity_by_owner'),
        ),
        migrations.AddIndex(
            model_name='entity',
            index=models.Index(fields=['system', 'ref'], name='entity_by_system'),
        ),
        migrations.AddIndex(
            model_name='entity',
            index=models.Index(condition=models.Q(('orphaned_at__isnull', False)), fields=['source', 'ref'], name='entity_orphaned'),
        ),
        migrations.AddIndex(
            model_name='entity',
            index=models.Index(condition=models.Q(('is_broken', True)), fields=['source', 'ref'], name='entity_broken'),
        ),
        migrations.AddIndex(
            model_name='entityfinding',
            index=models.Index(fields=['source', 'path'], name='entity_finding_by_file'),
        ),
        migrations.AddIndex(
            model_name='entityfinding',
            index=models.Index(fields=['ref'], name='entity_finding_by_ref'),
        ),
        migrations.AddIndex(
            model_name='entityrelation',
            index=models.Index(fields=['source', 'type'], name='entity_relation_forth'),
        ),
        migrations.AddIndex(
            model_name='entityrelation',
            index=models.Index(fields=['target', 'type'], name='entity_relation_back'),
        ),
        migrations.AddConstraint(
            model_name='entityrelation',
            constraint=models.UniqueConstraint(fields=('said_by', 'source', 'type', 'target'), name='entity_relation_once'),
        ),
    ]

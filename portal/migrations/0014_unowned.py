"""The team that is nobody, since when a component was seen, and who is told of claims."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0013_scope_of_all_telemetry'),
    ]

    operations = [
        migrations.AddField(
            model_name='component',
            name='seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='team',
            name='is_nobody',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('run.failed', 'Runs fail, or work again'), ('delivery.failed', 'Deliveries fail, or arrive again'), ('run.late', 'Runs are late'), ('approval.needed', 'A deployment waits for approval'), ('deployment.waiting', 'A deployment waits for a word'), ('deployment.finished', 'A deployment is live'), ('deployment.failed', 'A deployment failed or was refused'), ('deployment.rolled_back', 'A rollback was done, or failed'), ('release.rejected', 'A version was rejected'), ('component.deprecated', 'A component will end'), ('component.claimed', 'A component has an owner now'), ('component.let_go', 'A component has no owner any longer'), ('grant.given', 'A team may use something new'), ('feedback.answered', 'Your feedback was answered')], max_length=24),
        ),
        migrations.AlterField(
            model_name='matter',
            name='kind',
            field=models.CharField(choices=[('run.failed', 'Runs fail, or work again'), ('delivery.failed', 'Deliveries fail, or arrive again'), ('run.late', 'Runs are late'), ('approval.needed', 'A deployment waits for approval'), ('deployment.waiting', 'A deployment waits for a word'), ('deployment.finished', 'A deployment is live'), ('deployment.failed', 'A deployment failed or was refused'), ('deployment.rolled_back', 'A rollback was done, or failed'), ('release.rejected', 'A version was rejected'), ('component.deprecated', 'A component will end'), ('component.claimed', 'A component has an owner now'), ('component.let_go', 'A component has no owner any longer'), ('grant.given', 'A team may use something new'), ('feedback.answered', 'Your feedback was answered')], max_length=24),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('run.failed', 'Runs fail, or work again'), ('delivery.failed', 'Deliveries fail, or arrive again'), ('run.late', 'Runs are late'), ('approval.needed', 'A deployment waits for approval'), ('deployment.waiting', 'A deployment waits for a word'), ('deployment.finished', 'A deployment is live'), ('deployment.failed', 'A deployment failed or was refused'), ('deployment.rolled_back', 'A rollback was done, or failed'), ('release.rejected', 'A version was rejected'), ('component.deprecated', 'A component will end'), ('component.claimed', 'A component has an owner now'), ('component.let_go', 'A component has no owner any longer'), ('grant.given', 'A team may use something new'), ('feedback.answered', 'Your feedback was answered')], max_length=24),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='kind',
            field=models.CharField(blank=True, choices=[('run.failed', 'Runs fail, or work again'), ('delivery.failed', 'Deliveries fail, or arrive again'), ('run.late', 'Runs are late'), ('approval.needed', 'A deployment waits for approval'), ('deployment.waiting', 'A deployment waits for a word'), ('deployment.finished', 'A deployment is live'), ('deployment.failed', 'A deployment failed or was refused'), ('deployment.rolled_back', 'A rollback was done, or failed'), ('release.rejected', 'A version was rejected'), ('component.deprecated', 'A component will end'), ('component.claimed', 'A component has an owner now'), ('component.let_go', 'A component has no owner any longer'), ('grant.given', 'A team may use something new'), ('feedback.answered', 'Your feedback was answered')], max_length=24),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.UniqueConstraint(condition=models.Q(('is_nobody', True)), fields=('is_nobody',), name='team_one_is_nobody'),
        ),
    ]

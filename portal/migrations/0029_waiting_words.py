"""What a deployment that asks for a go-ahead is called: it needs a decision. No column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0028_event_receivers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('run.failed', 'Runs fail, or work again'), ('delivery.failed', 'Deliveries fail, or arrive again'), ('run.late', 'Runs are late'), ('approval.needed', 'A deployment waits for approval'), ('deployment.waiting', 'A deployment needs a decision'), ('deployment.finished', 'A deployment is live'), ('deployment.failed', 'A deployment failed or was refused'), ('deployment.rolled_back', 'A rollback was done, or failed'), ('release.rejected', 'A version was rejected'), ('component.deprecated', 'A component will end'), ('component.claimed', 'A component has an owner now'), ('component.let_go', 'A component has no owner any longer'), ('grant.given', 'A team may use something new'), ('catalog.findings', 'A file of the catalog has something wrong'), ('feedback.answered', 'Your feedback was answered')], max_length=24),
        ),
        migrations.AlterField(
            model_name='matter',
            name='kind',
            field=models.CharField(choices=[('run.failed', 'Runs fail, or work again'), ('delivery.failed', 'Deliveries fail, or arrive again'), ('run.late', 'Runs are late'), ('approval.needed', 'A deployment waits for approval'), ('deployment.waiting', 'A deployment needs a decision'), ('deployment.finished', 'A deployment is live'), ('deployment.failed', 'A deployment failed or was refused'), ('deployment.rolled_back', 'A rollback was done, or failed'), ('release.rejected', 'A version was rejected'), ('component.deprecated', 'A component will end'), ('component.claimed', 'A component has an owner now'), ('component.let_go', 'A component has no owner any longer'), ('grant.given', 'A team may use something new'), ('catalog.findings', 'A file of the catalog has something wrong'), ('feedback.answered', 'Your feedback was answered')], max_length=24),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('run.failed', 'Runs fail, or work again'), ('delivery.failed', 'Deliveries fail, or arrive again'), ('run.late', 'Runs are late'), ('approval.needed', 'A deployment waits for approval'), ('deployment.waiting', 'A deployment needs a decision'), ('deployment.finished', 'A deployment is live'), ('deployment.failed', 'A deployment failed or was refused'), ('deployment.rolled_back', 'A rollback was done, or failed'), ('release.rejected', 'A version was rejected'), ('component.deprecated', 'A component will end'), ('component.claimed', 'A component has an owner now'), ('component.let_go', 'A component has no owner any longer'), ('grant.given', 'A team may use something new'), ('catalog.findings', 'A file of the catalog has something wrong'), ('feedback.answered', 'Your feedback was answered')], max_length=24),
        ),
        migrations.AlterField(
            model_name='subscription',
            name='kind',
            field=models.CharField(blank=True, choices=[('run.failed', 'Runs fail, or work again'), ('delivery.failed', 'Deliveries fail, or arrive again'), ('run.late', 'Runs are late'), ('approval.needed', 'A deployment waits for approval'), ('deployment.waiting', 'A deployment needs a decision'), ('deployment.finished', 'A deployment is live'), ('deployment.failed', 'A deployment failed or was refused'), ('deployment.rolled_back', 'A rollback was done, or failed'), ('release.rejected', 'A version was rejected'), ('component.deprecated', 'A component will end'), ('component.claimed', 'A component has an owner now'), ('component.let_go', 'A component has no owner any longer'), ('grant.given', 'A team may use something new'), ('catalog.findings', 'A file of the catalog has something wrong'), ('feedback.answered', 'Your feedback was answered')], max_length=24),
        ),
    ]

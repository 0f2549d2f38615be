"""What was said for the first time when: marks on the axis of changes find it by index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('observability', '0018_link_evidence'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='pattern',
            index=models.Index(
                condition=models.Q(('level__gte', 13), ('merged_into', None)),
                fields=['-first_seen_at'],
                name='pattern_first',
            ),
        ),
        migrations.AddIndex(
            model_name='pattern',
            index=models.Index(
                condition=models.Q(('level__gte', 13), ('merged_into', None)),
                fields=['component', '-first_seen_at'],
                name='pattern_first_of_component',
            ),
        ),
    ]

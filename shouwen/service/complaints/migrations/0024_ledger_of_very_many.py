"""The ledger is read by what is in hand, however many were closed in years."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0018_ledgers_kept_apart'),
        ('complaints', '0023_notice_language'),
        ('staff', '0014_role_requests_end'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='complaint',
            name='complaint_by_super',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='complaint_major',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='complaint_repeats',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='complaint_groups',
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('is_open', True)), fields=['institution', 'supervisor', '-id'], name='complaint_open_by_super'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('is_major', True), ('is_open', True)), fields=['institution', '-id'], name='complaint_open_major'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('is_open', True), ('repeat_of__isnull', False)), fields=['institution', '-id'], name='complaint_open_repeats'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('is_open', True), models.Q(('group_lead__isnull', False), ('group_size__gt', 0), _connector='OR')), fields=['institution', '-id'], name='complaint_open_groups'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('is_open', True), models.Q(('origin', 'REGULATOR'), ('transferred_at__isnull', False), _connector='OR')), fields=['institution', '-id'], name='complaint_open_regulator'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(fields=['institution', 'grade', '-id'], name='complaint_by_grade'),
        ),
    ]

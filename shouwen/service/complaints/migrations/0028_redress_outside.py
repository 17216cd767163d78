"""Redress granted outside, and payments without a result."""

import shouwen.ground.vault.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0027_rightings'),
        ('staff', '0014_role_requests_end'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='complaintredress',
            name='outside_body',
            field=shouwen.ground.vault.fields.SealedTextField(blank=True, data_class='C2', kind='text', null=True),
        ),
        migrations.AddField(
            model_name='complaintredress',
            name='outside_document',
            field=shouwen.ground.vault.fields.SealedTextField(blank=True, data_class='C2', kind='text', null=True),
        ),
        migrations.AddField(
            model_name='complaintredress',
            name='outside_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='complaintredress',
            name='reminded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='complaintredress',
            index=models.Index(condition=models.Q(('state', 'REQUESTED')), fields=['decided_at', 'id'], name='redress_result_awaited'),
        ),
        migrations.AddConstraint(
            model_name='complaintredress',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outside_document__isnull', True), ('outside_on__isnull', True)), models.Q(('outside_document__isnull', False), ('outside_on__isnull', False)), _connector='OR'), name='redress_outside_is_shown'),
        ),
    ]

"""A limit told in time and recorded late is set right by two persons."""

import django.db.models.deletion
import shouwen.ground.kernel.fields
import shouwen.ground.vault.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0018_ledgers_kept_apart'),
        ('complaints', '0026_task_force'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ComplaintRighting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shouwen.ground.kernel.fields.PublicIdField(prefix='crgt')),
                ('clock_ref', models.CharField(max_length=48)),
                ('event', models.CharField(max_length=60)),
                ('clause', models.CharField(max_length=40)),
                ('due_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField()),
                ('missed_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('told_at', models.DateTimeField()),
                ('medium', models.CharField(choices=[('CHAT', 'Online chat'), ('PHONE', 'Phone call'), ('SMS', 'SMS'), ('EMAIL', 'E-mail message'), ('LETTER', 'Postal letter')], max_length=10)),
                ('evidence', shouwen.ground.vault.fields.SealedTextField(data_class='C2', kind='text')),
                ('state', models.CharField(choices=[('ASKED', 'Waits for approval'), ('APPROVED', 'Set right'), ('DECLINED', 'Refused'), ('WITHDRAWN', 'Taken back'), ('EXPIRED', 'Not decided in time')], default='ASKED', max_length=10)),
                ('right', models.CharField(max_length=40)),
                ('asked_at', models.DateTimeField()),
                ('approval_ref', models.CharField(blank=True, max_length=48)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rightings', to='complaints.complaint')),
                ('decided_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proof', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.casefile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('ASKED', 'APPROVED'))), fields=('clock_ref',), name='righting_of_a_clock_once'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='righting_by_two_persons'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'APPROVED'), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='righting_approved_by_one'), models.CheckConstraint(condition=models.Q(('told_at__lte', models.F('due_at')), ('told_at__lte', models.F('recorded_at'))), name='righting_told_in_time')],
            },
        ),
    ]

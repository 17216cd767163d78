import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shouwen.ground.kernel.fields
import shouwen.ground.vault.fields


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0016_imports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='complaintsettings',
            name='redress_lead_fen',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='complaintsettings',
            name='redress_senior_fen',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='ComplaintRedress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shouwen.ground.kernel.fields.PublicIdField(prefix='redr')),
                ('kind', models.CharField(choices=[('COMPENSATION', 'Compensation for a loss'), ('REFUND', 'Refund of what was charged'), ('WAIVER', 'Waiver of interest or fees'), ('GOODWILL', 'Payment as a courtesy')], max_length=12)),
                ('amount_fen', models.BigIntegerField()),
                ('state', models.CharField(choices=[('PROPOSED', 'Waits for approval'), ('REQUESTED', 'Approved, payment asked for'), ('PAID', 'Paid'), ('FAILED', 'Payment failed'), ('DECLINED', 'Refused'), ('WITHDRAWN', 'Taken back'), ('EXPIRED', 'Not decided in time')], default='PROPOSED', max_length=9)),
                ('reason', shouwen.ground.vault.fields.SealedTextField(data_class='C2', kind='text')),
                ('basis', shouwen.ground.vault.fields.SealedTextField(data_class='C2', kind='text')),
                ('right', models.CharField(max_length=40)),
                ('proposed_at', models.DateTimeField()),
                ('approval_ref', models.CharField(blank=True, max_length=48)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('outside_ref', models.CharField(blank=True, max_length=60)),
                ('result_words', shouwen.ground.vault.fields.SealedTextField(blank=True, data_class='C2', kind='text', null=True)),
                ('result_at', models.DateTimeField(blank=True, null=True)),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='redress', to='complaints.complaint')),
                ('decided_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.institution')),
                ('proposed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='redress_is_an_amount'),
                    models.UniqueConstraint(condition=models.Q(('state', 'PROPOSED')), fields=('complaint',), name='redress_one_proposal'),
                    models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='redress_by_two_persons'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['REQUESTED', 'PAID', 'FAILED']), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='redress_asked_for_is_approved'),
                    models.CheckConstraint(condition=models.Q(models.Q(('result_at__isnull', False), ('state__in', ['PAID', 'FAILED']), models.Q(('outside_ref', ''), _negated=True)), models.Q(models.Q(('state__in', ['PAID', 'FAILED']), _negated=True), ('outside_ref', ''), ('result_at__isnull', True)), _connector='OR'), name='redress_result_has_a_number'),
                    models.UniqueConstraint(condition=models.Q(('outside_ref', ''), _negated=True), fields=('institution', 'outside_ref'), name='redress_number_once'),
                ],
            },
        ),
    ]

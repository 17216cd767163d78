"""Findings with their parts, what is said to them, and who is told."""

import django.db.models.deletion
import shouwen.ground.kernel.fields
import shouwen.ground.vault.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0024_ledger_of_very_many'),
        ('staff', '0015_unread_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='complaintsettings',
            name='finding_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='FindingPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shouwen.ground.kernel.fields.PublicIdField(prefix='find')),
                ('finding', models.PositiveSmallIntegerField()),
                ('place', models.PositiveSmallIntegerField()),
                ('is_current', models.BooleanField(default=True)),
                ('kind', models.CharField(choices=[('STAFF', 'A member of staff'), ('UNIT', 'A unit'), ('PRODUCT', 'The product'), ('SYSTEM', 'A system'), ('PARTNER', 'A partner'), ('CUSTOMER', 'The customer'), ('SHARED', 'Several together'), ('NONE', 'Nobody')], max_length=10)),
                ('partner', shouwen.ground.vault.fields.SealedTextField(blank=True, data_class='C2', kind='text', null=True)),
                ('percent', models.PositiveSmallIntegerField()),
                ('ground', shouwen.ground.vault.fields.SealedTextField(data_class='C2', kind='text')),
                ('set_at', models.DateTimeField()),
                ('contest_until', models.DateTimeField(blank=True, null=True)),
                ('position', models.CharField(blank=True, choices=[('AGREES', 'Agrees'), ('DISAGREES', 'Disagrees')], max_length=9)),
                ('statement', shouwen.ground.vault.fields.SealedTextField(blank=True, data_class='C2', kind='text', null=True)),
                ('stated_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(blank=True, choices=[('ASKED', 'Contested, waits for a decision'), ('UPHELD', 'Contested, finding stands'), ('CHANGED', 'Contested, finding changed'), ('OVERTAKEN', 'Overtaken by another finding')], max_length=9)),
                ('reason', shouwen.ground.vault.fields.SealedTextField(blank=True, data_class='C2', kind='text', null=True)),
                ('contested_at', models.DateTimeField(blank=True, null=True)),
                ('opinion', shouwen.ground.vault.fields.SealedTextField(blank=True, data_class='C2', kind='text', null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('complaint', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='finding_parts', to='complaints.complaint')),
                ('contested_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stated_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.unit')),
            ],
        ),
        migrations.CreateModel(
            name='FindingNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('part', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='complaints.findingpart')),
            ],
        ),
        migrations.AddConstraint(
            model_name='findingpart',
            constraint=models.UniqueConstraint(fields=('complaint', 'finding', 'place'), name='finding_part_once'),
        ),
        migrations.AddConstraint(
            model_name='findingpart',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gte', 1), ('percent__lte', 100)), name='finding_part_of_a_hundred'),
        ),
        migrations.AddConstraint(
            model_name='findingpart',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['UPHELD', 'CHANGED']), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('opinion__isnull', False)), _connector='OR'), name='finding_decided_by_a_person'),
        ),
        migrations.AddConstraint(
            model_name='findingpart',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(models.Q(('set_by__isnull', True), models.Q(('decided_by', models.F('set_by')), _negated=True), _connector='OR'), models.Q(('person__isnull', True), models.Q(('decided_by', models.F('person')), _negated=True), _connector='OR')), _connector='OR'), name='finding_decided_by_another'),
        ),
        migrations.AddIndex(
            model_name='findingnotice',
            index=models.Index(fields=['person', '-id'], name='finding_told_newest'),
        ),
        migrations.AddConstraint(
            model_name='findingnotice',
            constraint=models.UniqueConstraint(fields=('part', 'person'), name='finding_told_once'),
        ),
    ]

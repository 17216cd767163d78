import django.db.models.deletion
import shouwen.ground.kernel.fields
import shouwen.ground.vault.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0015_contests_each_decision'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ComplaintImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('CHECKED', 'Checked, nothing taken in yet'), ('RUNNING', 'Being taken in'), ('DONE', 'Taken in'), ('DROPPED', 'Dropped'), ('STOPPED', 'Stopped: the asker may no longer import')], default='CHECKED', max_length=8)),
                ('digest', models.CharField(max_length=64)),
                ('table', shouwen.ground.vault.fields.SealedTextField(data_class='C2', kind='text', null=True)),
                ('faults', models.JSONField(default=list)),
                ('lines', models.PositiveIntegerField()),
                ('bad_lines', models.PositiveIntegerField()),
                ('expected_new', models.PositiveIntegerField()),
                ('expected_known', models.PositiveIntegerField()),
                ('taken', models.PositiveIntegerField(default=0)),
                ('made', models.PositiveIntegerField(default=0)),
                ('checked_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('public_id', shouwen.ground.kernel.fields.PublicIdField(prefix='cimp')),
                ('left_out', models.PositiveIntegerField(default=0)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.institution')),
            ],
            options={
                'indexes': [models.Index(fields=['institution', '-id'], name='complaint_import_newest'), models.Index(condition=models.Q(('table__isnull', False)), fields=['checked_at'], name='complaint_import_kept')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['CHECKED', 'RUNNING', 'DONE', 'DROPPED', 'STOPPED'])), name='complaint_import_state')],
            },
        ),
        migrations.CreateModel(
            name='ImportedComplaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('outside_ref', models.CharField(max_length=60)),
                ('complaint', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.complaint')),
                ('handed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.complaintimport')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.institution')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('institution', 'outside_ref'), name='complaint_imported_once')],
            },
        ),
    ]

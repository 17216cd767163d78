"""Who is held responsible, as figures count it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0004_record_standard'),
        ('staff', '0015_unread_notices'),
    ]

    operations = [
        migrations.AddField(
            model_name='rollup',
            name='accountable_percent',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='rollup',
            name='held_percent',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.CreateModel(
            name='HeldShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('complaint_id', models.BigIntegerField()),
                ('what', models.CharField(max_length=48)),
                ('person_ref', models.CharField(blank=True, max_length=48)),
                ('unit_id', models.BigIntegerField()),
                ('percent', models.PositiveSmallIntegerField()),
                ('counted_at', models.DateTimeField()),
                ('channel', models.CharField(blank=True, max_length=20)),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.institution')),
            ],
            options={
                'indexes': [models.Index(fields=['institution', '-counted_at'], name='held_share_newest')],
                'constraints': [models.UniqueConstraint(fields=('complaint_id', 'what', 'person_ref', 'unit_id'), name='held_share_once')],
            },
        ),
    ]

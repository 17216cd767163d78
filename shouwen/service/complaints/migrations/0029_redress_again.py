"""A payment that failed is asked for again."""

import django.db.models.deletion
import shouwen.ground.kernel.fields
import shouwen.ground.vault.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0028_redress_outside'),
        ('staff', '0015_unread_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='complaintredress',
            name='attempt',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.CreateModel(
            name='RedressAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shouwen.ground.kernel.fields.PublicIdField(prefix='rpay')),
                ('attempt', models.PositiveSmallIntegerField()),
                ('outside_ref', models.CharField(max_length=60)),
                ('result_words', shouwen.ground.vault.fields.SealedTextField(blank=True, data_class='C2', kind='text', null=True)),
                ('result_at', models.DateTimeField()),
                ('asked_again_at', models.DateTimeField()),
                ('asked_again_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.institution')),
                ('redress', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='failed', to='complaints.complaintredress')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('redress', 'attempt'), name='redress_attempt_once'), models.UniqueConstraint(fields=('institution', 'outside_ref'), name='redress_attempt_number_once')],
            },
        ),
    ]

"""A major complaint has a task force."""

import django.db.models.deletion
import shouwen.ground.kernel.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0025_findings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='complaint',
            name='has_force',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='ForceMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', shouwen.ground.kernel.fields.PublicIdField(prefix='cfm')),
                ('function', models.CharField(choices=[('TECHNOLOGY', 'Technology'), ('OPERATIONS', 'Operations'), ('ACCOUNT', 'Account manager'), ('OTHER', 'Another function')], max_length=10)),
                ('appointed_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('appointed_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='force', to='complaints.complaint')),
                ('left_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('left_at__isnull', True)), fields=['person', '-id'], name='force_of_person')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_at__isnull', True)), fields=('complaint', 'person'), name='force_member_once'), models.CheckConstraint(condition=models.Q(models.Q(('left_at__isnull', True), ('left_by__isnull', True)), ('left_at__gte', models.F('appointed_at')), _connector='OR'), name='force_member_left_after')],
            },
        ),
    ]

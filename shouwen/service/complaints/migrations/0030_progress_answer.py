"""What carriers answer to messages about the progress."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0029_redress_again'),
    ]

    operations = [
        migrations.AddField(
            model_name='progressnotice',
            name='answer',
            field=models.CharField(blank=True, max_length=24),
        ),
        migrations.AlterField(
            model_name='progressnotice',
            name='why',
            field=models.CharField(blank=True, choices=[('REFUSED', 'does not want to be told this way'), ('NO_WAY', 'left no way to be reached'), ('GROUP', 'others speak for the group'), ('ADDRESS', 'the address takes no messages'), ('AWAY', 'nothing was taken for a day')], max_length=10),
        ),
    ]

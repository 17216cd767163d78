"""How much of what they were told inside the house a person has not looked at yet."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0014_role_requests_end'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='unread_notices',
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]

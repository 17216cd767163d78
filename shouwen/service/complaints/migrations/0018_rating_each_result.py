import datetime

import django.db.models.deletion
from django.db import migrations, models

# Stands until the next migration has filled it.
NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class Migration(migrations.Migration):

    dependencies = [
        ("complaints", "0017_redress"),
    ]

    operations = [
        migrations.AlterField(
            model_name="complaintrating",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ratings",
                to="complaints.complaint",
            ),
        ),
        migrations.AddField(
            model_name="complaintrating",
            name="newest_of",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rating",
                to="complaints.complaint",
            ),
        ),
        migrations.AddField(
            model_name="complaintrating",
            name="about_at",
            field=models.DateTimeField(default=NEVER),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="complaintrating",
            constraint=models.UniqueConstraint(
                fields=("complaint", "about_at"), name="complaint_rating_once_a_result"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintrating",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("newest_of__isnull", True),
                    ("newest_of", models.F("complaint")),
                    _connector="OR",
                ),
                name="complaint_rating_newest_of_its_own",
            ),
        ),
    ]

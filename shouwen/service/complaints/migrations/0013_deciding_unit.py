import django.db.models.deletion
from django.db import migrations, models


def unit():
    return models.ForeignKey(
        blank=True,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="staff.unit",
    )


class Migration(migrations.Migration):

    dependencies = [
        ("complaints", "0012_proposals"),
        ("staff", "0014_role_requests_end"),
    ]

    operations = [
        migrations.AddField(model_name="complaint", name="told_in", field=unit()),
        migrations.AddField(model_name="complaintcontest", name="decided_in", field=unit()),
    ]

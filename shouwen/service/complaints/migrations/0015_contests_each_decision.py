from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("complaints", "0014_deciding_unit_filled"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="complaintcontest", name="contest_one_open"),
    ]

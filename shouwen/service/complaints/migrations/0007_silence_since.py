from django.db import migrations, models
from django.db.models import F


def since_the_last_change(apps, schema_editor):
    rows = apps.get_model("complaints", "ComplaintSettings").objects
    rows.filter(silence_days__isnull=False).update(silence_since=F("changed_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("complaints", "0006_telling"),
    ]

    operations = [
        migrations.AddField(
            model_name="complaintsettings",
            name="silence_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(since_the_last_change, migrations.RunPython.noop),
    ]

from django.db import migrations
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

UNIT = Coalesce("case__handler__unit_id", "case__unit_id")


def as_it_stands(apps, schema_editor):
    """Fill what was told and contested before with the unit by which it was judged until now."""
    complaints = apps.get_model("complaints", "Complaint").objects
    contests = apps.get_model("complaints", "ComplaintContest").objects
    here = complaints.filter(pk=OuterRef("pk")).annotate(decides=UNIT).values("decides")[:1]
    complaints.filter(feedback_at__isnull=False).update(told_in=Subquery(here))
    over = complaints.filter(pk=OuterRef("complaint_id")).annotate(decides=UNIT)
    contests.update(decided_in=Subquery(over.values("decides")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ("complaints", "0013_deciding_unit"),
    ]

    operations = [
        migrations.RunPython(as_it_stands, migrations.RunPython.noop),
    ]

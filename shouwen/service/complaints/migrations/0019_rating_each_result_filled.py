from django.db import migrations
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce


def as_they_were_given(apps, schema_editor):
    """Fill each rating with the result it was given about, and let it be its complaint's newest."""
    ratings = apps.get_model("complaints", "ComplaintRating").objects
    told = apps.get_model("complaints", "Complaint").objects.filter(
        pk=OuterRef("complaint_id"), feedback_at__lte=OuterRef("given_at")
    )
    # A complaint that was worked again since was rated about a result before; when, it said itself.
    about = Coalesce(Subquery(told.values("feedback_at")[:1]), F("given_at"))
    ratings.update(newest_of_id=F("complaint_id"), about_at=about)


class Migration(migrations.Migration):

    dependencies = [
        ("complaints", "0018_rating_each_result"),
    ]

    operations = [
        migrations.RunPython(as_they_were_given, migrations.RunPython.noop),
    ]

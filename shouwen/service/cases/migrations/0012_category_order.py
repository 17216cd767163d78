from django.db import migrations, models


def number_by_code(apps, schema_editor):
    """Give what is there the order in which it was shown so far: by code."""
    Category = apps.get_model("cases", "Category")
    last = {}
    for row in Category.objects.order_by("institution_id", "parent_id", "code"):
        place = (row.institution_id, row.parent_id)
        last[place] = last.get(place, 0) + 1
        Category.objects.filter(pk=row.pk).update(position=last[place])


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0011_kept_views'),
    ]

    operations = [
        migrations.AddField(
            model_name='category',
            name='position',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunPython(number_by_code, migrations.RunPython.noop),
    ]

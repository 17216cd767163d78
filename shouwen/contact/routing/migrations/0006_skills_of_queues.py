"""A queue asks for several skills, each from a level of its own on."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q


def carry_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep the one skill that each queue asked for."""
    asked = apps.get_model("routing", "QueueSkill")
    queues = apps.get_model("routing", "Queue").objects.filter(skill__isnull=False)
    asked.objects.bulk_create(
        asked(queue_id=pk, skill_id=skill_id, min_level=min_level)
        for pk, skill_id, min_level in queues.order_by("pk").values_list(
            "pk", "skill_id", "min_level"
        )
    )


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0005_opening_hours"),
        ("staff", "0009_rosters"),
    ]

    operations = [
        migrations.CreateModel(
            name="QueueSkill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("min_level", models.PositiveSmallIntegerField(default=1)),
                (
                    "queue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skills",
                        to="routing.queue",
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.skill",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["queue", "skill"], name="queue_skill_once"),
                    models.CheckConstraint(
                        condition=Q(min_level__gte=1, min_level__lte=5), name="queue_skill_level"
                    ),
                ],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="queue", name="queue_level"),
        migrations.RemoveField(model_name="queue", name="min_level"),
        migrations.RemoveField(model_name="queue", name="skill"),
    ]

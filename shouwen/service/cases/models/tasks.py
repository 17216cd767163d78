"""What other units are asked to do for a case."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel


class TaskState(models.TextChoices):
    """How far a task is."""

    OPEN = "OPEN", _("To be answered")
    DONE = "DONE", _("Answered")
    DECLINED = "DECLINED", _("Declined")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class CaseTask(SealedModel):
    """One thing that a unit is asked to do for a case of another (协办任务)."""

    public_id = PublicIdField(prefix="task")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    unit = models.ForeignKey(
        "staff.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_by_ref = models.CharField(max_length=60)
    asked_by_name = models.CharField(max_length=80)
    asked = SealedTextField(data_class="C2", kind="text")
    answer = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    asked_at = models.DateTimeField()
    # A copy of its clock's end, for order and index.
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        """An ended task has its end and its words; lists go by unit or by asker."""

        constraints = [
            models.CheckConstraint(
                condition=Q(state="OPEN", ended_at__isnull=True, answer__isnull=True)
                | Q(
                    state__in=("DONE", "DECLINED", "WITHDRAWN"),
                    ended_at__isnull=False,
                    answer__isnull=False,
                ),
                name="task_open_or_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="task_of_case"),
            models.Index(
                fields=["institution", "due_at", "id"],
                condition=Q(state="OPEN"),
                name="task_open_by_due",
            ),
            models.Index(
                fields=["unit", "due_at", "id"], condition=Q(state="OPEN"), name="task_open_by_unit"
            ),
            models.Index(fields=["unit", "-id"], name="task_by_unit"),
            models.Index(fields=["asked_by_ref", "-id"], name="task_by_asker"),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.case.seal_ref

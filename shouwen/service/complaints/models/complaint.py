"""The complaint that stands over a case."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.service.complaints.models.choices import (
    Capacity,
    CgType,
    MajorReason,
    OmClass,
    Origin,
    PlanAnswer,
    Responsible,
    SnObject,
    State,
    Tier,
)
from shouwen.service.complaints.models.settings import ComplaintGrade
from shouwen.service.complaints.rules import states
from shouwen.service.complaints.rules.apart import Concerned

ENDED = ("CLOSED", "ARCHIVED")
FROM_ACCEPTED = tuple(s.value for s in states.ORDER if s is not states.State.RECEIVED)
FROM_CLASSIFIED, FROM_GRADED = FROM_ACCEPTED[1:], FROM_ACCEPTED[2:]
FROM_STARTED, FROM_ANALYSED = FROM_ACCEPTED[3:], FROM_ACCEPTED[4:]
FROM_RESPONSIBILITY = FROM_ACCEPTED[5:]


class Complaint(SealedModel):
    """One complaint; number, customer, texts, owner, handler, clocks and story are its case's."""

    public_id = PublicIdField(prefix="complaint")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=24, choices=State.choices, default=State.RECEIVED)
    is_open = models.BooleanField(default=True)
    # Counts every change; a guarded update on it says who was first.
    version = models.PositiveIntegerField(default=0)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    # The regulator's number of a transferred complaint.
    source_ref = models.CharField(max_length=60, blank=True)
    # The day on which the regulator received it; its seven working days count from it.
    regulator_on = models.DateField(null=True, blank=True)
    # When a transfer was joined to what the customer had said themselves.
    transferred_at = models.DateTimeField(null=True, blank=True)
    demand = SealedTextField(data_class="C2", kind="text")
    # Of a complainant whose file is not here; else the case's customer says both.
    complainant = SealedTextField(data_class="C2", kind="name", null=True, blank=True)
    reachable_at = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    capacity = models.CharField(max_length=5, choices=Capacity.choices, default=Capacity.SELF)
    # Whose matter it is, what they are to whoever complains, and the file that shows it.
    behalf_name = SealedTextField(data_class="C2", kind="name", null=True, blank=True)
    relation = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    proof = models.ForeignKey(
        "cases.CaseFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cg_type = models.CharField(max_length=10, choices=CgType.choices, blank=True)
    om_class = models.CharField(max_length=20, choices=OmClass.choices, blank=True)
    sn_object = models.CharField(max_length=10, choices=SnObject.choices, blank=True)
    grade = models.ForeignKey(
        ComplaintGrade, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    tier = models.PositiveSmallIntegerField(choices=Tier.choices, default=Tier.FIRST)
    is_major = models.BooleanField(default=False)
    major_reason = models.CharField(max_length=14, choices=MajorReason.choices, blank=True)
    major_people = models.PositiveIntegerField(null=True, blank=True)
    major_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    executive = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # Of a major one: whether executive and task force are complete; a copy for the ledger.
    has_force = models.BooleanField(default=False)
    repeat_number = models.PositiveSmallIntegerField(default=1)
    repeat_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The complaint that leads the group this one was joined to; a lead is nobody's member.
    group_lead = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Of a lead: how many complaints the group has, itself counted; 0 leads none.
    group_size = models.PositiveIntegerField(default=0)
    # Whether its complainant speaks for the group.
    is_representative = models.BooleanField(default=False)
    # A person has said that it is no repeat; the system does not find it again.
    repeat_denied_at = models.DateTimeField(null=True, blank=True)
    acceptor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    concerned_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    concerned_unit = models.ForeignKey(
        "staff.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    facts = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    responsible = models.CharField(max_length=10, choices=Responsible.choices, blank=True)
    evidence = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    plan_answer = models.CharField(max_length=12, choices=PlanAnswer.choices, blank=True)
    # When it reached the institution, which may be before it was entered.
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    classified_at = models.DateTimeField(null=True, blank=True)
    graded_at = models.DateTimeField(null=True, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    analysed_at = models.DateTimeField(null=True, blank=True)
    responsibility_at = models.DateTimeField(null=True, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    # When the notice of the present result was issued.
    notice_at = models.DateTimeField(null=True, blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)
    # The unit whose decision was told then; where its people work later changes nothing of it.
    told_in = models.ForeignKey(
        "staff.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    callback_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """What must always be true, and the orders in which the ledger is read."""

        constraints = [
            models.CheckConstraint(
                condition=Q(is_open=True) & ~Q(state__in=ENDED) | Q(is_open=False, state__in=ENDED),
                name="complaint_open_or_closed",
            ),
            # CG-3.4-02, whatever code runs; the handler, who is the case's, is held by the action.
            models.CheckConstraint(
                condition=Q(acceptor__isnull=True)
                | Q(supervisor__isnull=True)
                | ~Q(acceptor=F("supervisor")),
                name="complaint_supervised_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=FROM_CLASSIFIED)
                | Q(withdrawn_at__isnull=False)
                | ~Q(cg_type=""),
                name="complaint_classified_has_type",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=FROM_GRADED)
                | Q(withdrawn_at__isnull=False)
                | Q(grade__isnull=False),
                name="complaint_graded_has_grade",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=FROM_STARTED)
                | Q(withdrawn_at__isnull=False)
                | Q(supervisor__isnull=False),
                name="complaint_started_is_supervised",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=FROM_RESPONSIBILITY)
                | Q(withdrawn_at__isnull=False)
                | ~Q(responsible=""),
                name="complaint_past_responsibility",
            ),
            models.CheckConstraint(
                condition=Q(is_major=False, major_reason="")
                | Q(is_major=True) & ~Q(major_reason=""),
                name="complaint_major_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(repeat_of=F("pk")), name="complaint_no_repeat_of_itself"
            ),
            models.CheckConstraint(
                condition=~Q(group_lead=F("pk")) & (Q(group_lead__isnull=True) | Q(group_size=0)),
                name="complaint_group_has_one_lead",
            ),
            models.CheckConstraint(
                condition=Q(is_representative=False)
                | Q(group_lead__isnull=False)
                | Q(group_size__gt=0),
                name="complaint_speaks_for_a_group",
            ),
            models.CheckConstraint(
                condition=Q(capacity="SELF", proof__isnull=True)
                | ~Q(capacity="SELF") & Q(proof__isnull=False),
                name="complaint_for_another_is_proved",
            ),
            models.UniqueConstraint(
                fields=["institution", "source_ref"],
                condition=~Q(source_ref=""),
                name="complaint_transfer_once",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-id"], name="complaint_newest"),
            models.Index(
                fields=["institution", "-id"], condition=Q(is_open=True), name="complaint_open"
            ),
            models.Index(fields=["institution", "state", "-id"], name="complaint_by_state"),
            models.Index(fields=["institution", "received_at"], name="complaint_by_received"),
            models.Index(fields=["institution", "origin", "-id"], name="complaint_by_origin"),
            models.Index(fields=["institution", "cg_type", "-id"], name="complaint_by_type"),
            models.Index(
                fields=["institution", "supervisor", "-id"],
                condition=Q(is_open=True),
                name="complaint_open_by_super",
            ),
            models.Index(
                fields=["institution", "-id"],
                condition=Q(is_open=True, is_major=True),
                name="complaint_open_major",
            ),
            models.Index(
                fields=["institution", "-id"],
                condition=Q(is_open=True, repeat_of__isnull=False),
                name="complaint_open_repeats",
            ),
            models.Index(
                fields=["institution", "-id"],
                condition=Q(is_open=True) & (Q(group_lead__isnull=False) | Q(group_size__gt=0)),
                name="complaint_open_groups",
            ),
            models.Index(
                fields=["institution", "-id"],
                condition=Q(is_open=True)
                & (Q(origin="REGULATOR") | Q(transferred_at__isnull=False)),
                name="complaint_open_regulator",
            ),
            models.Index(fields=["institution", "grade", "-id"], name="complaint_by_grade"),
            models.Index(
                fields=["institution", "closed_at"],
                condition=Q(is_open=False),
                name="complaint_by_closed",
            ),
        ]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.case.seal_ref

    @property
    def standing(self) -> states.Standing:
        """What the rules need to know of this row and its case."""
        return states.Standing(
            state=states.State(self.state),
            is_accepted=self.accepted_at is not None,
            has_class=bool(self.cg_type) and self.case.category_id is not None,
            has_grade=self.grade_id is not None,
            has_people=self.assigned_at is not None
            and self.case.handler_id is not None
            and self.supervisor_id is not None,
            is_major=self.is_major,
            has_executive=self.executive_id is not None,
            has_analysis=bool(self.facts),
            has_responsibility=bool(self.responsible),
            has_plan=self.planned_at is not None,
            has_notice=self.notice_at is not None,
            is_confirmed=self.case.customer_confirmed_at is not None,
            is_withdrawn=self.withdrawn_at is not None,
        )

    @property
    def concerned(self) -> Concerned:
        """Who is complained of, as the rules see it."""
        unit = self.concerned_unit
        return Concerned(self.concerned_person_id, self.seller_id, unit.path if unit else "")

    @property
    def is_grouped(self) -> bool:
        """Whether it leads a group or was joined to one."""
        return self.group_size > 0 or self.group_lead_id is not None

    @property
    def is_repeat(self) -> bool:
        """Whether the same customer complained of the same before."""
        return self.repeat_of_id is not None

"""The complaint as its case's companion: what is done to the one never leaves the other behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.service.cases import access as case_access
from shouwen.service.cases.models import Case
from shouwen.service.cases.rules.states import UNSOLVED_STATES
from shouwen.service.cases.rules.states import Act as CaseAct
from shouwen.service.cases.rules.states import State as CaseState
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import (
    apart,
    contesting,
    extending,
    grouping,
    outside,
    progress,
    requests,
)
from shouwen.service.complaints.actions.leading import is_led
from shouwen.service.complaints.actions.moving import write
from shouwen.service.complaints.actions.refusals import WorkedAsComplaint
from shouwen.service.complaints.actions.working import CHOOSE
from shouwen.service.complaints.rules import states
from shouwen.service.complaints.rules.states import Act

# Steps of the complaint; its case takes them from there alone.
LED = frozenset(
    {
        CaseAct.ACCEPT,
        CaseAct.CLASSIFY,
        CaseAct.ASSIGN,
        CaseAct.START,
        CaseAct.OPINION,
        CaseAct.RESOLVE,
        CaseAct.FEEDBACK,
        CaseAct.CONFIRM_BY_AGENT,
        CaseAct.CLOSE,
        CaseAct.ARCHIVE,
        CaseAct.MERGE,
    }
)
# What customers and reviewers do to the case, and what the complaint takes it for.
FOLLOWED = {
    CaseAct.OBJECT: Act.OBJECT,
    CaseAct.WITHDRAW: Act.WITHDRAW,
    CaseAct.REOPEN: Act.REOPEN,
}
# What the complainant is told of, though the complaint itself stands where it stood.
TOLD_OF = {CaseAct.WAIT_CUSTOMER: progress.note_waiting, CaseAct.CARRY_ON: progress.note_resumed}
UNDONE: dict[str, Any] = dict.fromkeys(
    (
        "handled_at",
        "notice_at",
        "feedback_at",
        "told_in",
        "callback_at",
        "withdrawn_at",
        "closed_at",
        "archived_at",
    )
)


def entrance(case: Case, actor: Actor) -> tuple[str, Words] | None:
    """Offer to make a case a complaint, to whoever works it and while it has no result."""
    unsolved = CaseState(case.state) in UNSOLVED_STATES
    if not unsolved or not case_access.may_work(actor, case, CaseAct.CLASSIFY):
        return None
    return reverse("complaints:of_case", args=[case.public_id]), _("Make it a complaint")


class ComplaintOverCase:
    """Leads the cases over which a complaint stands, and follows what others do to them."""

    def address(self, case: Case, actor: Actor) -> str | None:
        """Give the complaint's page, empty out of reach; None where no complaint stands."""
        complaint = queries.complaint_over(case)
        if complaint is None:
            return None
        if access.may_see(actor, complaint):
            return reverse("complaints:complaint", args=[complaint.public_id])
        if queries.helps_with(actor, complaint):
            return reverse("complaints:together", args=[complaint.public_id])
        return ""

    def lets_read(self, case: Case, actor: Actor) -> bool:
        """Whether the actor leads the complaint or is of its task force, out of reach."""
        complaint = queries.complaint_over(case)
        return complaint is not None and queries.helps_with(actor, complaint)

    def refuse(self, case: Case, act: CaseAct) -> None:
        """Let an act go on. Raises WorkedAsComplaint for a step that is the complaint's."""
        if act in LED and not is_led(case) and queries.complaint_over(case) is not None:
            raise WorkedAsComplaint

    def refuse_handler(self, case: Case, handler: Person) -> None:
        """Let a leaver's heir have the case. Raises RecusedHere, RolesMustBeThree, Invalid."""
        complaint = None if is_led(case) else queries.complaint_over(case)
        if complaint is None:
            return
        apart.refuse_recused(complaint.concerned, handler)
        if complaint.assigned_at is None:
            return
        apart.refuse_joined(complaint.acceptor, handler, complaint.supervisor)
        if not staff_access.has_right(staff.actor_of(handler), "complaint.work"):
            raise Invalid(fields={"handler": CHOOSE})

    def follow(self, case: Case, act: CaseAct, *, actor: Actor, at: datetime) -> None:
        """Move the complaint along with an objection, a withdrawal, a case taken up again."""
        mine, tell = FOLLOWED.get(act), TOLD_OF.get(act)
        complaint = queries.complaint_over(case) if (mine or tell) and not is_led(case) else None
        if complaint is None:
            return
        complaint.case = case
        if tell is not None:
            tell(complaint, actor=actor, at=at)
        if mine is None:
            return
        changes: dict[str, Any] = {"withdrawn_at": at}
        if mine is not Act.WITHDRAW:
            changes = {**UNDONE, "objected_at": at}
        if mine is Act.REOPEN:
            changes["planned_at"] = None
        standing = complaint.standing
        if standing.state not in states.states_before(mine):
            # The case was reopened from another end than its complaint's; nothing to follow.
            return
        if mine is Act.WITHDRAW:
            requests.end_requests(complaint, actor=actor, at=at)
        write(complaint, mine, standing, changes, actor=actor, at=at, detail={})
        if mine is Act.WITHDRAW:
            contesting.end_with_the_complaint(complaint, actor=actor, at=at)
            outside.cut_referral(complaint, actor=actor, at=at)
        if mine is Act.REOPEN:
            extending.end_with_the_round(complaint, actor=actor, at=at)
        if mine in (Act.WITHDRAW, Act.REOPEN):
            grouping.weigh_group(complaint, at=at)

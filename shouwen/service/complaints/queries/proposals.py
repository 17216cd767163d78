"""What the system proposes to take as complaints, for those who decide on it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from shouwen.contact.conversations import access as contacts
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.policy import figures
from shouwen.people.staff import access as staff_access
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries import scope
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintProposal,
    ComplaintTriggers,
    ProposalState,
)

PROPOSALS = 30
ID_MAX_CHARACTERS = 48
CONTACTS_FIGURE = "complaint-trigger-contacts"
DAYS_FIGURE = "complaint-trigger-days"
SCORE_FIGURE = "complaint-trigger-score"


@dataclass(frozen=True, slots=True)
class Triggers:
    """When an institution is proposed complaints: what is on, its words, and its thresholds."""

    is_angry_on: bool = False
    is_repeat_on: bool = False
    is_breach_on: bool = False
    is_rating_on: bool = False
    phrases: tuple[str, ...] = ()
    contacts: int = 0
    days: int = 0
    score: int = 0


def triggers_of(institution_id: int) -> Triggers:
    """Give what an institution set; the house's thresholds and nothing on where it set none."""
    row = ComplaintTriggers.objects.filter(institution_id=institution_id).first()
    if row is None:
        return Triggers(
            contacts=figures.figure(CONTACTS_FIGURE).value,
            days=figures.figure(DAYS_FIGURE).value,
            score=figures.figure(SCORE_FIGURE).value,
        )
    return Triggers(
        row.is_angry_on,
        row.is_repeat_on,
        row.is_breach_on,
        row.is_rating_on,
        tuple(row.phrases),
        row.contacts,
        row.days,
        row.score,
    )


def _within(actor: Actor) -> QuerySet[ComplaintProposal]:
    staff_access.require(actor, "complaint.work")
    of_case = scope.reach_condition(actor, scope.self_of(actor), "case__")
    reached = Contact.objects.filter(contacts.within_reach(actor)).values("pk")
    return ComplaintProposal.objects.filter(
        Q(case__isnull=False) & of_case | Q(contact__in=reached),
        institution_id=actor.institution_id or 0,
    ).select_related("customer", "contact__customer", "case__customer", "decided_by", "complaint")


def open_proposals(actor: Actor) -> list[ComplaintProposal]:
    """Give the proposals within reach that wait, the newest first; one more than fits a page."""
    rows = _within(actor).filter(state=ProposalState.OPEN)
    return list(rows.order_by("-pk")[: PROPOSALS + 1])


def proposals_waiting(actor: Actor) -> int:
    """Count what waits, as far as a page shows it; 0 for those who do not decide on it."""
    if not staff_access.has_right(actor, "complaint.work"):
        return 0
    return _within(actor).filter(state=ProposalState.OPEN)[: PROPOSALS + 1].count()


def proposal_for(actor: Actor, ref: str) -> ComplaintProposal:
    """Give one proposal within reach. Raises NotThere, NotAllowed."""
    found = None
    if len(ref) <= ID_MAX_CHARACTERS:
        found = _within(actor).filter(public_id=ref).first()
    if found is None:
        raise NotThere
    return found


def is_taken_up(contact: Contact) -> bool:
    """Whether a contact is a complaint by now, or one of its cases was proposed already."""
    cases = Case.objects.filter(contact=contact).values("pk")
    return (
        Complaint.objects.filter(case__in=cases).exists()
        or ComplaintProposal.objects.filter(case__in=cases).exists()
    )

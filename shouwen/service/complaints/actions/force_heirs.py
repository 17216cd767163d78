"""A leaver's places on task forces go to others, the executive's among them (HB-1.2-03)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.people.staff.ports import Heir
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions import apart
from shouwen.service.complaints.actions.force import NAME_MAX_CHARACTERS, READS, end_place, settle
from shouwen.service.complaints.models import Complaint, ForceFunction, ForceMember

STORY = "complaint_force_heir"
LEADS = "EXECUTIVE"
CLAUSE = "HB-1.2-03"


@transaction.atomic
def hand_over_force(
    leaver: Person, ref: str, heir: Heir, reason: str, actor: Actor, at: datetime
) -> bool:
    """Give a leaver's place on one task force to somebody else, with the same function.

    Who may do so is staff's to say. `ref` is a member's or, where the leaver leads it as its
    executive, the complaint's. False where it is no longer the leaver's. Raises Invalid for an
    heir who reads no cases or has another function there already, RecusedHere. Serves HB-1.2-03,
    HB-4.2-07.
    """
    member = queries.force_places(leaver).filter(public_id=ref).first()
    led = queries.forces_led(leaver).filter(public_id=ref)
    pk = member.complaint_id if member else led.values_list("pk", flat=True).first()
    if pk is None:
        return False
    complaint = queries.complaint_of_force(pk)
    person = _fitting(heir, complaint, actor)
    rows = Complaint.objects.select_for_update(of=("self",)).filter(pk=complaint.pk, is_open=True)
    if rows.values_list("pk", flat=True).first() is None:
        return False
    if member is None:
        if not rows.filter(executive=leaver).update(executive=person):
            return False
        complaint.executive = person
    elif not _take_place(complaint, member, person, actor=actor, at=at):
        return False
    function = member.function if member else LEADS
    # The function stands there as its code, for the story is read in two languages.
    named = f"{function} {person.name}"[:NAME_MAX_CHARACTERS]
    words = texts.needed("reason", reason, texts.SHORT_MAX_CHARACTERS)
    note = Note(EntryKind.INTERNAL, words, CLAUSE, named)
    cases.tell_beside(complaint.case, STORY, note, actor=actor, at=at)
    detail: dict[str, audit.Value] = {
        "person_before": leaver.public_id,
        "person": person.public_id,
        "function": function,
    }
    act = "complaint.force_handed_over"
    audit.record(actor, act, complaint, at=at, purpose=reason, detail=detail)
    settle(complaint)
    publish(f"tasks-{person.unit.public_id}")
    publish(f"person-{person.public_id}")
    publish(f"person-{leaver.public_id}")
    return True


def _fitting(heir: Heir, complaint: Complaint, actor: Actor) -> Person:
    """Give the heir where they may be on it. Raises Invalid, RecusedHere."""
    person = heir.person
    if person is None or not staff_access.has_right(staff.actor_of(person), READS):
        words = _("Choose an active colleague of this institution who may read cases.")
        raise Invalid(fields={"heir": words})
    # Nobody settles who works on what is said of them, whoever leaves.
    apart.refuse_recused(complaint.concerned, person, staff.person_behind(actor))
    return person


def _take_place(
    complaint: Complaint, member: ForceMember, person: Person, *, actor: Actor, at: datetime
) -> bool:
    """End the leaver's time and begin the heir's. Raises Invalid where they have another place."""
    by = staff.person_behind(actor)
    held = complaint.force.filter(person=person, left_at__isnull=True).first()
    if held is not None and held.function != member.function:
        label = ForceFunction(held.function).label
        words = _("%(name)s is on this task force for %(function)s already. Choose somebody else.")
        raise Invalid(fields={"heir": words % {"name": person.name, "function": label}})
    if not end_place(member, by, at):
        return False
    if held is None:
        ForceMember.objects.create(
            complaint=complaint,
            person=person,
            function=member.function,
            appointed_by=by,
            appointed_at=at,
            seen_at=at if by == person else None,
        )
    return True

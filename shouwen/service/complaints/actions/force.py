"""The task force of a major complaint: who appoints whom, changes and leaving (HB-4.2-07)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import apart
from shouwen.service.complaints.models import Complaint, ForceFunction, ForceMember
from shouwen.service.complaints.rules import force
from shouwen.service.complaints.rules.states import Act

READS = "case.read"
NAME_MAX_CHARACTERS = 80


class NotMajor(Conflict):
    """Only a major complaint has a task force (HB-4.2-07)."""

    message = _("Only a major complaint has a task force. Mark it as major first.")


class ForceIsOver(Conflict):
    """What has ended is changed no more."""

    message = _("This complaint is closed, so its task force stays as it was.")


class MemberAlready(Conflict):
    """Somebody is on a task force once."""

    message = _("This colleague is on the task force with this function already.")


class NotOfTheForce(Conflict):
    """Whoever has left cannot leave again."""

    message = _("This colleague is not on the task force any more. Look at it again.")


def may_set_force(actor: Actor, complaint: Complaint) -> bool:
    """Whether somebody appoints: its executive or their deputy, or who may mark it as major."""
    executive = complaint.executive
    if executive is not None and actor.is_person and apart.is_one(actor, executive):
        return staff_access.has_right(actor, READS)
    return access.may_do(actor, complaint, Act.MARK)


def _lock(complaint: Complaint) -> None:
    """Let two who change the same task force do so one after the other; look at what is true."""
    rows = Complaint.objects.select_for_update(of=("self",)).filter(pk=complaint.pk)
    is_open, is_major = rows.values_list("is_open", "is_major").get()
    if not is_open:
        raise ForceIsOver
    if not is_major:
        raise NotMajor


def require_force_setter(complaint: Complaint, actor: Actor) -> None:
    """Let somebody change the task force. Raises NotThere, NotAllowed, RecusedHere."""
    if not may_set_force(actor, complaint):
        if access.may_see(actor, complaint) or queries.helps_with(actor, complaint):
            raise NotAllowed
        raise NotThere
    apart.refuse_recused(complaint.concerned, staff.person_behind(actor))


@transaction.atomic
def appoint_member(
    complaint: Complaint, person: Person, function: str, *, actor: Actor, at: datetime
) -> ForceMember:
    """Name a colleague to the task force, or give them another function; they are told of it.

    From then on they read the complaint with its case. Raises Invalid for an unknown function or
    somebody who reads no cases, MemberAlready, RecusedHere, NotMajor, ForceIsOver, NotThere,
    NotAllowed. Serves HB-4.2-07.
    """
    require_force_setter(complaint, actor)
    if function not in ForceFunction.values:
        raise Invalid(fields={"function": _("Choose one of the values offered.")})
    of_house = person.institution_id == complaint.institution_id and person.is_active
    if not of_house or not staff_access.has_right(staff.actor_of(person), READS):
        words = _("Choose an active colleague of this institution who may read cases.")
        raise Invalid(fields={"person": words})
    apart.refuse_recused(complaint.concerned, person)
    _lock(complaint)
    by = staff.person_behind(actor)
    held = complaint.force.filter(person=person, left_at__isnull=True).first()
    if held is not None and held.function == function:
        raise MemberAlready
    if held is not None:
        end_place(held, by, at)
    row = ForceMember(
        complaint=complaint, person=person, function=function, appointed_by=by, appointed_at=at
    )
    if by == person:
        row.seen_at = at
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise MemberAlready from None
    act = "complaint_force_change" if held else "complaint_force_join"
    _tell(complaint, act, row, "", actor=actor, at=at)
    detail: dict[str, audit.Value] = {"person": person.public_id, "function": function}
    if held is not None:
        detail["was"] = held.function
    audit.record(actor, "complaint.force_appointed", complaint, at=at, detail=detail)
    settle(complaint)
    # The page on which they find it; nobody's own desk waits for the next look.
    publish(f"tasks-{person.unit.public_id}")
    publish(f"person-{person.public_id}")
    return row


@transaction.atomic
def release_member(
    complaint: Complaint, member: ForceMember, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Take a colleague off the task force; they read the complaint by it no more.

    Raises Invalid without a reason, NotOfTheForce, ForceIsOver, NotMajor, RecusedHere, NotThere,
    NotAllowed. Serves HB-4.2-07.
    """
    require_force_setter(complaint, actor)
    _leave(complaint, member, "complaint_force_release", reason, actor=actor, at=at)


@transaction.atomic
def leave_force(complaint: Complaint, *, reason: str, actor: Actor, at: datetime) -> None:
    """Leave the task force oneself, saying why.

    Raises Invalid without a reason, NotOfTheForce, ForceIsOver. Serves HB-4.2-07.
    """
    person = staff.person_acting(actor)
    member = complaint.force.filter(person=person, left_at__isnull=True).first()
    if member is None:
        raise NotOfTheForce
    _leave(complaint, member, "complaint_force_leave", reason, actor=actor, at=at)


def _leave(
    complaint: Complaint, member: ForceMember, act: str, reason: str, *, actor: Actor, at: datetime
) -> None:
    reason = texts.needed("reason", reason, texts.SHORT_MAX_CHARACTERS)
    _lock(complaint)
    if not end_place(member, staff.person_behind(actor), at):
        raise NotOfTheForce
    _tell(complaint, act, member, reason, actor=actor, at=at)
    detail = {"person": member.person.public_id, "function": member.function}
    audit.record(actor, "complaint.force_left", complaint, at=at, detail=detail)
    settle(complaint)


def end_place(member: ForceMember, by: Person | None, at: datetime) -> bool:
    """End somebody's time on a task force; False where it has ended already."""
    still = ForceMember.objects.filter(pk=member.pk, left_at__isnull=True)
    return bool(still.update(left_at=at, left_by=by))


def settle(complaint: Complaint) -> None:
    """Keep for the ledger whether the task force is complete; nothing else of the row moves."""
    is_complete = queries.force_of(complaint).is_complete
    Complaint.objects.filter(pk=complaint.pk).update(has_force=is_complete)
    complaint.has_force = is_complete


def _tell(
    complaint: Complaint,
    act: str,
    member: ForceMember,
    words: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    # The function stands there as its code, for the story is read in two languages.
    named = f"{member.function} {member.person.name}"[:NAME_MAX_CHARACTERS]
    note = Note(EntryKind.INTERNAL, words, force.CLAUSE, named)
    cases.tell_beside(complaint.case, act, note, actor=actor, at=at)

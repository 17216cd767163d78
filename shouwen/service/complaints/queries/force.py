"""The task force of a major complaint, and who else works along with a complaint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.people.staff.ports import AT_ONCE, OpenItem
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case, Kind
from shouwen.service.cases.ports import Summons
from shouwen.service.cases.queries import TimelineEntry
from shouwen.service.complaints import access
from shouwen.service.complaints.models import Complaint, ForceMember
from shouwen.service.complaints.queries.reading import PUBLIC_ID_MAX_CHARACTERS, RELATIONS
from shouwen.service.complaints.rules import apart, force
from shouwen.service.complaints.rules.force import Function

NOTE = "complaint_coordinate"
MOST_NOTES, MOST_MEMBERS, MOST_SUMMONS = 200, 100, 20


class Way(StrEnum):
    """How somebody comes to work along: by reach, by the task force, by a task of their unit."""

    REACH = "reach"
    FORCE = "force"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Force:
    """The members now, those of before, and the functions that nobody holds."""

    members: list[ForceMember]
    former: list[ForceMember]
    lacks: tuple[Function, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Together:
    """A complaint as one who works along finds it, and by which way they do.

    Who comes by a task reads the notes and what the matter is called, not the complaint.
    """

    complaint: Complaint
    way: Way
    member: ForceMember | None = None

    @property
    def reads_all(self) -> bool:
        """Whether complaint and story are theirs to read, beside the notes."""
        return self.way is not Way.TASK


def together_for(actor: Actor, public_id: str) -> Together:
    """Give a complaint to whoever works along with it. Raises NotThere.

    Whoever is complained of comes in by no task and no task force; reach is a matter of rights.
    """
    complaint = None
    if len(public_id) <= PUBLIC_ID_MAX_CHARACTERS and public_id.isprintable():
        rows = Complaint.objects.select_related(*RELATIONS).filter(public_id=public_id)
        complaint = rows.first()
    if complaint is None:
        raise NotThere
    if access.may_see(actor, complaint):
        return Together(complaint, Way.REACH, _member(actor, complaint))
    person = _stranger(actor, complaint)
    if person is None:
        raise NotThere
    member = _member(actor, complaint)
    if member is not None or _leads(actor, complaint):
        return Together(complaint, Way.FORCE, member)
    if cases.asked_to_help(complaint.case, person):
        return Together(complaint, Way.TASK)
    raise NotThere


def helps_with(actor: Actor, complaint: Complaint) -> bool:
    """Whether somebody out of reach reads it as executive, member, or deputy of one away."""
    person = _stranger(actor, complaint)
    if person is None:
        return False
    return _leads(actor, complaint) or _member(actor, complaint) is not None


def _stranger(actor: Actor, complaint: Complaint) -> Person | None:
    """Give who asks, where they are of the house, read cases, and are not complained of."""
    may = staff_access.has_right(actor, "case.read")
    if not may or not staff_access.same_institution(actor, complaint.institution_id):
        return None
    person = staff.person_behind(actor)
    if person is None:
        return None
    why = apart.why_recused(person.pk, person.unit.path, complaint.concerned)
    return person if why is None else None


def _member(actor: Actor, complaint: Complaint) -> ForceMember | None:
    """Give one's own place on it, or else that of somebody absent whom one stands in for."""
    if not actor.is_person:
        return None
    rows = complaint.force.filter(left_at__isnull=True, person__public_id__in=_selves(actor))
    found = sorted(rows.select_related("person"), key=lambda row: row.pk)
    return next((row for row in found if row.person.public_id == actor.ref), None) or next(
        iter(found), None
    )


def _selves(actor: Actor) -> list[str]:
    return [actor.ref, *sorted(actor.stands_in_for)]


def _leads(actor: Actor, complaint: Complaint) -> bool:
    executive = complaint.executive
    return executive is not None and executive.public_id in _selves(actor)


def force_places(person: Person) -> QuerySet[ForceMember]:
    """Give a person's places on the task forces of open complaints, by key."""
    rows = ForceMember.objects.filter(person=person, left_at__isnull=True, complaint__is_open=True)
    return rows.order_by("pk")


def forces_led(person: Person) -> QuerySet[Complaint]:
    """Give the open major complaints that a person leads as their executive, by key."""
    rows = Complaint.objects.filter(
        institution_id=person.institution_id, is_open=True, is_major=True, executive=person
    )
    return rows.order_by("pk")


def complaint_of_force(pk: int) -> Complaint:
    """Give a complaint with its people and its case by its key."""
    return Complaint.objects.select_related(*RELATIONS).get(pk=pk)


def places_in_name(person: Person) -> list[OpenItem]:
    """Give what a person has to do with task forces, as staff lists it when they leave."""
    found = [
        OpenItem(
            row.public_id,
            row.complaint.case.number,
            f"{row.get_function_display()} · {row.complaint.case.title}",
            row.complaint.case.due_at,
        )
        for row in force_places(person).select_related("complaint__case")[:AT_ONCE]
    ]
    led = forces_led(person).select_related("case")[: AT_ONCE - len(found)]
    executive = pgettext("task force", "Executive")
    return found + [
        OpenItem(one.public_id, one.case.number, f"{executive} · {one.case.title}", one.case.due_at)
        for one in led
    ]


def members_of_force(complaint: Complaint) -> list[ForceMember]:
    """Give who is on the task force now, in the order in which they came."""
    rows = complaint.force.filter(left_at__isnull=True).order_by("pk")
    return list(rows.select_related("person__unit", "appointed_by")[:MOST_MEMBERS])


def force_of(complaint: Complaint) -> Force:
    """Give the task force with what it lacks; one query."""
    rows = complaint.force.select_related("person__unit", "appointed_by", "left_by").order_by("pk")
    found = list(rows[: MOST_MEMBERS * 2])
    members = [row for row in found if row.left_at is None]
    held = [row.function for row in members if row.person.is_active]
    return Force(
        members=members,
        former=[row for row in found if row.left_at is not None],
        lacks=force.lacking(held),
        is_complete=force.is_complete(held, has_executive=complaint.executive_id is not None),
    )


def member_named(complaint: Complaint, public_id: str) -> ForceMember:
    """Give somebody who is on the task force now. Raises NotThere."""
    rows = complaint.force.filter(left_at__isnull=True).select_related("person")
    found = None
    if len(public_id) <= PUBLIC_ID_MAX_CHARACTERS and public_id.isprintable():
        found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotThere
    return found


def notes_of(complaint: Complaint) -> list[TimelineEntry]:
    """Give the newest co-ordination notes, the newest first."""
    return cases.entries_named(complaint.case, NOTE, MOST_NOTES)


def notes_about(found: Sequence[Case]) -> dict[int, str]:
    """Give the pages of co-ordination notes about these cases, by row id; one query or none."""
    pks = [case.pk for case in found if case.kind == Kind.COMPLAINT]
    if not pks:
        return {}
    rows = Complaint.objects.filter(case_id__in=pks).values_list("case_id", "public_id")
    return {pk: reverse("complaints:together", args=[ref]) for pk, ref in rows.order_by("pk")}


def summons_of(actor: Actor) -> list[Summons]:
    """Give on which task forces of open complaints somebody is, the newest first.

    For whoever stands in for an absent member theirs as well.
    """
    if not actor.is_person or not staff_access.has_right(actor, "case.read"):
        return []
    rows = ForceMember.objects.filter(
        person__public_id__in=_selves(actor), left_at__isnull=True, complaint__is_open=True
    )
    related = ("complaint__case", "complaint__concerned_unit", "person", "appointed_by")
    found = list(rows.select_related(*related).order_by("-pk")[:MOST_SUMMONS])
    if actor.stands_in_for:
        # Whoever stands in for a member keeps out where they are complained of themselves.
        found = [row for row in found if _stranger(actor, row.complaint) is not None]
    return [
        Summons(
            address=reverse("complaints:together", args=[row.complaint.public_id]),
            number=row.complaint.case.number,
            title=row.complaint.case.title,
            words=_("Task force of a major complaint: %(function)s")
            % {"function": row.get_function_display()},
            by=row.appointed_by.name if row.appointed_by else "",
            at=row.appointed_at,
            is_new=row.seen_at is None,
        )
        for row in found
    ]

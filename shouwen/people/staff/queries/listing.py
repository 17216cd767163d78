"""The people of an institution as a list with filters, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.people.staff import access
from shouwen.people.staff.models import Person, PersonSkill, PresenceState, Role, RoleGrant
from shouwen.people.staff.queries.people import needs_mentor, people_of, unit_tree
from shouwen.people.staff.queries.qualifications import HeldSkill, skills_of_person

PAGE_ROWS = 50
SEARCH_MAX_CHARACTERS = 60
REF_MAX_CHARACTERS = 60


class Standing(TextChoices):
    """Who is listed: those who work here, those who no longer do, or both."""

    ACTIVE = "active", _("Working here")
    DISABLED = "disabled", pgettext_lazy("people", "Disabled")
    ALL = "all", pgettext_lazy("people", "All")


@dataclass(frozen=True, slots=True)
class PeopleAsked:
    """What is looked for; an empty value asks nothing. `unit` counts with all below it.

    `q` is part of a name, username or staff number; `after` is the cursor of a page.
    """

    q: str = ""
    unit: str = ""
    role: str = ""
    standing: str = Standing.ACTIVE
    presence: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some people with unit, presence, grants and skills; `next` is a cursor, empty at the end."""

    people: list[Person]
    next: str


@dataclass(frozen=True, slots=True)
class PersonFile:
    """One person with unit, grants and mentor, what they are qualified for as of now, and whether
    they need a mentor before work is offered to them."""

    person: Person
    skills: list[HeldSkill]
    needs_mentor: bool


def _wrong(field: str) -> Invalid:
    return Invalid(fields={field: _("Choose one of the listed entries.")})


def _check(asked: PeopleAsked) -> None:
    """Raises Invalid for a filter that is not of this list."""
    listed = {
        "standing": (asked.standing, Standing.values),
        "role": (asked.role, ["", *Role.values]),
        "presence": (asked.presence, ["", *PresenceState.values]),
    }
    for field, (value, values) in listed.items():
        if value not in values:
            raise _wrong(field)
    if not asked.q.isprintable() or len(asked.q) > SEARCH_MAX_CHARACTERS:
        raise Invalid(fields={"q": _("Enter at most 60 letters or digits.")})
    for field, ref in (("unit", asked.unit), ("after", asked.after)):
        if not ref.isprintable() or len(ref) > REF_MAX_CHARACTERS:
            raise _wrong(field)


def _filtered(actor: Actor, asked: PeopleAsked) -> QuerySet[Person]:
    people = people_of(actor)
    if asked.standing != Standing.ALL:
        people = people.filter(is_active=asked.standing == Standing.ACTIVE)
    words = asked.q.strip()
    if words:
        people = people.filter(
            Q(name__icontains=words) | Q(username__icontains=words) | Q(staff_no__icontains=words)
        )
    if asked.unit:
        top = unit_tree(actor).filter(public_id=asked.unit).first()
        if top is None:
            raise _wrong("unit")
        people = people.filter(unit__path__startswith=top.path)
    if asked.role:
        holders = RoleGrant.objects.filter(role=asked.role).order_by("pk").values("person_id")
        people = people.filter(pk__in=holders)
    if asked.presence:
        people = people.filter(presence__state=asked.presence)
    return people


def people_page(actor: Actor, asked: PeopleAsked) -> PeoplePage:
    """Give a page of the people within the actor's reach, by name; needs `staff.review`.

    A constant number of queries. Raises NotAllowed, Invalid for a filter that is not of this list.
    """
    access.require(actor, "staff.review")
    _check(asked)
    people = _filtered(actor, asked)
    if asked.after:
        last = people_of(actor).filter(public_id=asked.after).first()
        if last is None:
            raise _wrong("after")
        people = people.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    rows = list(
        people.prefetch_related(
            Prefetch("grants", RoleGrant.objects.select_related("unit").order_by("role", "pk")),
            Prefetch("skills", PersonSkill.objects.select_related("skill").order_by("pk")),
        )[: PAGE_ROWS + 1]
    )
    shown = rows[:PAGE_ROWS]
    return PeoplePage(people=shown, next=shown[-1].public_id if len(rows) > PAGE_ROWS else "")


def person_file(actor: Actor, public_id: str, at: datetime) -> PersonFile:
    """Give one person within the actor's reach; needs `staff.review`. Raises NotAllowed, NotThere.

    A constant number of queries.
    """
    access.require(actor, "staff.review")
    grants = Prefetch("grants", RoleGrant.objects.select_related("unit").order_by("role", "pk"))
    people = people_of(actor).select_related("unit", "mentor").prefetch_related(grants)
    found = people.filter(public_id=public_id).first() if public_id.isprintable() else None
    if found is None:
        raise NotThere
    return PersonFile(found, skills_of_person(actor, found, at), needs_mentor(found, at))

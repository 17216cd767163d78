"""Who is qualified for what, what ends soon, and who is short of experience."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import access
from shouwen.people.staff.models import Person, PersonSkill, Skill
from shouwen.people.staff.queries.limits import limits_of
from shouwen.people.staff.queries.people import (
    enough_experience_since,
    people_of,
)

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """One qualification as of a day: whether it has ended, or ends within the warning time."""

    held: PersonSkill
    has_ended: bool
    ends_soon: bool


@dataclass(frozen=True, slots=True)
class Guided:
    """One person short of experience; `needs_mentor` means that no work is offered to them."""

    person: Person
    needs_mentor: bool


@dataclass(frozen=True, slots=True)
class Qualifications:
    """What the page of qualifications shows; the lists end after 200 rows."""

    skills: list[tuple[Skill, int]]
    ended: list[HeldSkill]
    soon: list[HeldSkill]
    short: list[Guided]
    warning_days: int


def _of(held: PersonSkill, today: date, warning_days: int) -> HeldSkill:
    ended = held.expires_on is not None and held.expires_on < today
    soon = held.expires_on is not None and held.expires_on <= today + timedelta(days=warning_days)
    return HeldSkill(held, has_ended=ended, ends_soon=soon and not ended)


def skills_of_person(actor: Actor, person: Person, at: datetime) -> list[HeldSkill]:
    """Give a person's qualifications as of now; needs `staff.review`.

    Raises NotAllowed, NotThere.
    """
    access.require(actor, "staff.review")
    if not access.same_institution(actor, person.institution_id):
        raise NotThere
    days = limits_of(person.institution_id)["expiry-warning-days"]
    rows = PersonSkill.objects.filter(person=person).select_related("skill").order_by("skill__code")
    return [_of(held, day_of(at), days) for held in rows]


def skills_defined(actor: Actor) -> list[tuple[Skill, int]]:
    """Give the institution's skills, each with how many active people hold it."""
    access.require(actor, "qualification.read")
    skills = Skill.objects.filter(institution_id=actor.institution_id or 0).order_by("code")
    counts = dict(
        PersonSkill.objects.filter(skill__in=skills, person__is_active=True)
        .values_list("skill_id")
        .annotate(n=Count("pk"))
        .order_by("skill_id")
    )
    return [(skill, counts.get(skill.pk, 0)) for skill in skills]


def skill_for(actor: Actor, code: str) -> Skill:
    """Give one skill of the actor's institution. Raises NotThere."""
    found = None
    if code.isprintable():
        found = Skill.objects.filter(institution_id=actor.institution_id or 0, code=code).first()
    if found is None:
        raise NotThere
    return found


def mentors(actor: Actor, at: datetime) -> list[Person]:
    """Give who may guide others: active, with the experience asked for on record."""
    access.require(actor, "staff.review")
    enough = enough_experience_since(actor.institution_id or 0, at)
    return list(people_of(actor).filter(is_active=True, experience_since__lte=enough))


def qualifications(actor: Actor, at: datetime) -> Qualifications:
    """Give what has ended, what ends soon and who is short; needs `qualification.read`.

    Raises NotAllowed.
    """
    access.require(actor, "qualification.read")
    home = actor.institution_id or 0
    days = limits_of(home)["expiry-warning-days"]
    today = day_of(at)
    rows = PersonSkill.objects.filter(
        person__in=people_of(actor).filter(is_active=True).order_by(),
        expires_on__lte=today + timedelta(days=days),
    ).select_related("person__unit", "skill")
    listed = [_of(held, today, days) for held in rows.order_by("expires_on", "pk")[:MOST_ROWS]]
    learners = people_of(actor).filter(
        is_active=True, experience_since__gt=enough_experience_since(home, at)
    )
    short = [
        Guided(one, needs_mentor=one.mentor is None or not one.mentor.is_active)
        for one in learners.select_related("mentor", "unit", "institution", "presence")[:MOST_ROWS]
    ]
    return Qualifications(
        skills=skills_defined(actor),
        ended=[line for line in listed if line.has_ended],
        soon=[line for line in listed if line.ends_soon],
        short=short,
        warning_days=days,
    )

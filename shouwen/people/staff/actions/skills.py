"""What people are qualified for, how long they have worked, and who guides them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff import queries
from shouwen.people.staff.actions.reach import require_edit
from shouwen.people.staff.models import Person, PersonSkill, Skill

LEVELS = range(1, 6)
CERTIFICATE_MAX_CHARACTERS = 60


class SkillNotHeld(Conflict):
    """There is nothing to take back."""

    message = _("This person does not hold the skill.")


class NotAMentor(Conflict):
    """A mentor has the experience that the trainee lacks, and works here."""

    message = _("Choose a mentor who works here and has the experience asked for (HB-1.1-06).")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


@transaction.atomic
def teach_skill(
    person: Person,
    skill: Skill,
    level: int,
    *,
    actor: Actor,
    at: datetime,
    expires_on: date | None = None,
    certificate: str = "",
) -> PersonSkill:
    """Note a person's qualification, level 1 to 5, good through `expires_on`; replaces an old one.

    It counts for routing from the next decision on. Raises NotAllowed, NotThere, Invalid.
    Serves OM-6.2-01, HB-1.1-02.
    """
    require_edit(actor, person)
    if skill.institution_id != person.institution_id:
        raise NotThere
    if level not in LEVELS:
        raise Invalid(fields={"level": _("Enter a level from 1 to 5.")})
    certificate = certificate.strip()
    if len(certificate) > CERTIFICATE_MAX_CHARACTERS or not certificate.isprintable():
        raise Invalid(fields={"certificate": _("Enter a number of up to 60 characters.")})
    old = PersonSkill.objects.select_for_update().filter(person=person, skill=skill).first()
    detail: dict[str, audit.Value] = {
        "skill": skill.code,
        "level_before": old.level if old else None,
        "level": level,
        "expires_before": _day(old.expires_on) if old else None,
        "expires": _day(expires_on),
    }
    held, _is_new = PersonSkill.objects.update_or_create(
        person=person,
        skill=skill,
        defaults={
            "level": level,
            "expires_on": expires_on,
            "certificate": certificate,
            # An end that is past already is no news.
            "end_noted": expires_on is not None and expires_on < day_of(at),
        },
    )
    audit.record(actor, "skill.taught", person, at=at, detail=detail)
    publish(f"person-{person.public_id}")
    return held


@transaction.atomic
def drop_skill(person: Person, skill: Skill, *, actor: Actor, at: datetime) -> None:
    """Take a qualification back, from now on. Raises NotAllowed, NotThere, SkillNotHeld."""
    require_edit(actor, person)
    old = PersonSkill.objects.select_for_update().filter(person=person, skill=skill).first()
    if old is None:
        raise SkillNotHeld
    old.delete()
    detail: dict[str, audit.Value] = {"skill": skill.code, "level_before": old.level}
    audit.record(actor, "skill.dropped", person, at=at, detail=detail)
    publish(f"person-{person.public_id}")


@transaction.atomic
def set_experience(
    person: Person, *, since: date | None, mentor: Person | None, actor: Actor, at: datetime
) -> None:
    """Note since when a person has done this work, and who guides them while it is short.

    Whoever has less than the institution's `experience-years` is offered work only with a mentor.
    Raises NotAllowed, NotThere, Invalid for a day to come, NotAMentor. Serves HB-1.1-06, HB-5.1-06.
    """
    require_edit(actor, person)
    if since is not None and since > day_of(at):
        raise Invalid(fields={"since": _("Enter a day that is not in the future.")})
    if mentor is not None:
        if mentor.institution_id != person.institution_id:
            raise NotThere
        if (
            mentor.pk == person.pk
            or not mentor.is_active
            or mentor.experience_since is None
            or mentor.experience_since > queries.enough_experience_since(mentor.institution_id, at)
        ):
            raise NotAMentor
    old = Person.objects.select_for_update(of=("self",)).select_related("mentor").get(pk=person.pk)
    Person.objects.filter(pk=person.pk).update(experience_since=since, mentor=mentor)
    detail: dict[str, audit.Value] = {
        "since_before": _day(old.experience_since),
        "since": _day(since),
        "mentor_before": old.mentor.public_id if old.mentor else None,
        "mentor": mentor.public_id if mentor else None,
    }
    audit.record(actor, "person.experience_set", person, at=at, detail=detail)
    person.refresh_from_db()


def note_expired_skills(at: datetime) -> int:
    """Put each qualification that has ended on the trail, once; give how many.

    Routing leaves it out from its last midnight on, whether this has run or not.
    """
    ended = PersonSkill.objects.filter(expires_on__lt=day_of(at), end_noted=False)
    noted = 0
    for pk in list(ended.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            # The guarded update says who was first, where two processes turn the loop.
            if not PersonSkill.objects.filter(pk=pk, end_noted=False).update(end_noted=True):
                continue
            held = PersonSkill.objects.select_related("person", "skill").get(pk=pk)
            home = held.person.institution_id
            detail: dict[str, audit.Value] = {
                "skill": held.skill.code,
                "expires": _day(held.expires_on),
            }
            actor = Actor.system("certificates", home)
            audit.record(actor, "skill.expired", held.person, at=at, detail=detail)
            publish(f"person-{held.person.public_id}")
            noted += 1
    return noted

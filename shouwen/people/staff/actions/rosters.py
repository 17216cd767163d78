"""Shifts are defined, people planned for them, weeks published, absences noted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff import access
from shouwen.people.staff.actions.reach import UnitIsClosed
from shouwen.people.staff.models import (
    Absence,
    AbsenceKind,
    Institution,
    Person,
    Planned,
    RosterWeek,
    Shift,
    Unit,
)
from shouwen.people.staff.rules import rosters as rules

NAME_MAX_CHARACTERS = 40
# Technical bounds of one act: a team for a fortnight, and an absence of a year.
MOST_AT_ONCE = 500
LONGEST_ABSENCE_DAYS = 366


class RosterConflict(Conflict):
    """Somebody would be in two places at once, or is away."""

    message = _("Somebody is planned at that time already. Nothing was changed.")


def require_planner(actor: Actor, unit: Unit) -> None:
    """The actor plans for this unit: who leads it, or sets people up.

    Raises NotAllowed, NotThere.
    """
    if not access.may_plan(actor):
        raise NotAllowed
    if not access.same_institution(actor, unit.institution_id) or not access.within(actor, unit.pk):
        raise NotThere


@transaction.atomic
def define_shift(
    institution: Institution,
    *,
    name_zh: str,
    begins: time,
    ends: time,
    actor: Actor,
    at: datetime,
    name_en: str = "",
) -> Shift:
    """Let people be planned for a stretch of the day; one that ends earlier ends on the next day.

    Raises Invalid naming the wrong field, NotAllowed, NotThere.
    """
    if not access.may_plan(actor):
        raise NotAllowed
    if not access.same_institution(actor, institution.pk):
        raise NotThere
    name_zh, name_en = name_zh.strip(), name_en.strip()
    wrong: dict[str, Words] = {}
    names = (name_zh, name_en)
    if not name_zh or any(len(n) > NAME_MAX_CHARACTERS or not n.isprintable() for n in names if n):
        wrong["name_zh"] = _("Enter a name of up to 40 characters.")
    if begins == ends:
        wrong["ends"] = _("A shift ends at another time than it begins.")
    if wrong:
        raise Invalid(fields=wrong)
    shift = Shift(institution=institution, name_zh=name_zh, name_en=name_en)
    shift.begins, shift.ends = begins, ends
    try:
        with transaction.atomic():
            shift.save()
    except IntegrityError as error:
        raise Invalid(fields={"name_zh": _("There is a shift of this name.")}) from error
    detail = {"name": name_zh, "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
    audit.record(actor, "shift.defined", shift, at=at, detail=detail)
    return shift


@transaction.atomic
def close_shift(shift: Shift, *, actor: Actor, at: datetime) -> None:
    """Plan nobody for this shift any more; what is planned stays. Raises NotAllowed, NotThere."""
    if not access.may_plan(actor):
        raise NotAllowed
    if not access.same_institution(actor, shift.institution_id):
        raise NotThere
    if Shift.objects.filter(pk=shift.pk, closed_at__isnull=True).update(closed_at=at):
        audit.record(actor, "shift.closed", shift, at=at, detail={"name": shift.name_zh})


@transaction.atomic
def plan_shifts(
    unit: Unit,
    people: Sequence[Person],
    days: Sequence[date],
    shift: Shift,
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Plan each of these people for the shift on each of these days, all or nobody; give how many.

    Whoever is planned for it already stays so. Raises RosterConflict naming who is planned at that
    time or is away, Invalid for days that are over or nobody chosen, UnitIsClosed, NotAllowed,
    NotThere.
    """
    require_planner(actor, unit)
    if unit.closed_at is not None:
        raise UnitIsClosed
    wrong: dict[str, Words] = {}
    if not people:
        wrong["people"] = _("Choose at least one person.")
    if not days or len(days) * len(people) > MOST_AT_ONCE:
        wrong["days"] = _("Choose at least one day, and not too many at once.")
    elif min(days) < day_of(at):
        wrong["days"] = _("Choose today or days to come.")
    if shift.closed_at is not None or shift.institution_id != unit.institution_id:
        wrong["shift"] = _("Choose one of the listed shifts.")
    if any(one.unit_id != unit.pk or not one.is_active for one in people):
        wrong["people"] = _("Choose people who work in this unit.")
    if wrong:
        raise Invalid(fields=wrong)
    return _plan(unit, people, sorted(set(days)), shift, actor=actor, at=at)


def _plan(
    unit: Unit,
    people: Sequence[Person],
    days: Sequence[date],
    shift: Shift,
    *,
    actor: Actor,
    at: datetime,
) -> int:
    ids = sorted(one.pk for one in people)
    # Two planners take turns at the people they plan for, always in the same order.
    list(Person.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    begins, ends = rules.span(days[0], shift.begins, shift.ends)[0], None
    ends = rules.span(days[-1], shift.begins, shift.ends)[1]
    there = list(
        Planned.objects.filter(person__in=ids, begins_at__lt=ends, ends_at__gt=begins)
        .select_related("shift")
        .order_by("pk")
    )
    away = list(Absence.objects.filter(person__in=ids, to_on__gte=days[0], from_on__lte=days[-1]))
    fresh: list[Planned] = []
    for person in people:
        for day in days:
            from_at, to_at = rules.span(day, shift.begins, shift.ends)
            own = [one for one in there if one.person_id == person.pk]
            if any(one.day == day and one.shift_id == shift.pk for one in own):
                continue
            told = {"name": person.name, "day": day.isoformat()}
            if any(one.begins_at < to_at and one.ends_at > from_at for one in own):
                words = _("%(name)s is planned at that time on %(day)s already; nothing changed.")
                raise RosterConflict(words % told)
            if any(a.person_id == person.pk and a.from_on <= day <= a.to_on for a in away):
                words = _("%(name)s is away on %(day)s; nothing was changed.")
                raise RosterConflict(words % told)
            fresh.append(
                Planned(
                    institution_id=unit.institution_id,
                    unit=unit,
                    person=person,
                    shift=shift,
                    day=day,
                    begins_at=from_at,
                    ends_at=to_at,
                )
            )
    Planned.objects.bulk_create(fresh)
    if fresh:
        detail: dict[str, audit.Value] = {
            "shift": shift.name_zh,
            "days": " ".join(day.isoformat() for day in days)[:400],
            "people": " ".join(one.public_id for one in people)[:400],
            "planned": len(fresh),
        }
        audit.record(actor, "roster.planned", unit, at=at, detail=detail)
        _tell(people)
    return len(fresh)


def _tell(people: Sequence[Person]) -> None:
    for person in people:
        publish(f"person-{person.public_id}")


@transaction.atomic
def take_off(planned: Planned, *, actor: Actor, at: datetime) -> None:
    """Take somebody off a shift that has not begun. Raises RosterConflict, NotAllowed, NotThere."""
    require_planner(actor, planned.unit)
    if planned.begins_at <= at:
        raise RosterConflict(_("This shift has begun; it stays on the roster."))
    gone, _by_model = Planned.objects.filter(pk=planned.pk).delete()
    if not gone:
        raise NotThere
    detail: dict[str, audit.Value] = {
        "person": planned.person.public_id,
        "shift": planned.shift.name_zh,
        "day": planned.day.isoformat(),
    }
    audit.record(actor, "roster.taken_off", planned.unit, at=at, detail=detail)
    _tell([planned.person])


@transaction.atomic
def copy_week(unit: Unit, monday: date, *, actor: Actor, at: datetime) -> int:
    """Plan the week like the one before, leaving out who is away, busy or gone; give how many.

    Raises Invalid for a day that is no Monday, NotAllowed, NotThere.
    """
    require_planner(actor, unit)
    _check_monday(monday)
    week = timedelta(days=rules.WEEK_DAYS)
    before = Planned.objects.filter(unit=unit, day__gte=monday - week, day__lt=monday)
    done = 0
    for old in before.select_related("person", "shift").order_by("day", "pk"):
        day = old.day + week
        fits = old.person.is_active and old.person.unit_id == unit.pk and not old.shift.closed_at
        if not fits or day < day_of(at):
            continue
        try:
            with transaction.atomic():
                done += _plan(unit, [old.person], [day], old.shift, actor=actor, at=at)
        except RosterConflict:
            continue
    return done


def _check_monday(monday: date) -> None:
    if monday.weekday():
        raise Invalid(fields={"week": _("A week begins on its Monday.")})


@transaction.atomic
def publish_week(unit: Unit, monday: date, *, actor: Actor, at: datetime) -> None:
    """Show a week to the people planned in it; later changes count at once.

    Raises Invalid for a day that is no Monday, NotAllowed, NotThere.
    """
    require_planner(actor, unit)
    _check_monday(monday)
    _week, is_new = RosterWeek.objects.get_or_create(
        unit=unit, monday=monday, defaults={"published_at": at}
    )
    if is_new:
        detail = {"week": monday.isoformat()}
        audit.record(actor, "roster.published", unit, at=at, detail=detail)
        last = monday + timedelta(days=rules.WEEK_DAYS)
        planned = Planned.objects.filter(unit=unit, day__gte=monday, day__lt=last)
        _tell(list(Person.objects.filter(pk__in=planned.values("person_id"))))


@transaction.atomic
def note_absence(
    person: Person, kind: str, from_on: date, to_on: date, *, actor: Actor, at: datetime
) -> Absence:
    """Note that a person is away from one day through another; planned shifts show it.

    Raises Invalid naming the wrong field, RosterConflict for days noted already, NotAllowed,
    NotThere.
    """
    require_planner(actor, person.unit)
    wrong: dict[str, Words] = {}
    if kind not in AbsenceKind.values:
        wrong["kind"] = _("Choose one of the listed entries.")
    if to_on < from_on or (to_on - from_on).days > LONGEST_ABSENCE_DAYS:
        wrong["to_on"] = _("The last day comes after the first, within a year.")
    if wrong:
        raise Invalid(fields=wrong)
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if Absence.objects.filter(person=person, to_on__gte=from_on, from_on__lte=to_on).exists():
        words = _("%(name)s is noted as away on some of these days already.")
        raise RosterConflict(words % {"name": person.name})
    absence = Absence.objects.create(person=person, kind=kind, from_on=from_on, to_on=to_on)
    # Why somebody is away is theirs and their lead's to know, not the trail's.
    detail = {"from": from_on.isoformat(), "to": to_on.isoformat()}
    audit.record(actor, "absence.noted", person, at=at, detail=detail)
    _tell([person])
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, actor: Actor, at: datetime) -> None:
    """Let a person be there again: one to come is dropped, one that lasts ends yesterday.

    Raises NotAllowed, NotThere for one that is over.
    """
    require_planner(actor, absence.person.unit)
    today = day_of(at)
    row = Absence.objects.filter(pk=absence.pk, to_on__gte=today)
    if absence.from_on >= today:
        changed, _by_model = row.delete()
    else:
        changed = row.update(to_on=today - timedelta(days=1))
    if not changed:
        raise NotThere
    detail = {"from": absence.from_on.isoformat(), "to": absence.to_on.isoformat()}
    audit.record(actor, "absence.ended", absence.person, at=at, detail=detail)
    _tell([absence.person])

"""Who stands in for whom, as pages show it and as actors bear it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import access
from shouwen.people.staff.models import Absence, Deputy, Person, RoleGrant
from shouwen.people.staff.queries.people import people_of

REF_MAX_CHARACTERS = 60
MOST_LISTED = 300
RELATIONS = ("person__unit", "deputy__unit")


def standing_in_on(day: date) -> QuerySet[Deputy]:
    """Give those who stand in on a day: named for it, for somebody noted as away on it."""
    away = Absence.objects.filter(person=OuterRef("person"), from_on__lte=day, to_on__gte=day)
    return Deputy.objects.filter(
        Exists(away.order_by("pk")),
        ended_at__isnull=True,
        from_on__lte=day,
        to_on__gte=day,
        person__is_active=True,
    )


def people_stood_in_for(deputy: Person, roles: Iterable[str], day: date) -> list[Person]:
    """Give those a person stands in for on a day, left out whoever holds a role apart from theirs.

    Two queries; roles may have changed since the deputy was named, so they are looked at anew.
    """
    found = standing_in_on(day).filter(deputy=deputy).select_related("person").order_by("pk")
    people = {one.person_id: one.person for one in found}
    held: dict[int, set[str]] = defaultdict(set)
    grants = RoleGrant.objects.filter(person__in=people).order_by("pk")
    for person_id, role in grants.values_list("person_id", "role"):
        held[person_id].add(role)
    own = set(roles)
    return [person for pk, person in people.items() if not access.are_apart(own | held[pk])]


def away_now(people: Iterable[int], at: datetime) -> dict[int, tuple[Person, ...]]:
    """Give who of these is noted as away today, each with those who stand in; by row id.

    One query where nobody is away, else three. Whoever may not stand in any more is left out.
    """
    day = day_of(at)
    absences = Absence.objects.filter(person__in=list(people), from_on__lte=day, to_on__gte=day)
    away = set(absences.order_by().values_list("person_id", flat=True))
    if not away:
        return {}
    named = standing_in_on(day).filter(person__in=away, deputy__is_active=True)
    found = list(named.select_related("deputy").order_by("person_id", "from_on", "pk"))
    held: dict[int, set[str]] = defaultdict(set)
    both = away | {one.deputy_id for one in found}
    grants = RoleGrant.objects.filter(person__in=both).order_by("pk")
    for person_id, role in grants.values_list("person_id", "role"):
        held[person_id].add(role)
    deputies: dict[int, dict[int, Person]] = {person_id: {} for person_id in away}
    for one in found:
        if not access.are_apart(held[one.person_id] | held[one.deputy_id]):
            deputies[one.person_id][one.deputy_id] = one.deputy
    return {person_id: tuple(those.values()) for person_id, those in deputies.items()}


def deputies_now(actor: Actor, at: datetime) -> list[Deputy]:
    """Give for whom the actor stands in today; no query where there is nobody."""
    if not actor.stands_in_for:
        return []
    named = standing_in_on(day_of(at)).filter(
        deputy__public_id=actor.ref, person__public_id__in=actor.stands_in_for
    )
    return list(named.select_related(*RELATIONS).order_by("to_on", "pk"))


def _named(at: datetime, those: Q) -> list[Deputy]:
    """Give those named from today on; `stands_in` says of each whether they do today."""
    today = day_of(at)
    standing = standing_in_on(today).filter(pk=OuterRef("pk")).order_by("pk")
    named = Deputy.objects.filter(those, ended_at__isnull=True, to_on__gte=today)
    named = named.select_related(*RELATIONS).annotate(stands_in=Exists(standing))
    return list(named.order_by("from_on", "pk")[:MOST_LISTED])


def own_deputies(actor: Actor, at: datetime) -> list[Deputy]:
    """Give who stands in for the actor, and for whom they do, from today on."""
    return _named(at, Q(person__public_id=actor.ref) | Q(deputy__public_id=actor.ref))


def deputies_of_unit(actor: Actor, unit_id: int, at: datetime) -> list[Deputy]:
    """Give the deputies of a unit's people from today on, for who plans. Raises NotAllowed."""
    if not access.may_plan(actor):
        raise NotAllowed
    return _named(at, Q(person__in=people_of(actor).filter(unit_id=unit_id).order_by()))


def deputy_for(actor: Actor, public_id: str) -> Deputy:
    """Give one that the actor named, has, or plans for. Raises NotThere."""
    found = None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        named = Deputy.objects.filter(public_id=public_id).select_related(*RELATIONS)
        found = named.filter(person__institution_id=actor.institution_id or 0).first()
    if found is None or not _reaches(actor, found.person):
        raise NotThere
    return found


def _reaches(actor: Actor, person: Person) -> bool:
    own = actor.is_person and actor.ref == person.public_id
    return own or (access.may_plan(actor) and access.within(actor, person.unit_id))


def colleagues(actor: Actor) -> list[Person]:
    """Give whom the actor may name as their deputy, by name; two queries.

    Active people within reach who hold a role, and none that must stay apart from the actor's.
    """
    found = people_of(actor).filter(is_active=True).exclude(public_id=actor.ref)
    people = list(found[:MOST_LISTED])
    held: dict[int, set[str]] = defaultdict(set)
    grants = RoleGrant.objects.filter(person__in=people).order_by("pk")
    for person_id, role in grants.values_list("person_id", "role"):
        held[person_id].add(role)
    return [
        one for one in people if held[one.pk] and not access.are_apart(actor.roles | held[one.pk])
    ]

"""People, units and presence as other rooms ask for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet, Subquery

from shouwen.ground.kernel import kept
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import access
from shouwen.people.staff.models import (
    Institution,
    Person,
    PersonSkill,
    Presence,
    PresenceState,
    Unit,
)
from shouwen.people.staff.queries.limits import limits_of
from shouwen.people.staff.rules.experience import latest_start

# A desk reports every 5 seconds; after this long without a word its person is not offered work.
SEEN_WITHIN_SECONDS = 12
DESK_HEARD_SECONDS, DESKS_KEPT_SECONDS = 30, 10
WORKING_STATES = (PresenceState.READY, PresenceState.BUSY)


@dataclass(frozen=True, slots=True)
class RoutablePerson:
    """One person as routing sees them: `skills` maps the codes still valid to their levels."""

    person_id: int
    public_id: str
    name: str
    unit_id: int
    state: str
    since: datetime
    last_seen_at: datetime
    skills: dict[str, int]


def institution_by_code(code: str) -> Institution:
    """Give the institution with this code. Raises NotThere."""
    institution = Institution.objects.filter(code=code).first()
    if institution is None:
        raise NotThere
    return institution


def code_of_home(actor: Actor) -> str:
    """Give the code of the actor's institution; empty for whoever has none."""
    rows = Institution.objects.filter(pk=actor.institution_id or 0)
    return rows.values_list("code", flat=True).first() or ""


def people_of(actor: Actor) -> QuerySet[Person]:
    """Give the people within the actor's reach, by name; needs `staff.read`."""
    access.require(actor, "staff.read")
    people = Person.objects.select_related("unit", "institution", "presence")
    if actor.institution_id is not None:
        people = people.filter(institution_id=actor.institution_id)
    if not actor.all_units:
        people = people.filter(unit_id__in=actor.unit_ids)
    return people.order_by("name", "pk")


def person_for(actor: Actor, public_id: str) -> Person:
    """Give one person within the actor's reach. Raises NotThere, also for anyone out of reach."""
    # PostgreSQL cannot even be asked for a NUL.
    askable = public_id.isprintable()
    person = people_of(actor).filter(public_id=public_id).first() if askable else None
    if person is None:
        raise NotThere
    return person


def unit_tree(actor: Actor) -> QuerySet[Unit]:
    """Give the open units of the actor's institution within reach, each after its parent."""
    return units_of(actor).filter(closed_at__isnull=True)


def units_of(actor: Actor) -> QuerySet[Unit]:
    """Give the units within reach, closed ones too, each after its parent; needs `staff.read`."""
    access.require(actor, "staff.read")
    units = Unit.objects.all()
    if actor.institution_id is not None:
        units = units.filter(institution_id=actor.institution_id)
    if not actor.all_units:
        units = units.filter(pk__in=actor.unit_ids)
    return units.order_by("path", "pk")


def units_below(actor: Actor, public_id: str) -> list[Unit]:
    """Give a unit and all below it within the actor's reach, itself first; none if out of reach."""
    top = unit_tree(actor).filter(public_id=public_id).values("path")[:1]
    return list(unit_tree(actor).filter(path__startswith=Subquery(top)))


def units_under(unit: Unit) -> QuerySet[Unit]:
    """Give a unit and all below it, closed ones too, whoever asks."""
    return Unit.objects.filter(
        institution_id=unit.institution_id, path__startswith=unit.path
    ).order_by("path", "pk")


def unit_keys(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Give public id and name of these units, in one query."""
    units = Unit.objects.filter(pk__in=list(ids)).order_by("pk")
    return {unit.pk: (unit.public_id, unit.name) for unit in units}


def people_by_state(institution_id: int) -> dict[str, list[Person]]:
    """Give the active people of an institution by presence state; every state is a key."""
    found: dict[str, list[Person]] = {state: [] for state in PresenceState.values}
    people = (
        Person.objects.filter(institution_id=institution_id, is_active=True)
        .select_related("presence", "unit")
        .order_by("name", "pk")
    )
    for person in people:
        found[person.presence.state].append(person)
    return found


def presence_counts(institution_id: int) -> dict[str, int]:
    """Count the active people of an institution by presence state, in one query."""
    counts = dict.fromkeys(PresenceState.values, 0)
    rows = (
        Presence.objects.filter(person__institution_id=institution_id, person__is_active=True)
        .values_list("state")
        .annotate(people=Count("pk"))
        .order_by("state")
    )
    counts.update(rows)
    return counts


def enough_experience_since(institution_id: int, at: datetime) -> date:
    """Give the last day on which one can have begun to have the experience asked for."""
    years = limits_of(institution_id)["experience-years"]
    return latest_start(day_of(at), years)


def _is_unguided(person: Person, enough: date) -> bool:
    """Whether what is on record is short and no mentor works here; nothing on record is not."""
    if person.experience_since is None or person.experience_since <= enough:
        return False
    return person.mentor is None or not person.mentor.is_active


def needs_mentor(person: Person, at: datetime) -> bool:
    """Whether a person may not take work: short of experience, with no mentor who works here.

    Nothing on record is not short. Serves HB-1.1-06.
    """
    if person.experience_since is None:
        return False
    return _is_unguided(person, enough_experience_since(person.institution_id, at))


def _guided(
    presences: list[Presence], asked: set[int], institution_id: int, at: datetime
) -> list[Presence]:
    """Leave out those who need a mentor, but nobody who is asked for.

    The limit is read only where experience is on record.
    """
    if all(presence.person.experience_since is None for presence in presences):
        return presences
    enough = enough_experience_since(institution_id, at)
    return [
        one for one in presences if one.person_id in asked or not _is_unguided(one.person, enough)
    ]


def people_for_routing(
    institution_id: int, at: datetime, *, also: Iterable[int] = ()
) -> list[RoutablePerson]:
    """List who could be offered work: ready or busy, heard lately, with skills still valid.

    Whoever is short of experience and has no mentor here is left out (HB-1.1-06). `also` names
    people (ids) to include whatever their state. Three queries at most for any number.
    """
    asked = set(also)
    lately = at - timedelta(seconds=SEEN_WITHIN_SECONDS)
    at_work = Q(state__in=WORKING_STATES, last_seen_at__gte=lately)
    valid = Q(expires_on__isnull=True) | Q(expires_on__gte=day_of(at))
    presences = (
        Presence.objects.filter(at_work | Q(person_id__in=asked))
        .filter(person__institution_id=institution_id, person__is_active=True)
        .select_related("person__mentor")
        .prefetch_related(
            Prefetch(
                "person__skills",
                queryset=PersonSkill.objects.filter(valid).select_related("skill").order_by("pk"),
            )
        )
        .order_by("since", "person_id")
    )
    return [
        RoutablePerson(
            person_id=presence.person_id,
            public_id=presence.person.public_id,
            name=presence.person.name,
            unit_id=presence.person.unit_id,
            state=presence.state,
            since=presence.since,
            last_seen_at=presence.last_seen_at or presence.since,
            skills={held.skill.code: held.level for held in presence.person.skills.all()},
        )
        for presence in _guided(list(presences), asked, institution_id, at)
    ]


def people_unseen_since(at: datetime) -> list[int]:
    """List the people (ids) who should be at their desk but were last heard before `at`."""
    gone = Presence.objects.exclude(state=PresenceState.OFFLINE).filter(
        Q(last_seen_at__lt=at) | Q(last_seen_at__isnull=True, since__lt=at)
    )
    return list(gone.order_by("person_id").values_list("person_id", flat=True))


def open_desks(actor: Actor, at: datetime) -> int:
    """Count the people of the actor's institution whose pages were heard within half a minute.

    Counted anew every ten seconds: it only says how far apart they should look.
    """
    key = f"staff.open-desks.{actor.institution_id}"
    heard = Presence.objects.filter(
        last_seen_at__gte=at - timedelta(seconds=DESK_HEARD_SECONDS),
        person__institution=actor.institution_id,
    )
    return kept.for_seconds(key, DESKS_KEPT_SECONDS, heard.count)


def names_by_ref(public_ids: set[str]) -> dict[str, str]:
    """Give the names of these people by public id, in one query; other refs are left out."""
    rows = Person.objects.filter(public_id__in=public_ids).order_by("pk")
    return dict(rows.values_list("public_id", "name"))


def refs_by_id(ids: Iterable[int]) -> dict[int, str]:
    """Give the public ids of these people by row, in one query."""
    rows = Person.objects.filter(pk__in=list(ids)).order_by("pk")
    return dict(rows.values_list("pk", "public_id"))

"""Who is told of early warnings: people in the system, departments by letter; and own notices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from shouwen.assurance.improvement import access
from shouwen.assurance.improvement.models import (
    EarlyWarning,
    Notice,
    WarningAddress,
    WarningLetter,
)
from shouwen.assurance.improvement.queries.returns import REF_MAX_CHARACTERS
from shouwen.ground.kernel import kept
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kernel.prepared import Prepared
from shouwen.people.customers import ports
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Person, RoleGrant, Unit

NOTICES_SHOWN = 50
BADGE_MOST = 99
BADGE_SECONDS = 10
PEOPLE_MOST = 200
# Figures whose values are units: those are concerned too.
OF_UNITS = ("unit", "concerned")


@dataclass(frozen=True, slots=True)
class Told:
    """Of one warning: how many people were told in the system, how many saw it, and the letters."""

    people: int
    seen: int
    letters: list[WarningLetter]


def units_concerned(warning: EarlyWarning) -> list[Unit]:
    """Give the unit in charge of a warning, and the one whose figure it is."""
    found = {warning.threshold.unit} - {None}
    if warning.threshold.figure in OF_UNITS:
        home = {"institution_id": warning.institution_id, "public_id": warning.key}
        found |= set(Unit.objects.filter(**home).order_by("pk"))
    return sorted((unit for unit in found if unit is not None), key=lambda unit: unit.pk)


def people_concerned(institution_id: int, units: Iterable[Unit]) -> list[Person]:
    """Give who takes note of warnings and reaches one of these units; of none, all who take note.

    Roles of different reach narrow each other, as everywhere.
    """
    wanted = {*access.READS, access.WORKS_ISSUES}
    roles = [role for role, rights in staff_access.RIGHTS.items() if wanted <= rights]
    grants = RoleGrant.objects.filter(
        person__institution_id=institution_id,
        person__is_active=True,
        person__grants__role__in=roles,
    )
    tops: dict[int, dict[str, set[str | None]]] = defaultdict(lambda: defaultdict(set))
    rows = grants.order_by("person_id", "pk").values_list("person_id", "role", "unit__path")
    for person_id, role, path in rows:
        tops[person_id][role].add(path)
    paths = [unit.path for unit in units]
    reached = [
        person_id
        for person_id, held in tops.items()
        if not paths
        or any(staff_access.reaches(staff_access.bounds_of(held.values()), path) for path in paths)
    ]
    return list(Person.objects.filter(pk__in=reached[:PEOPLE_MOST]).order_by("pk"))


def addresses_for(institution_id: int, units: Iterable[Unit]) -> list[WarningAddress]:
    """Give the addresses of these units and of the whole house, by ways that are carried."""
    ids = [unit.pk for unit in units]
    rows = WarningAddress.objects.filter(
        Q(unit__isnull=True) | Q(unit_id__in=ids),
        institution_id=institution_id,
        retired_at__isnull=True,
        way__in=ports.letter_kinds(),
    )
    return list(rows.order_by("pk"))


def ways_carried() -> list[str]:
    """Name the ways by which a letter leaves here: those that some provider carries."""
    return ports.letter_kinds()


def addresses_of(actor: Actor) -> list[WarningAddress]:
    """Give the addresses of the actor's institution that count. Raises NotAllowed."""
    access.require_reading(actor)
    rows = WarningAddress.objects.filter(
        institution_id=actor.institution_id or 0, retired_at__isnull=True
    )
    return list(rows.select_related("unit", "set_by").order_by("pk"))


def address_for(actor: Actor, public_id: str) -> WarningAddress:
    """Give an address of the actor's institution. Raises NotAllowed, NotThere."""
    access.require_reading(actor)
    found = None
    if len(public_id) <= REF_MAX_CHARACTERS and public_id.isprintable():
        rows = WarningAddress.objects.filter(institution_id=actor.institution_id or 0)
        found = rows.select_related("unit", "set_by").filter(public_id=public_id).first()
    if found is None:
        raise NotThere
    return found


def told_of(warnings: Iterable[EarlyWarning]) -> dict[int, Told]:
    """Give who was told of each of these warnings and how, in two queries."""
    ids = [warning.pk for warning in warnings]
    letters: dict[int, list[WarningLetter]] = defaultdict(list)
    rows = WarningLetter.objects.filter(warning_id__in=ids).select_related("to__unit")
    for row in rows.order_by("pk"):
        letters[row.warning_id].append(row)
    counted = (
        Notice.objects.filter(warning_id__in=ids)
        .values_list("warning_id")
        .annotate(people=Count("pk"), seen=Count("seen_at"))
        .order_by("warning_id")
    )
    people = {pk: (n, seen) for pk, n, seen in counted}
    return {pk: Told(*people.get(pk, (0, 0)), letters[pk]) for pk in ids}


def notices_of(actor: Actor) -> list[Notice]:
    """Give the actor's own newest notices; nothing for programs."""
    if not actor.is_person:
        return []
    rows = Notice.objects.filter(person__public_id=actor.ref)
    return list(
        rows.select_related("warning__threshold__unit", "issue").order_by("-pk")[:NOTICES_SHOWN]
    )


def _unseen(person: str) -> QuerySet[Notice, int]:
    rows = Notice.objects.filter(person__public_id=person, seen_at__isnull=True)
    return rows.order_by("pk").values_list("pk", flat=True)[:BADGE_MOST]


_prepared = Prepared(_unseen, person=str)


def unseen_count(actor: Actor) -> int:
    """Count the actor's own notices that are not seen yet, as far as the rail shows them."""
    return len(_prepared.all(person=actor.ref)) if actor.is_person else 0


def badge_count(actor: Actor) -> int:
    """Give the same for the rail of every page: counted once in some seconds."""
    if not actor.is_person:
        return 0
    key = f"improvement-notices-{actor.ref}"
    return kept.for_seconds(key, BADGE_SECONDS, lambda: unseen_count(actor))

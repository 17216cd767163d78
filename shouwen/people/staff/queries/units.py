"""The tree of units as those see it who set it up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import access
from shouwen.people.staff.models import Institution, Person, Unit
from shouwen.people.staff.queries.people import units_of


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit with the active people in it, and in it and all below it."""

    unit: Unit
    people: int
    people_below: int


def unit_lines(actor: Actor) -> list[UnitLine]:
    """Give the units within reach in the order of the tree, with headcounts, in two queries.

    Needs `staff.review`. Raises NotAllowed.
    """
    access.require(actor, "staff.review")
    units = list(units_of(actor))
    # Paths sort as text, which puts 10 before 9: the tree is walked by ids instead.
    by_path = {unit.path: unit for unit in units}
    ordered = sorted(by_path, key=lambda path: [int(part) for part in path.split("/")[:-1]])
    heads = dict(
        Person.objects.filter(unit__in=units, is_active=True)
        .values_list("unit__path")
        .annotate(n=Count("pk"))
        .order_by("unit__path")
    )
    below: Counter[str] = Counter()
    for path, people in heads.items():
        for end in range(1, len(path) + 1):
            if path[end - 1] == "/":
                below[path[:end]] += people
    return [UnitLine(by_path[path], heads.get(path, 0), below[path]) for path in ordered]


def unit_for(actor: Actor, public_id: str) -> Unit:
    """Give one unit within reach, also a closed one. Raises NotAllowed, NotThere."""
    found = units_of(actor).filter(public_id=public_id).first() if public_id.isprintable() else None
    if found is None:
        raise NotThere
    return found


def own_institution(actor: Actor) -> Institution:
    """Give the actor's institution; needs `staff.review`. Raises NotAllowed, NotThere."""
    access.require(actor, "staff.review")
    found = Institution.objects.filter(Q(pk=actor.institution_id)).first()
    if found is None:
        raise NotThere
    return found

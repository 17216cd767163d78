"""What a person may do, and how far."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere, Words
from shouwen.people.staff import access, words
from shouwen.people.staff.models import Person, Role, RoleGrant, Unit


@dataclass(frozen=True, slots=True)
class RightLine:
    """One right in words, and the roles it comes from."""

    right: str
    words: Words
    roles: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class EffectiveRights:
    """What a person may do: over the `whole` institution, or over `tops` and all below them.

    Where roles reach differently, only what all of them reach counts.
    """

    lines: list[RightLine]
    whole: bool
    tops: list[Unit]


def rights_of(actor: Actor, person: Person) -> EffectiveRights:
    """Give the rights a person has now; needs `staff.review`. Raises NotAllowed, NotThere."""
    access.require(actor, "staff.review")
    if not access.same_institution(actor, person.institution_id):
        raise NotThere
    by_role: dict[str, list[str | None]] = defaultdict(list)
    grants = RoleGrant.objects.filter(person=person).order_by("role", "pk")
    for role, path in grants.values_list("role", "unit__path"):
        by_role[role].append(path)
    bounds = access.bounds_of(by_role.values())
    sources: dict[str, list[Words]] = defaultdict(list)
    for role in by_role:
        for right in access.RIGHTS.get(role, frozenset()):
            sources[right].append(Role(role).label)
    lines = [
        RightLine(right, words.RIGHTS[right], tuple(sources[right]))
        for right in words.RIGHTS
        if right in sources
    ]
    tops = _tops(person.institution_id, bounds) if bounds else []
    return EffectiveRights(lines=lines, whole=bool(by_role) and not bounds, tops=tops)


def _tops(institution_id: int, bounds: list[frozenset[str]]) -> list[Unit]:
    """The uppermost units within all the bounds: they are among the bounds themselves."""
    named = sorted({path for tops in bounds for path in tops if access.reaches(bounds, path)})
    tops = [
        path for path in named if not any(path != top and path.startswith(top) for top in named)
    ]
    condition = Q(path__in=tops)
    return list(Unit.objects.filter(condition, institution_id=institution_id).order_by("path"))

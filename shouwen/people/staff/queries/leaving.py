"""What somebody who leaves has in their name, and who could take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access, ports
from shouwen.people.staff.models import Person, Role, RoleGrant, Unit
from shouwen.people.staff.queries.people import people_of, person_for, unit_tree

HEIRS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One kind of work with what is open of it."""

    kind: ports.WorkKind
    items: Sequence[ports.OpenItem]


def open_work(person: Person) -> list[WorkLine]:
    """Give what is in a person's name, only the kinds of which there is any."""
    lines = (WorkLine(kind, kind.listed(person)) for kind in ports.work_kinds())
    return [line for line in lines if line.items]


def may_hand_over(actor: Actor, person: Person) -> bool:
    """Whether the actor hands a person's work over: who sets people up, or leads their unit."""
    may = access.has_right(actor, "staff.edit") or access.has_right(actor, "contact.supervise")
    return (
        may
        and access.same_institution(actor, person.institution_id)
        and access.within(actor, person.unit_id)
    )


def leaver_for(actor: Actor, public_id: str) -> Person:
    """Give the person whose work the actor hands over. Raises NotAllowed, NotThere."""
    if not access.has_right(actor, "staff.edit"):
        access.require(actor, "contact.supervise")
    return person_for(actor, public_id)


def heirs_of(actor: Actor, person: Person) -> tuple[list[Person], list[Unit]]:
    """Give the people and units that could take a person's work, their own unit's first."""
    workers = [role for role, held in access.RIGHTS.items() if "case.work" in held]
    holders = RoleGrant.objects.filter(role__in=workers).order_by("pk").values("person_id")
    found = people_of(actor).filter(pk__in=holders, is_active=True).exclude(pk=person.pk)
    people = list(found[:HEIRS_SHOWN])
    people.sort(key=lambda one: one.unit_id != person.unit_id)
    return people, list(unit_tree(actor))


def lead_of(unit: Unit, besides: Person) -> Person | None:
    """Give who leads a unit: the lead of it or of the nearest unit above, never `besides`."""
    grants = (
        RoleGrant.objects.filter(
            role=Role.LEAD, person__institution_id=unit.institution_id, person__is_active=True
        )
        .exclude(person_id=besides.pk)
        .select_related("person__unit", "unit")
    )
    # The tree is deep by ten at most: the longest path that reaches the unit is the nearest.
    tops = [(grant, grant.unit.path if grant.unit else "") for grant in grants.order_by("pk")]
    above = [grant for grant, top in tops if unit.path.startswith(top)]
    own = [grant for grant in above if grant.person.unit_id == unit.pk]
    nearest = max(above, key=lambda g: len(g.unit.path) if g.unit else 0, default=None)
    chosen = own[0] if own else nearest
    return chosen.person if chosen else None

"""What a customer's tiers give them: as the institution set it, or the usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kit.words import Words
from shouwen.ground.policy.figures import figure
from shouwen.people.customers.models import (
    CaseComplexity,
    Customer,
    CustomerKind,
    Dimension,
    Risk,
    TierService,
    Value,
)
from shouwen.people.customers.rules.tiers import Service, together
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Person, RoleGrant

Tier = tuple[str, str]
CLAUSE = "HB-1.3-06"
TIERS: dict[Tier, Words] = {
    (dimension.value, code): words
    for dimension, choices in (
        (Dimension.VALUE, Value.choices),
        (Dimension.RISK, Risk.choices),
        (Dimension.KIND, CustomerKind.choices),
        (Dimension.COMPLEXITY, CaseComplexity.choices),
    )
    for code, words in choices
}
OF_CUSTOMERS = (Dimension.VALUE, Dimension.RISK, Dimension.KIND)
# The figure that gives the usual points of a tier; the others have none.
USUAL_POINTS: dict[Tier, str] = {
    (Dimension.VALUE.value, Value.HIGH_NET_WORTH.value): "points-high-net-worth",
    (Dimension.RISK.value, Risk.HIGH.value): "points-high-risk",
}


@dataclass(frozen=True, slots=True)
class TierLine:
    """One tier with what it gives here and what it usually gives, and the clause behind it."""

    dimension: Dimension
    tier: str
    words: Words
    service: Service
    usual: Service
    clause: str = CLAUSE

    @property
    def key(self) -> str:
        """The tier as one word, for a form."""
        return f"{self.dimension.value}-{self.tier}"

    @property
    def is_of_cases(self) -> bool:
        """Whether it grades cases and not customers: then it says their hours and nothing else."""
        return self.dimension not in OF_CUSTOMERS


def usual_service(tier: Tier) -> Service:
    """Give what a tier gives where the institution has said nothing."""
    name = USUAL_POINTS.get(tier)
    return Service(points=figure(name).value) if name else Service()


def services_of(institution_id: int) -> dict[Tier, Service]:
    """Give what each tier gives at this institution; one query."""
    rows = TierService.objects.filter(institution_id=institution_id)
    said = {
        (row.dimension, row.tier): Service(
            row.points, row.reply_seconds, row.dedicated_first, row.resolve_hours
        )
        for row in rows.order_by("pk")
    }
    return {tier: said.get(tier) or usual_service(tier) for tier in TIERS}


def service_of(customer: Customer | None) -> Service:
    """Give what this customer's tiers give them together; nothing for somebody unknown."""
    if customer is None:
        return Service()
    given = services_of(customer.institution_id)
    return together(given[tier] for tier in _tiers_of(customer) if tier in given)


def resolve_hours_of(institution_id: int, customer: Customer | None, complexity: str) -> int | None:
    """Give within how many hours a case is promised to be resolved; None where nothing is said.

    Of what its complexity and its customer's tiers say the shortest counts; one query.
    """
    given = services_of(institution_id)
    held = [(Dimension.COMPLEXITY.value, complexity), *_tiers_of(customer)]
    return together(given[tier] for tier in held if tier in given).resolve_hours


def _tiers_of(customer: Customer | None) -> list[Tier]:
    return [(d.value, getattr(customer, d.value)) for d in OF_CUSTOMERS] if customer else []


def dedicated_choices(institution_id: int) -> list[Person]:
    """Give the colleagues who can be a customer's own person: whoever takes contacts."""
    takes = [role for role, held in rights.RIGHTS.items() if "contact.take" in held]
    found = Person.objects.filter(institution_id=institution_id, is_active=True)
    takers = found.filter(pk__in=RoleGrant.objects.filter(role__in=takes).values("person_id"))
    return list(takers.select_related("unit").order_by("name", "pk"))


def tier_lines(actor: Actor) -> list[TierLine]:
    """Give the table of tiers of the actor's institution. Raises NotAllowed, NotThere."""
    rights.require(actor, "routing.read")
    if actor.institution_id is None:
        raise NotThere
    given: Mapping[Tier, Service] = services_of(actor.institution_id)
    return [
        TierLine(Dimension(tier[0]), tier[1], words, given[tier], usual_service(tier))
        for tier, words in TIERS.items()
    ]

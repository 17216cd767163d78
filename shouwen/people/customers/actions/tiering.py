"""What the tiers give at an institution, and who is a customer's own person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.customers import access, queries
from shouwen.people.customers.models import Customer, Dimension, TierService
from shouwen.people.customers.queries.tiering import CLAUSE, TIERS, Tier
from shouwen.people.customers.rules.tiers import Service
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Institution, Person

# From and to, both counted; what lies outside is a slip of the hand.
BOUNDS: Mapping[str, tuple[int, int]] = {
    "points": (-100, 100),
    "reply_seconds": (5, 86_400),
    "resolve_hours": (1, 720),
}


@transaction.atomic
def set_tier_services(
    institution: Institution, wanted: Mapping[Tier, Service], *, actor: Actor, at: datetime
) -> None:
    """Say what these tiers give from now on; a tier that is not named stays as it is.

    A case's complexity says within how many hours it is resolved, and nothing else. What waits
    keeps its points, and a clock that runs keeps its limit. Raises Invalid naming each wrong field
    (`value-HIGH_NET_WORTH.points`), NotAllowed, NotThere. Serves HB-1.3-06.
    """
    rights.require(actor, "routing.edit")
    if not rights.same_institution(actor, institution.pk):
        raise NotThere
    wrong: dict[str, Words] = {}
    for key, service in wanted.items():
        if key not in TIERS:
            wrong["-".join(key)] = _("There is no such tier.")
        for name, (least, most) in BOUNDS.items():
            value = getattr(service, name)
            if value is not None and not least <= value <= most:
                words = _("Enter a whole number from %(least)s to %(most)s.")
                wrong[f"{'-'.join(key)}.{name}"] = words % {"least": least, "most": most}
        if key[0] == Dimension.COMPLEXITY:
            for name in _beyond_hours(service):
                words = _("By complexity only the hours of a case are set.")
                wrong.setdefault(f"{'-'.join(key)}.{name}", words)
    if wrong:
        raise Invalid(fields=wrong)
    # Held, so that two who press at once leave one table and a trail that agrees with it.
    Institution.objects.select_for_update().get(pk=institution.pk)
    held = queries.services_of(institution.pk)
    changed = {tier: service for tier, service in wanted.items() if service != held[tier]}
    for (dimension, tier), service in changed.items():
        TierService.objects.update_or_create(
            institution=institution, dimension=dimension, tier=tier, defaults=asdict(service)
        )
    if changed:
        detail: dict[str, str | int | bool | None] = {
            "before": _plain({tier: held[tier] for tier in changed}),
            "after": _plain(changed),
            "clause": CLAUSE,
        }
        about = ("customers.tierservice", institution.code)
        audit.record(actor, "customers.tier_services_set", about, at=at, detail=detail)


def _beyond_hours(service: Service) -> list[str]:
    """Name what is said here beside the hours."""
    said, usual = asdict(service), asdict(Service())
    return [name for name in said if name != "resolve_hours" and said[name] != usual[name]]


def _plain(services: Mapping[Tier, Service]) -> str:
    said = {"-".join(tier): asdict(service) for tier, service in services.items()}
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


@transaction.atomic
def set_dedicated(customer: Customer, person_ref: str, *, actor: Actor, at: datetime) -> None:
    """Say who is a customer's own person; an empty reference: nobody is.

    Tiers that say so offer them the customer's contacts first. Raises Invalid for somebody who
    takes no contacts here, NotAllowed, NotThere. Serves HB-1.3-06.
    """
    access.require_edit(actor, customer)
    person: Person | None = None
    if person_ref:
        takers = queries.dedicated_choices(customer.institution_id)
        person = next((one for one in takers if one.public_id == person_ref), None)
        if person is None:
            raise Invalid(fields={"person": _("Choose a colleague in the list.")})
    held = Customer.objects.select_for_update(of=("self",)).select_related("dedicated")
    before = held.get(pk=customer.pk).dedicated
    if before == person:
        return
    customer.dedicated = person
    customer.save(update_fields=["dedicated"])
    detail: dict[str, str | int | bool | None] = {
        "before": before.public_id if before else "",
        "after": person.public_id if person else "",
    }
    audit.record(
        actor, "customer.dedicated_set", customer, at=at, fields=("dedicated",), detail=detail
    )

"""What is offered to one person at this moment."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing import queries as routing
from shouwen.contact.routing.models import Offer, OfferState, Transfer
from shouwen.front.desk.queries import naming
from shouwen.front.desk.queries.wants import wants_of
from shouwen.people.staff.models import Person


@dataclass(frozen=True, slots=True)
class OfferCard:
    """One open offer: who, what, how long they have waited, and how long it stands."""

    ref: str
    contact_ref: str
    name: str
    icon: str
    channel: str
    tier: str
    want: str
    queue: str
    since: datetime
    until: datetime
    seconds: int
    offered_seconds: int
    is_mine: bool
    handed_by: str = ""
    handed_why: str = ""


def offers_for(person: Person, now: datetime) -> list[OfferCard]:
    """List the person's open offers, the one that ends first at the top. Four queries."""
    offers = list(
        Offer.objects.filter(person=person, state=OfferState.OPEN, expires_at__gt=now)
        .select_related("entry__queue", "entry__contact__customer")
        .order_by("expires_at", "pk")
    )
    if not offers:
        return []
    wants = wants_of(offer.entry.contact for offer in offers)
    passed = routing.last_transfers([offer.entry_id for offer in offers])
    return [
        _card(
            offer,
            offer.entry.contact,
            wants.get(offer.entry.contact_id, ""),
            passed.get(offer.entry_id),
            person,
            now,
        )
        for offer in offers
    ]


def _card(
    offer: Offer,
    contact: Contact,
    want: str,
    passed: Transfer | None,
    person: Person,
    now: datetime,
) -> OfferCard:
    return OfferCard(
        ref=offer.public_id,
        contact_ref=contact.public_id,
        name=naming.name_of(contact),
        icon=naming.icon_of(contact),
        channel=naming.channel_of(contact),
        tier=naming.tier_of(contact),
        want=want,
        queue=offer.entry.queue.name,
        since=contact.queued_at or contact.arrived_at,
        until=offer.expires_at,
        seconds=max(0, math.ceil((offer.expires_at - now).total_seconds())),
        offered_seconds=math.ceil((offer.expires_at - offer.offered_at).total_seconds()),
        is_mine=contact.owner_id == person.pk,
        handed_by=passed.from_person.name if passed else "",
        handed_why=passed.get_reason_display() if passed else "",
    )

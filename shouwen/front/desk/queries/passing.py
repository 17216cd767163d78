"""The dialog in which a conversation is passed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing import queries as routing
from shouwen.contact.routing.models import (
    CustomerView,
    IdentityProof,
    Queue,
    TransferReason,
)
from shouwen.front.desk.actions.speaking import require_in_hand
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff.models import Person


@dataclass(frozen=True, slots=True)
class TransferSheet:
    """What the dialog offers, and what was typed before."""

    contact: Contact
    people: list[Person]
    queues: list[Queue]
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def proofs(self) -> list[tuple[str, str]]:
        """The ways an identity is confirmed."""
        return [(one.value, str(one.label)) for one in IdentityProof]

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """The reasons for a transfer."""
        return [(one.value, str(one.label)) for one in TransferReason]

    @property
    def views(self) -> list[tuple[str, str]]:
        """What the customer may say to it."""
        return [(one.value, str(one.label)) for one in CustomerView]


def transfer_sheet(
    actor: Actor, contact_ref: str, now: datetime, typed: Mapping[str, str] | None = None
) -> TransferSheet:
    """Give the dialog of a contact in hand. Raises NotThere, NotAllowed for another's contact."""
    contact = conversations.contact_for(actor, contact_ref)
    require_in_hand(contact, actor)
    return TransferSheet(
        contact=contact,
        people=routing.receivers_of(actor, contact, now),
        queues=routing.queues_of(contact.institution_id),
        typed=typed or {},
    )

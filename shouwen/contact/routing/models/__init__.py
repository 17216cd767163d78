"""Tables of routing, by subject."""

from shouwen.contact.routing.models.places import (
    OPEN_ENTRY_STATES,
    WAITING_ENTRY_STATES,
    Decision,
    DispatchLock,
    EntryState,
    Offer,
    OfferState,
    QueueEntry,
)
from shouwen.contact.routing.models.queues import (
    OFFER_SECONDS,
    SERVICE_LEVEL_PERCENT,
    SERVICE_LEVEL_SECONDS,
    Hours,
    PersonCapacity,
    Queue,
    QueueDay,
    QueueRule,
    QueueSkill,
    QueueStep,
)
from shouwen.contact.routing.models.spikes import Spike, SpikeEnd
from shouwen.contact.routing.models.transfers import (
    CustomerView,
    IdentityProof,
    Transfer,
    TransferReason,
)

__all__ = [
    "OFFER_SECONDS",
    "OPEN_ENTRY_STATES",
    "SERVICE_LEVEL_PERCENT",
    "SERVICE_LEVEL_SECONDS",
    "WAITING_ENTRY_STATES",
    "CustomerView",
    "Decision",
    "DispatchLock",
    "EntryState",
    "Hours",
    "IdentityProof",
    "Offer",
    "OfferState",
    "PersonCapacity",
    "Queue",
    "QueueDay",
    "QueueEntry",
    "QueueRule",
    "QueueSkill",
    "QueueStep",
    "Spike",
    "SpikeEnd",
    "Transfer",
    "TransferReason",
]

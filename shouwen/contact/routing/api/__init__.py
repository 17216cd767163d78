"""Routing for programs: `/contacts/…/routing`, `/queues`, `/spikes`."""

from shouwen.contact.routing.api.contacts import contacts_router
from shouwen.contact.routing.api.queues import queues_router
from shouwen.contact.routing.api.spikes import spikes_router

__all__ = ["contacts_router", "queues_router", "spikes_router"]

"""A customer who is recognised later is ranked by who they are when the contact waits again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing import rules
from shouwen.contact.routing.actions import preferring
from shouwen.contact.routing.models import OPEN_ENTRY_STATES, Decision, QueueEntry
from shouwen.ground.kernel import wake
from shouwen.people.customers import queries as customers


@transaction.atomic
def rank_anew(contact_id: int, at: datetime) -> bool:
    """Give a contact's place in the queues the points of the customer it turned out to be.

    What it has waited stays with it, and so does its queue. It happens once for a place in the
    queues, and a decision row says what changed; give whether anything did. Serves HB-1.3-06.
    """
    entries = QueueEntry.objects.select_for_update(of=("self",)).select_related("queue")
    entry = entries.filter(contact_id=contact_id, state__in=OPEN_ENTRY_STATES).first()
    if entry is None:
        return False
    customer = Contact.objects.select_related("customer").get(pk=contact_id).customer
    inputs = list(Decision.objects.filter(entry=entry).order_by("pk").values_list("kind", "inputs"))
    if customer is None or any(kind == "RANK" for kind, _inputs in inputs):
        return False
    service = customers.service_of(customer)
    had = next((kept.get("tier_points", 0) for kind, kept in inputs if kind == "QUEUE"), 0)
    own = preferring.own_person(customer, service, at)
    if service.points == had and own.person in (None, entry.preferred_person):
        return False
    entry.priority += service.points - had
    entry.rank_at = rules.rank_at(entry.priority, entry.enqueued_at, entry.queue.ageing_seconds)
    entry.preferred_person = own.person or entry.preferred_person
    entry.save(update_fields=["priority", "rank_at", "preferred_person"])
    Decision.objects.create(
        entry=entry,
        kind="RANK",
        chosen=entry.queue.code,
        inputs={"tier_points": service.points, "had_points": had, "priority": entry.priority}
        | own.inputs,
        decided_at=at,
    )
    transaction.on_commit(wake.route.set)
    return True

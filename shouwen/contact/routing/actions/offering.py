"""Waiting contacts are offered, and offers answered."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.actions import steps
from shouwen.contact.conversations.models import Contact, ContactState
from shouwen.contact.routing import access, events, rules
from shouwen.contact.routing.actions import problems, queueing, snapshots
from shouwen.contact.routing.models import (
    WAITING_ENTRY_STATES,
    Decision,
    DispatchLock,
    EntryState,
    Offer,
    OfferState,
    QueueEntry,
)
from shouwen.ground.kernel import wake
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Institution, Person


def dispatch_all(at: datetime) -> int:
    """Offer what waits in every institution; give the number of offers made."""
    waiting = QueueEntry.objects.filter(state=EntryState.WAITING).order_by()
    institutions = waiting.values_list("institution_id", flat=True).distinct()
    return sum(dispatch(institution_id, at) for institution_id in sorted(institutions))


def dispatch(institution_id: int, at: datetime) -> int:
    """Offer this institution's waiting contacts to free people; give the number of offers made.

    One run at a time: the institution's row is held, and the decision is made again under it.
    Run twice, the second finds nothing left to do.
    """
    # A first look without the lock: most turns find nobody free, and cost no writer's turn.
    if not rules.decide(snapshots.take(institution_id, at)):
        return 0
    with transaction.atomic():
        dispatch_lock(institution_id)
        DispatchLock.objects.filter(institution_id=institution_id).update(dispatched_at=at)
        proposals = rules.decide(snapshots.take(institution_id, at))
        made = sum(make_offer(proposal, at) for proposal in proposals)
        if made:
            code = Institution.objects.values_list("code", flat=True).get(pk=institution_id)
            steps.tell_queues(code)
    return made


def dispatch_lock(institution_id: int) -> None:
    """Hold the right to make offers in this institution until the transaction ends."""
    DispatchLock.objects.get_or_create(institution_id=institution_id)
    DispatchLock.objects.select_for_update().get(institution_id=institution_id)


def make_offer(proposal: rules.Proposal, at: datetime) -> bool:
    """Offer a waiting contact to a person; False when it waits no more.

    Call it while holding `dispatch_lock`, so that nobody is offered two at once.
    """
    taken = QueueEntry.objects.filter(pk=proposal.entry_id, state=EntryState.WAITING)
    if not taken.update(state=EntryState.OFFERED):
        return False
    entry = QueueEntry.objects.select_related("queue").get(pk=proposal.entry_id)
    person = Person.objects.get(pk=proposal.person_id)
    offer = Offer.objects.create(
        entry=entry,
        person=person,
        offered_at=at,
        expires_at=at + timedelta(seconds=entry.queue.offer_seconds),
    )
    Decision.objects.create(
        entry=entry,
        kind="PERSON",
        chosen=person.public_id,
        inputs={"offer": offer.public_id}
        | {
            name: value
            for name, value in asdict(proposal).items()
            if name not in ("entry_id", "person_id")
        },
        decided_at=at,
    )
    announce(
        events.OfferMade(
            institution_id=entry.institution_id,
            occurred_at=at,
            offer_id=offer.pk,
            contact_id=entry.contact_id,
            person_id=person.pk,
            queue_code=entry.queue.code,
        )
    )
    publish(f"person-{person.public_id}")
    return True


def _tell_ended(offer: Offer, state: OfferState, at: datetime) -> None:
    entry = offer.entry
    announce(
        events.OfferEnded(
            institution_id=entry.institution_id,
            occurred_at=at,
            offer_id=offer.pk,
            contact_id=entry.contact_id,
            person_id=offer.person_id,
            queue_code=entry.queue.code,
            state=state.value,
        )
    )
    publish(f"person-{offer.person.public_id}")
    steps.tell_queues(entry.contact.institution.code)
    transaction.on_commit(wake.route.set)


def close_offer(offer: Offer, state: OfferState, at: datetime) -> bool:
    """End an open offer that nobody takes; its contact waits again. False if it had ended."""
    ended = Offer.objects.filter(pk=offer.pk, state=OfferState.OPEN)
    if not ended.update(state=state, ended_at=at):
        return False
    queueing.put_back(offer.entry_id)
    _tell_ended(offer, state, at)
    return True


@transaction.atomic
def accept_offer(offer: Offer, *, actor: Actor, at: datetime) -> Contact:
    """Take the offered contact into one's hands; the first person ever becomes its owner.

    Pressed twice by the same person it gives the same contact. Raises OfferGone when time ran
    out or the contact went elsewhere, NotThere for another's offer. Serves HB-2.1-01.
    """
    access.require_own(actor, offer)
    contact = steps.locked(offer.entry.contact)
    open_still = Offer.objects.filter(pk=offer.pk, state=OfferState.OPEN, expires_at__gt=at)
    if not open_still.update(state=OfferState.ACCEPTED, ended_at=at):
        offer.refresh_from_db(fields=["state"])
        if offer.state == OfferState.ACCEPTED and contact.handler_id == offer.person_id:
            return contact
        raise problems.OfferGone
    if contact.state != ContactState.QUEUED:
        raise problems.OfferGone
    QueueEntry.objects.filter(pk=offer.entry_id).update(state=EntryState.ASSIGNED)
    conversations.assign(contact, offer.person, actor=actor, at=at)
    _tell_ended(offer, OfferState.ACCEPTED, at)
    return contact


@transaction.atomic
def decline_offer(offer: Offer, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Let an offered contact go to somebody else at once; declined twice is declined once.

    Raises OfferGone when it was accepted or ran out before, NotThere for another's offer.
    """
    access.require_own(actor, offer)
    if close_offer(offer, OfferState.DECLINED, at):
        detail = {"contact": offer.entry.contact.public_id, "reason": reason[:60]}
        audit.record(actor, "offer.declined", offer, at=at, detail=detail)
        return
    offer.refresh_from_db(fields=["state"])
    if offer.state != OfferState.DECLINED:
        raise problems.OfferGone


@transaction.atomic
def take(entry: QueueEntry, *, actor: Actor, at: datetime) -> Contact:
    """Pull a waiting contact from the queue by hand, out of turn.

    What is on offer to a colleague only a lead may take. Raises NotWaiting when somebody was
    first, OfferedElsewhere, HandsFull, NotAllowed, NotThere.
    """
    person = access.taker(actor, entry)
    contact = steps.locked(entry.contact)
    entry = QueueEntry.objects.select_related("queue", "contact__institution").get(pk=entry.pk)
    if entry.state == EntryState.ASSIGNED and contact.handler_id == person.pk:
        return contact
    supervises = rights.has_right(actor, "contact.supervise")
    offer = entry.offers.filter(state=OfferState.OPEN).select_related(*OFFER_RELATIONS).first()
    if offer is not None and offer.person_id != person.pk and not supervises:
        raise problems.OfferedElsewhere
    if contact.state != ContactState.QUEUED or entry.state not in (
        EntryState.WAITING,
        EntryState.OFFERED,
    ):
        raise problems.NotWaiting
    own = offer is not None and offer.person_id == person.pk
    seen = snapshots.candidate(entry.institution_id, person.pk, at)
    if seen and not own and not supervises and not rules.free_slots(seen, contact.channel):
        raise problems.HandsFull
    if offer is not None:
        ending = OfferState.ACCEPTED if own else OfferState.WITHDRAWN
        Offer.objects.filter(pk=offer.pk, state=OfferState.OPEN).update(state=ending, ended_at=at)
        _tell_ended(offer, ending, at)
    waiting = QueueEntry.objects.filter(pk=entry.pk, state__in=WAITING_ENTRY_STATES)
    if not waiting.update(state=EntryState.ASSIGNED):
        raise problems.NotWaiting
    conversations.assign(contact, person, actor=actor, at=at)
    return contact


OFFER_RELATIONS = ("person", "entry__queue", "entry__contact__institution")

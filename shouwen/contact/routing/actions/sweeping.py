"""What was left lying comes back: offers nobody answered, contacts whose person has gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from shouwen.contact.conversations.actions import NotInHand
from shouwen.contact.conversations.models import Contact, ContactState
from shouwen.contact.routing.actions import moving, offering, queueing, telling
from shouwen.contact.routing.models import EntryState, Offer, OfferState, QueueEntry
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Institution, PresenceState

# A desk reports every 5 seconds: after two missed reports the connection counts as lost.
LOST_AFTER_SECONDS = 10
MISSED = "missed"
AT_ONCE = 100


def sweep(at: datetime) -> int:
    """Bring back everything that cannot go on by itself; give how much was done."""
    lost = staff.mark_lost(at, LOST_AFTER_SECONDS)
    back = expire_offers(at) + withdraw_offers(at) + return_lost_contacts(at)
    return (
        len(lost)
        + back
        + moving.overflow_late(at)
        + telling.tell_closed(at)
        + telling.tell_spikes(at)
    )


def expire_offers(at: datetime) -> int:
    """End the offers whose time has run out: the contact waits again, the person is on a break.

    The break's reason is `missed`, so that the desk can say 未接听 and the person come back.
    """
    due = Offer.objects.filter(state=OfferState.OPEN, expires_at__lte=at)
    done = 0
    for offer in due.select_related(*offering.OFFER_RELATIONS).order_by("expires_at", "pk")[
        :AT_ONCE
    ]:
        with transaction.atomic():
            if not offering.close_offer(offer, OfferState.EXPIRED, at):
                continue
            done += 1
            actor = Actor.system("routing", offer.entry.institution_id)
            if offer.person.presence.state == PresenceState.READY:
                staff.set_presence(
                    offer.person, PresenceState.BREAK, actor=actor, at=at, reason=MISSED
                )
    return done


def withdraw_offers(at: datetime) -> int:
    """End the offers to people who have gone offline and for contacts that wait no more."""
    gone = Offer.objects.filter(state=OfferState.OPEN).filter(
        Q(person__presence__state=PresenceState.OFFLINE)
        | ~Q(entry__contact__state=ContactState.QUEUED)
    )
    done = 0
    for offer in gone.select_related(*offering.OFFER_RELATIONS).order_by("pk")[:AT_ONCE]:
        with transaction.atomic():
            done += offering.close_offer(offer, OfferState.WITHDRAWN, at)
    return done


def return_lost_contacts(at: datetime) -> int:
    """Return the live contacts of people who are offline to the queue; their owners stay."""
    heard_by = at - timedelta(seconds=LOST_AFTER_SECONDS)
    # Named one by one, so that the index by institution and state leads to the few that are live.
    homes = list(Institution.objects.order_by("pk").values_list("pk", flat=True))
    left = (
        Contact.objects.filter(institution_id__in=homes, state=ContactState.ACTIVE)
        .filter(
            Q(handler__presence__state=PresenceState.OFFLINE)
            | Q(handler__presence__last_seen_at__lt=heard_by)
        )
        .order_by("pk")
    )
    done = 0
    for contact in left[:AT_ONCE]:
        actor = Actor.system("routing", contact.institution_id)
        try:
            queueing.return_to_queue(contact, reason=queueing.CONNECTION_LOST, actor=actor, at=at)
        except NotInHand:
            continue  # it ended or moved on between the look and the lock
        done += 1
    return done


@transaction.atomic
def close_entry(contact_id: int, *, was_abandoned: bool, at: datetime) -> None:
    """End a contact's place in the queues with the contact; closed twice is closed once."""
    for offer in (
        Offer.objects.filter(entry__contact_id=contact_id, state=OfferState.OPEN)
        .select_related(*offering.OFFER_RELATIONS)
        .order_by("pk")
    ):
        offering.close_offer(offer, OfferState.WITHDRAWN, at)
    QueueEntry.objects.filter(contact_id=contact_id, closed_at__isnull=True).update(
        state=EntryState.ABANDONED if was_abandoned else EntryState.DONE, closed_at=at
    )

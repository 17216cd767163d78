"""Customers who wait in a closed or overrun queue are told so, with the choice they have."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.actions import steps
from shouwen.contact.conversations.models import Contact, ContactState
from shouwen.contact.routing import openings, pace, spikes
from shouwen.contact.routing.models import WAITING_ENTRY_STATES, Hours, Queue, QueueEntry, Spike
from shouwen.contact.routing.rules import Opening
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit import words

AT_ONCE = 100


def tell_if_closed(entry: QueueEntry, contact: Contact, *, at: datetime) -> None:
    """Tell the customer of a locked contact, in a line of the conversation, that nobody is there.

    The clocks of waiting then begin when the queue opens. An open queue tells nothing.
    """
    opening = openings.of_one(entry.queue, at)
    if not opening.is_open:
        _tell(entry, contact, opening, at)


def _tell(entry: QueueEntry, contact: Contact, opening: Opening, at: datetime) -> None:
    QueueEntry.objects.filter(pk=entry.pk).update(told_closed_at=at)
    entry.told_closed_at = at
    actor = Actor.system("routing", contact.institution_id)
    if opening.opens_at is not None:
        conversations.promise_later(contact, opens_at=opening.opens_at, actor=actor, at=at)
    told = closed_words(opening, contact.language, at)
    conversations.add_notice(contact, told, key=f"closed:{entry.pk}:{at:%Y%m%d%H%M}", at=at)


def closed_words(opening: Opening, language: str, at: datetime) -> str:
    """Say in this language that a queue is closed, when it opens, and what one can do."""
    with translation.override(language):
        if opening.opens_at is None:
            return _("We are closed now. Leave a message, and we answer you by phone or e-mail.")
        return _(
            "We are closed now and open again %(when)s. Leave a message, and we answer you by "
            "phone or e-mail; or keep your place here until we open."
        ) % {"when": words.moment(opening.opens_at, at)}


def tell_closed(at: datetime) -> int:
    """Tell those who wait in queues that have closed since they were told; give how many."""
    queues = list(Queue.objects.exclude(hours=Hours.ALWAYS).order_by("pk"))
    opened = openings.of(queues, at) if queues else {}
    done = 0
    for queue in queues:
        opening = opened[queue.pk]
        if opening.is_open:
            continue
        untold = Q(told_closed_at__isnull=True)
        if opening.since_at is not None:
            untold |= Q(told_closed_at__lt=opening.since_at)
        waiting = QueueEntry.objects.filter(
            untold, institution_id=queue.institution_id, queue=queue, state__in=WAITING_ENTRY_STATES
        )
        for entry in waiting.select_related("contact").order_by("rank_at", "pk")[:AT_ONCE]:
            entry.queue = queue
            done += _tell_waiting(entry, opening, at)
    return done


def _tell_waiting(entry: QueueEntry, opening: Opening, at: datetime) -> bool:
    with transaction.atomic():
        contact = steps.locked(entry.contact)
        # Somebody may have taken it, or a second process told it, between the look and the lock.
        fresh = QueueEntry.objects.filter(pk=entry.pk, told_closed_at=entry.told_closed_at)
        if contact.state != ContactState.QUEUED or not fresh.exists():
            return False
        _tell(entry, contact, opening, at)
    return True


def tell_spikes(at: datetime) -> int:
    """Tell those who wait in queues in spike mode how long it takes, and what they can do instead.

    Once for each stretch; whoever comes later is told at the next round. Give how many.
    """
    homes = Spike.objects.filter(ended_at__isnull=True).order_by()
    done = 0
    for home in sorted(homes.values_list("institution_id", flat=True).distinct()):
        queues = list(Queue.objects.filter(institution_id=home).order_by("pk"))
        opened, running = openings.of(queues, at), spikes.of(queues, home)
        for queue in queues:
            spike = running.get(queue.pk)
            if spike is not None and opened[queue.pk].is_open:
                done += _tell_of_spike(queue, spike, at)
    return done


def _tell_of_spike(queue: Queue, spike: Spike, at: datetime) -> int:
    waiting = QueueEntry.objects.filter(
        institution_id=queue.institution_id, queue=queue, state__in=WAITING_ENTRY_STATES
    )
    in_order = list(waiting.order_by("rank_at", "pk").values_list("pk", flat=True))
    untold = waiting.filter(Q(told_spike_at__isnull=True) | Q(told_spike_at__lt=spike.began_at))
    done = 0
    for entry in untold.select_related("contact").order_by("rank_at", "pk")[:AT_ONCE]:
        place = in_order.index(entry.pk) + 1 if entry.pk in in_order else 1
        done += _tell_one_of_spike(entry, queue, place, at)
    return done


def _tell_one_of_spike(entry: QueueEntry, queue: Queue, place: int, at: datetime) -> bool:
    with transaction.atomic():
        contact = steps.locked(entry.contact)
        # The row count says whether a second process was first.
        untold = QueueEntry.objects.filter(pk=entry.pk, told_spike_at=entry.told_spike_at)
        if contact.state != ContactState.QUEUED or not untold.update(told_spike_at=at):
            return False
        wait = pace.of(queue, contact.channel, at).wait_seconds(place)
        told = spike_words(place, wait, contact.language)
        conversations.add_notice(contact, told, key=f"spike:{entry.pk}:{at:%Y%m%d%H%M%S}", at=at)
    return True


def spike_words(place: int, wait_seconds: int | None, language: str) -> str:
    """Say in this language that it takes long, and that a message is answered too."""
    with translation.override(language):
        if wait_seconds is None:
            return _(
                "Very many customers are asking us now: you are number %(place)s. You need not "
                "wait: leave a message, and we call you back or write to you; or keep your place."
            ) % {"place": place}
        return _(
            "Very many customers are asking us now: you are number %(place)s, and it takes about "
            "%(minutes)s min. You need not wait: leave a message, and we call you back or write "
            "to you; or keep your place."
        ) % {"place": place, "minutes": max(1, round(wait_seconds / 60))}

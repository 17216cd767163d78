"""Contacts move on from a queue that is too full or too slow."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.actions import steps
from shouwen.contact.conversations.models import Contact, ContactState
from shouwen.contact.routing import rules, spikes
from shouwen.contact.routing.models import Decision, EntryState, Queue, QueueEntry
from shouwen.ground.kernel import wake
from shouwen.ground.kernel.actor import Actor

OVERFLOW = "overflow"
AT_ONCE = 100


def plans_of(institution_id: int) -> dict[str, rules.Overflow]:
    """Give where each queue of the institution overflows to, sooner in spike mode; two queries."""
    found = Queue.objects.filter(institution_id=institution_id, overflow_queue__isnull=False)
    queues = list(found.select_related("overflow_queue").order_by("pk"))
    spiking = spikes.of(queues, institution_id) if queues else {}
    plans = {
        queue.code: rules.Overflow(
            queue.overflow_queue.code, queue.overflow_after_seconds, queue.overflow_above
        )
        for queue in queues
        if queue.overflow_queue
    }
    relieved = {queue.code: spikes.relief_of(queue) for queue in queues if queue.pk in spiking}
    return rules.hastened(plans, relieved)


def ahead_of(institution_id: int) -> dict[str, int]:
    """Count who waits in each queue of the institution; one query."""
    waiting = QueueEntry.objects.filter(institution_id=institution_id, state=EntryState.WAITING)
    counted = waiting.values_list("queue__code").annotate(count=Count("pk"))
    return dict(counted.order_by("queue__code"))


def on_arrival(queue: Queue) -> Queue:
    """Give the queue a new contact really comes into: this one, or where it overflows to."""
    if queue.overflow_queue_id is None:
        return queue
    target = rules.overflows_to(
        plans_of(queue.institution_id),
        queue.code,
        waited_seconds=0.0,
        ahead=ahead_of(queue.institution_id),
    )
    if target is None:
        return queue
    return Queue.objects.get(institution_id=queue.institution_id, code=target)


def overflow_late(at: datetime) -> int:
    """Move on what has waited in one queue for as long as that queue allows; give how many."""
    done = 0
    slow = Queue.objects.filter(overflow_queue__isnull=False, overflow_after_seconds__isnull=False)
    queues = list(slow.order_by("pk"))
    plans = {home: plans_of(home) for home in sorted({queue.institution_id for queue in queues})}
    for queue in queues:
        plan = plans[queue.institution_id].get(queue.code)
        if plan is None:  # it was changed between the two looks
            continue
        since = at - timedelta(seconds=plan.after_seconds or 0)
        late = QueueEntry.objects.filter(
            Q(in_queue_since__lte=since) | Q(in_queue_since__isnull=True, enqueued_at__lte=since),
            institution_id=queue.institution_id,
            queue=queue,
            state=EntryState.WAITING,
            contact__state=ContactState.QUEUED,
        )
        entries = late.select_related("contact").order_by("rank_at", "pk")[:AT_ONCE]
        done += sum(_move_on(entry, queue, at) for entry in entries)
    return done


def _move_on(entry: QueueEntry, queue: Queue, at: datetime) -> bool:
    home = queue.institution_id
    waited = (at - (entry.in_queue_since or entry.enqueued_at)).total_seconds()
    code = rules.overflows_to(
        plans_of(home),
        queue.code,
        waited_seconds=waited,
        ahead=ahead_of(home),
        been=frozenset(entry.been_in),
    )
    if code is None:
        return False
    target = Queue.objects.get(institution_id=home, code=code)
    with transaction.atomic():
        contact = steps.locked(Contact.objects.get(pk=entry.contact_id))
        # The row count says whether it still waited: an offer may have been made meanwhile.
        moved = QueueEntry.objects.filter(pk=entry.pk, state=EntryState.WAITING, queue=queue)
        if contact.state != ContactState.QUEUED or not moved.update(
            queue=target,
            rank_at=rules.rank_at(entry.priority, entry.enqueued_at, target.ageing_seconds),
            in_queue_since=at,
            been_in=[*entry.been_in, queue.code],
        ):
            return False
        actor = Actor.system("routing", home)
        conversations.queue(contact, queue_code=code, actor=actor, at=at)
        Decision.objects.create(
            entry=entry,
            kind="QUEUE",
            chosen=code,
            inputs={
                "reason": OVERFLOW,
                "overflow_from": queue.code,
                "waited_seconds": int(waited),
            },
            decided_at=at,
        )
        transaction.on_commit(wake.route.set)
    return True

"""A contact comes into a queue, and back into it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import access as conversation_access
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.actions import steps
from shouwen.contact.conversations.models import Contact
from shouwen.contact.routing import rules
from shouwen.contact.routing.actions import moving, preferring, telling
from shouwen.contact.routing.models import (
    OPEN_ENTRY_STATES,
    Decision,
    EntryState,
    Queue,
    QueueEntry,
    QueueRule,
)
from shouwen.ground.kernel import wake
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.customers import queries as customers
from shouwen.people.staff.models import Person

CONNECTION_LOST = "connection_lost"
GENERAL = "general"


@transaction.atomic
def enqueue(
    contact: Contact, *, actor: Actor, at: datetime, reason: str = "", priority: int = 0
) -> QueueEntry:
    """Put a contact into the queue its channel, intent, language and tier call for.

    A contact that has a place keeps it. `priority` adds points to the queue's and the
    customer's own. Why this queue stands in a decision row. Raises ContactIsOver, AlreadyTaken.
    Serves HB-2.1-02, CG-3.1-09, OM-1.2-04, OM-3.1.3-02.
    """
    fresh = steps.locked(contact)
    there = open_entry(fresh)
    if there is not None:
        return there
    queue, inputs = _queue_for(fresh)
    first = queue
    queue = moving.on_arrival(queue)
    conversations.queue(fresh, queue_code=queue.code, actor=actor, at=at)
    customer = fresh.customer
    service = customers.service_of(customer)
    own = preferring.own_person(customer, service, at)
    points = queue.priority + priority + service.points
    entry = QueueEntry.objects.create(
        institution_id=fresh.institution_id,
        contact=fresh,
        queue=queue,
        priority=points,
        enqueued_at=at,
        rank_at=rules.rank_at(points, at, queue.ageing_seconds),
        preferred_person=own.person or (_last_person(fresh) if queue.prefers_last_person else None),
        in_queue_since=at,
        been_in=[first.code] if first.pk != queue.pk else [],
    )
    Decision.objects.create(
        entry=entry,
        kind="QUEUE",
        chosen=queue.code,
        inputs={**inputs, "reason": reason, "priority": points}
        | ({"tier_points": service.points} if service.points else {})
        | own.inputs
        | ({"overflow_from": first.code} if first.pk != queue.pk else {}),
        decided_at=at,
    )
    telling.tell_if_closed(entry, fresh, at=at)
    transaction.on_commit(wake.route.set)
    steps.adopt(contact, fresh)
    return entry


def enqueue_by_id(contact_id: int, reason: str, at: datetime) -> None:
    """Queue a contact on behalf of conversations, which knows no queues of its own."""
    contact = Contact.objects.get(pk=contact_id)
    actor = Actor.system("routing", contact.institution_id)
    enqueue(contact, actor=actor, at=at, reason=reason)


def open_entry(contact: Contact) -> QueueEntry | None:
    """Give the contact's open place in the queues, if it has one."""
    return (
        QueueEntry.objects.filter(contact=contact, state__in=OPEN_ENTRY_STATES)
        .select_related("queue", "contact__institution")
        .first()
    )


def _queue_for(contact: Contact) -> tuple[Queue, dict[str, object]]:
    queues = {q.code: q for q in Queue.objects.filter(institution_id=contact.institution_id)}
    if not queues:
        queues[GENERAL] = _general_queue(contact.institution_id)
    default = next((q for q in queues.values() if q.is_default), next(iter(queues.values())))
    table = table_of(contact.institution_id)
    given = given_of(contact)
    code, line = rules.choose_queue(table, default.code, given)
    return queues[code], {**given, "rule": asdict(line) if line else None}


def table_of(institution_id: int) -> list[rules.QueueCondition]:
    """Give the institution's queue table, first line first."""
    lines = QueueRule.objects.filter(institution_id=institution_id).select_related("queue")
    return [
        rules.QueueCondition(
            queue=line.queue.code,
            channel=line.channel,
            intent=line.intent,
            language=line.language,
            tier=line.tier,
            risk=line.risk,
        )
        for line in lines.order_by("position", "pk")
    ]


def given_of(contact: Contact) -> dict[str, str]:
    """Give what the queue table may ask of a contact."""
    customer = contact.customer
    return {
        "channel": contact.channel,
        "intent": contact.intent,
        "language": contact.language,
        "tier": customer.value if customer else "",
        "risk": customer.risk if customer else "",
    }


def _general_queue(institution_id: int) -> Queue:
    """Make the queue of an institution that has set up none: nobody's question is lost."""
    try:
        with transaction.atomic():
            return Queue.objects.create(
                institution_id=institution_id,
                code=GENERAL,
                name_zh="综合服务",
                name_en="General service",
                is_default=True,
            )
    except IntegrityError:
        return Queue.objects.get(institution_id=institution_id, code=GENERAL)


def _last_person(contact: Contact) -> Person | None:
    """Give who served this customer or visitor last."""
    earlier = Contact.objects.filter(institution_id=contact.institution_id, handler__isnull=False)
    if contact.customer_id is not None:
        earlier = earlier.filter(customer_id=contact.customer_id)
    elif contact.visitor_ref:
        earlier = earlier.filter(visitor_ref=contact.visitor_ref)
    else:
        return None
    last = earlier.exclude(pk=contact.pk).select_related("handler").order_by("-pk").first()
    return last.handler if last else None


@transaction.atomic
def return_to_queue(
    contact: Contact,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    queue: Queue | None = None,
    preferred: Person | None = None,
) -> QueueEntry:
    """Let a contact that somebody has in hand wait again, at its old rank; its owner stays.

    `preferred` is offered it first. `queue` moves it to another queue of the institution.
    `reason` is a word such as `connection_lost`. Raises NotInHand, NotAllowed for another's
    contact, NotThere. Serves HB-1.2-03, OM-2.3-02, OM-2.3-05.
    """
    fresh = steps.locked(contact)
    handler = fresh.handler
    conversation_access.require_speaker(actor, fresh, handler.public_id if handler else "")
    if queue is not None and queue.institution_id != fresh.institution_id:
        raise NotThere
    lost = reason == CONNECTION_LOST
    # Whoever gave it back is left in peace with it; whoever lost the line gets it first.
    entry = wait_again(
        fresh,
        reason=reason,
        queue=queue,
        returned_by=None if lost else handler,
        preferred=handler if lost else preferred,
        actor=actor,
        at=at,
    )
    words = (
        _("The connection to %(name)s was lost. The next free colleague carries on.")
        if lost
        else _("%(name)s has passed this conversation on. The next free colleague carries on.")
    )
    conversations.add_notice(
        fresh,
        steps.in_language_of(fresh, words) % {"name": handler.name if handler else ""},
        key=f"return:{entry.pk}:{entry.returns}",
        at=at,
    )
    steps.adopt(contact, fresh)
    return entry


def wait_again(
    fresh: Contact,
    *,
    reason: str,
    queue: Queue | None,
    returned_by: Person | None,
    preferred: Person | None,
    actor: Actor,
    at: datetime,
) -> QueueEntry:
    """Take a locked contact out of its handler's hands and let it wait at its old rank.

    It waits where it waited before unless `queue` says otherwise. Raises NotInHand.
    """
    entry = open_entry(fresh)
    target = queue or (entry.queue if entry else _queue_for(fresh)[0])
    conversations.release(fresh, reason=reason, queue_code=target.code, actor=actor, at=at)
    if entry is None:
        entry = QueueEntry(institution_id=fresh.institution_id, contact=fresh, priority=0)
        entry.enqueued_at = at
        entry.rank_at = rules.rank_at(target.priority, at, target.ageing_seconds)
        entry.priority = target.priority
    if entry.queue_id != target.pk:
        entry.rank_at = rules.rank_at(entry.priority, entry.enqueued_at, target.ageing_seconds)
        entry.in_queue_since, entry.been_in = at, []
    entry.queue = target
    entry.state = EntryState.WAITING
    entry.returns += 1
    entry.returned_by, entry.preferred_person = returned_by, preferred
    entry.returned_at, entry.return_reason = at, reason[:60]
    entry.save()
    Decision.objects.create(
        entry=entry,
        kind="QUEUE",
        chosen=target.code,
        inputs={"reason": reason[:60], "returns": entry.returns},
        decided_at=at,
    )
    transaction.on_commit(wake.route.set)
    return entry


def put_back(entry_id: int) -> bool:
    """Let an entry whose offer came to nothing wait again; False if it moved on meanwhile."""
    return bool(
        QueueEntry.objects.filter(pk=entry_id, state=EntryState.OFFERED).update(
            state=EntryState.WAITING, returns=F("returns") + 1
        )
    )

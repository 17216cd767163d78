"""The floor as a lead sees it: every conversation that goes on or waits, and who has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import Contact, ContactState, TakeOverReason
from shouwen.contact.conversations.rules import talking
from shouwen.contact.routing.models import Queue
from shouwen.front.desk.queries import naming
from shouwen.front.desk.queries.targets import reply_target
from shouwen.front.desk.queries.wants import wants_of
from shouwen.front.desk.rules.waiting import Wait, wait_of, waits_since
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.kit.words import Words
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Institution, Person
from shouwen.service.cases.models import Case

PAGE_ROWS = 50
LIVE, WAITING = "live", "waiting"
VIEWS: dict[str, tuple[Words, ContactState]] = {
    LIVE: (pgettext_lazy("floor", "In conversation"), ContactState.ACTIVE),
    WAITING: (pgettext_lazy("floor", "Waiting"), ContactState.QUEUED),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is asked for; `person` and `after` are public ids, empty for all."""

    view: str = LIVE
    person: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class FloorRow:
    """One conversation on the floor."""

    ref: str
    name: str
    tag: str
    want: str
    icon: str
    channel: str
    queue: str
    handler: str
    since: datetime | None
    wait: Wait | None
    has_case: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Floor:
    """A page of the floor, the longest first; `next` is the cursor of those that follow."""

    institution: Institution
    rows: list[FloorRow]
    next: str
    counts: dict[str, int]
    person: Person | None


@dataclass(frozen=True, slots=True)
class SupervisedContact:
    """What the dialogs of a lead show: the contact, and who has it now."""

    contact: Contact
    handler: Person | None
    reasons: list[tuple[str, str]]


def _of(actor: Actor, view: str) -> QuerySet[Contact]:
    return conversations.contacts_of(actor).filter(state=VIEWS[view][1])


def running(actor: Actor, person: Person, asked: Asked, now: datetime) -> Floor:
    """Give a page of what goes on or waits within reach; the number of queries does not grow.

    Needs `contact.supervise`. Raises NotAllowed, NotThere for a person or cursor out of reach.
    """
    rights.require(actor, "contact.supervise")
    view = asked.view if asked.view in VIEWS else LIVE
    counts = {name: _of(actor, name).order_by().count() for name in VIEWS}
    found = _of(actor, view).order_by("pk")
    chosen = _person(person.institution_id, asked.person)
    if chosen is not None:
        found = found.filter(handler=chosen)
    if asked.after:
        found = found.filter(pk__gt=_cursor(actor, asked.after))
    contacts = list(found.select_related("handler__unit", "customer")[: PAGE_ROWS + 1])
    shown = contacts[:PAGE_ROWS]
    return Floor(
        institution=person.institution,
        rows=_rows(person, shown, now),
        next=shown[-1].public_id if len(contacts) > PAGE_ROWS else "",
        counts=counts,
        person=chosen,
    )


def _person(institution_id: int, ref: str) -> Person | None:
    if not ref:
        return None
    people = Person.objects.filter(institution_id=institution_id, public_id=ref)
    found = people.first() if ref.isprintable() else None
    if found is None:
        raise NotThere
    return found


def _cursor(actor: Actor, ref: str) -> int:
    found = conversations.contacts_of(actor).filter(public_id=ref) if _is_id(ref) else None
    at = found.values_list("pk", flat=True).first() if found is not None else None
    if at is None:
        raise NotThere
    return at


def _is_id(ref: str) -> bool:
    return talking.CONTACT_ID.match(ref) is not None


def _rows(person: Person, contacts: list[Contact], now: datetime) -> list[FloorRow]:
    wants = wants_of(contacts)
    target = reply_target(person.institution_id, "chat", now)
    queues = {q.code: q.name for q in Queue.objects.filter(institution=person.institution_id)}
    with_case = set(
        Case.objects.filter(contact__in=contacts)
        .order_by("pk")
        .values_list("contact_id", flat=True)
    )
    rows = []
    for contact in contacts:
        since = waits_since(contact.last_customer_message_at, contact.last_staff_message_at)
        handler = contact.handler
        rows.append(
            FloorRow(
                ref=contact.public_id,
                name=naming.name_of(contact),
                tag=naming.tier_of(contact),
                want=wants.get(contact.pk, ""),
                icon=naming.icon_of(contact),
                channel=naming.channel_of(contact),
                queue=queues.get(contact.queue_code, contact.queue_code),
                handler=handler.name if handler else "",
                since=contact.answered_at if handler else contact.queued_at,
                wait=wait_of(since, target, now) if handler else None,
                has_case=contact.pk in with_case,
                is_mine=handler is not None and handler.pk == person.pk,
            )
        )
    return rows


def chosen(actor: Actor, person: Person, refs: Sequence[str], now: datetime) -> list[FloorRow]:
    """Give the rows of these contacts within reach, at most a page; needs `contact.supervise`."""
    rights.require(actor, "contact.supervise")
    known = [ref for ref in dict.fromkeys(refs) if _is_id(ref)][:PAGE_ROWS]
    found = conversations.contacts_of(actor).filter(public_id__in=known)
    return _rows(person, list(found.order_by("pk")), now)


def supervised(actor: Actor, public_id: str) -> SupervisedContact:
    """Give what a lead's dialog shows of a contact. Raises NotAllowed, NotThere."""
    rights.require(actor, "contact.supervise")
    contact = conversations.contact_for(actor, public_id)
    reasons = [(value, str(label)) for value, label in TakeOverReason.choices]
    return SupervisedContact(contact, contact.handler, reasons)

"""The conversations a person has in hand: what changes on the desk with every line that is said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import Contact, ContactState
from shouwen.contact.routing.models import PersonCapacity
from shouwen.contact.routing.rules import DEFAULT_CAPACITY
from shouwen.front.desk.queries import naming
from shouwen.front.desk.queries.wants import wants_of
from shouwen.front.desk.rules.waiting import ReplyTarget, Wait, wait_of, waits_since
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.prepared import Prepared
from shouwen.people.staff.models import Person


@dataclass(frozen=True, slots=True)
class Row:
    """One contact in a list; `key` is the letter that leads to it from the one that is open."""

    ref: str
    name: str
    tag: str
    want: str
    icon: str
    unread: int = 0
    wait: Wait | None = None
    since: datetime | None = None
    ended_at: datetime | None = None
    words: str = ""
    is_on: bool = False
    may_take: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Mine:
    """What a person has in hand, and how much of what may be."""

    rows: list[Row]
    active_count: int
    limit: int


def _most_of(person: int) -> QuerySet[PersonCapacity, int | None]:
    found = PersonCapacity.objects.filter(person=person, channel="chat").order_by("pk")
    return found.values_list("most", flat=True)[:1]


_most = Prepared(_most_of, person=int)


def mine_of(actor: Actor, person: Person, *, on: str, now: datetime, target: ReplyTarget) -> Mine:
    """Give what is in hand; `on` is the public id of the open contact. Queries do not grow."""
    return mine_among(conversations.contacts_in_hand(actor), person, on=on, now=now, target=target)


def mine_among(
    contacts: list[Contact], person: Person, *, on: str, now: datetime, target: ReplyTarget
) -> Mine:
    """The same of contacts in hand that were read already."""
    return Mine(
        rows=with_keys(_open_rows(contacts, on, now, target)),
        active_count=sum(contact.state == ContactState.ACTIVE for contact in contacts),
        limit=_limit(person),
    )


def _open_rows(contacts: list[Contact], on: str, now: datetime, target: ReplyTarget) -> list[Row]:
    """Sort by promise: who waits longest for a reply first, then whoever was answered last."""
    rows = []
    wants, unread = wants_of(contacts), conversations.unread_in(contacts)
    for contact in contacts:
        since = waits_since(contact.last_customer_message_at, contact.last_staff_message_at)
        wraps_up = contact.state == ContactState.WRAP_UP
        rows.append(
            Row(
                ref=contact.public_id,
                name=naming.name_of(contact),
                tag=_("Wrap-up") if wraps_up else naming.tier_of(contact),
                want=wants.get(contact.pk, ""),
                icon=naming.icon_of(contact),
                unread=0 if contact.public_id == on else unread[contact.pk],
                wait=None if wraps_up else wait_of(since, target, now),
                since=contact.ended_at if wraps_up else contact.last_staff_message_at,
                words=_("To finish") if wraps_up else _("Replied"),
                is_on=contact.public_id == on,
            )
        )
    return sorted(rows, key=lambda row: (row.wait is None, row.wait and row.wait.since, row.ref))


def with_keys(rows: list[Row]) -> list[Row]:
    """Mark the rows that J and K lead to: the ones beside the open one, or the first."""
    at = next((place for place, row in enumerate(rows) if row.is_on), None)
    keys = {0: "j"} if at is None else {at + 1: "j", at - 1: "k"}
    return [replace(row, key=keys.get(place, "")) for place, row in enumerate(rows)]


def _limit(person: Person) -> int:
    most = _most.first(person=person.pk)
    return DEFAULT_CAPACITY["chat"] if most is None else most

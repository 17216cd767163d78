"""Callbacks as those who call see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Prefetch, Q, QuerySet

from shouwen.assurance.satisfaction import access
from shouwen.assurance.satisfaction.models import Callback, CallState
from shouwen.assurance.satisfaction.rules.calling import RECORDED, CallAct, may_follow
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import ContactPoint, PointKind, Purpose, Way
from shouwen.people.staff import access as rights
from shouwen.people.staff.models import Person
from shouwen.people.staff.ports import AT_ONCE, OpenItem

ROWS = 30
MOST_PAGES = 300


class CallView(StrEnum):
    """The lists of callbacks."""

    DUE = "due"
    MINE = "mine"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class CallRow:
    """One callback with the customer's number and what this person may do."""

    callback: Callback
    phone: ContactPoint | None
    acts: frozenset[CallAct]
    is_late: bool
    is_unwanted: bool


@dataclass(frozen=True, slots=True)
class CallPage:
    """Some callbacks; numbers of the pages before and after, 0 for none."""

    rows: list[CallRow]
    newer: int
    older: int


def callbacks_of(actor: Actor) -> QuerySet[Callback]:
    """Give the callbacks of the actor's units and of no unit; needs `case.read`."""
    rights.require(actor, "case.read")
    found = Callback.objects.filter(institution_id=actor.institution_id or 0)
    if not actor.all_units:
        found = found.filter(Q(unit_id__in=actor.unit_ids) | Q(unit_id__isnull=True))
    phones = ContactPoint.objects.filter(kind=PointKind.PHONE, is_primary=True).order_by("pk")
    return found.select_related("case__customer", "unit", "caller").prefetch_related(
        Prefetch("case__customer__points", queryset=phones, to_attr="primary_phones")
    )


def callbacks(actor: Actor, view: CallView, number: int, *, now: datetime) -> CallPage:
    """Give page `number` of a list: what is due soonest first, what is recorded newest first."""
    found = callbacks_of(actor)
    match view:
        case CallView.DUE:
            # While a case is worked again there is nothing to call about.
            found = found.exclude(state=CallState.SCHEDULED, case__is_open=True)
            found = found.exclude(state=CallState.RECORDED).order_by("due_at", "pk")
        case CallView.MINE:
            mine = found.filter(caller__public_id__in=(actor.ref, *actor.stands_in_for))
            found = mine.exclude(state=CallState.RECORDED).order_by("due_at", "pk")
        case CallView.RECORDED:
            found = found.filter(state=CallState.RECORDED).order_by("-recorded_at", "-pk")
    number = max(1, min(number, MOST_PAGES))
    rows = list(found[(number - 1) * ROWS : number * ROWS + 1])
    refused = _refusing(rows)
    return CallPage(
        [_row(actor, row, now, row.case.customer_id in refused) for row in rows[:ROWS]],
        newer=number - 1,
        older=number + 1 if len(rows) > ROWS and number < MOST_PAGES else 0,
    )


def _refusing(rows: list[Callback]) -> frozenset[int]:
    """Give the customers among these who refuse callbacks; what is on record asks no more."""
    waiting = [row for row in rows if row.state != CallState.RECORDED]
    ids = {row.case.customer_id for row in waiting if row.case.customer_id is not None}
    return frozenset(customers.unwanted(ids, Purpose.CALLBACK, Way.PHONE)) if ids else frozenset()


def _row(actor: Actor, callback: Callback, now: datetime, is_unwanted: bool) -> CallRow:
    customer = callback.case.customer
    phones: list[ContactPoint] = getattr(customer, "primary_phones", [])
    own = access.may_go_on(actor, callback)
    acts = frozenset(
        act
        for act in CallAct
        if may_follow(act, callback.state)
        and access.may_call(actor, callback)
        and (own or act in (CallAct.START, CallAct.WAIVE))
        and act is not (CallAct.START if is_unwanted else CallAct.WAIVE)
    )
    is_late = callback.state != CallState.RECORDED and callback.due_at < now
    return CallRow(callback, phones[0] if phones else None, acts, is_late, is_unwanted)


def callback_for(actor: Actor, public_id: str) -> Callback:
    """Give one callback within reach. Raises NotThere, for one out of reach too."""
    found = callbacks_of(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotThere
    return found


def open_calls_of(person: Person) -> list[OpenItem]:
    """Give the callbacks a person has begun and not put on record, the soonest due first."""
    found = Callback.objects.filter(caller=person).exclude(state=RECORDED)
    ordered = found.select_related("case").order_by("due_at", "pk")[:AT_ONCE]
    return [
        OpenItem(call.public_id, call.case.number, call.case.title, call.due_at) for call in ordered
    ]

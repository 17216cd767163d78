"""Customers' files: masked, within reach, with a purpose, on the trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.vault import actions as quotas
from shouwen.ground.vault import audit, blind
from shouwen.ground.vault import queries as trail
from shouwen.people.customers import access, rules
from shouwen.people.customers.models import ContactPoint, Customer, CustomerNote, PointKind
from shouwen.people.staff import access as rights
from shouwen.people.staff import queries as staff

PAGE_ROWS = 50
SEARCH_CHARACTERS = 100
RECENT_ROWS = 8
FOUND_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """One page of a list; `next_cursor` is empty on the last one."""

    customers: list[Customer]
    next_cursor: str


def _within_reach(actor: Actor) -> QuerySet[Customer]:
    customers = Customer.objects.select_related("institution")
    if actor.institution_id is not None:
        customers = customers.filter(institution_id=actor.institution_id)
    elif not actor.is_system:
        customers = customers.none()
    if actor.kind is ActorKind.CUSTOMER:
        customers = customers.filter(public_id=actor.ref)
    return customers


def askable(public_id: str) -> str:
    """Give the id as it may be put to a database; PostgreSQL refuses a NUL. Raises NotThere."""
    if not public_id.isprintable():
        raise NotThere
    return public_id


def surviving(customers: Iterable[Customer]) -> list[Customer]:
    """Give the files that go on for these, each once; most were never merged."""
    found = list(customers)
    while any(each.merged_into_id for each in found):
        ids = [each.merged_into_id for each in found if each.merged_into_id]
        rows = Customer.objects.select_related("institution").in_bulk(ids)
        found = [rows.get(each.merged_into_id or 0, each) for each in found]
    return list(dict.fromkeys(found))


def one_for(actor: Actor, public_id: str) -> Customer:
    """Give the file of this id, or the one that goes on for it. Raises NotThere."""
    customer = _within_reach(actor).filter(public_id=askable(public_id)).first()
    if customer is None:
        raise NotThere
    return surviving([customer])[0]


def _spend_look(actor: Actor, ref: str, act: str, at: datetime, purpose: str) -> None:
    """Count what a person looks up, however they come in. Raises LookQuotaSpent."""
    if not actor.is_person:
        return

    def most() -> int:
        return staff.limits_of(actor.institution_id or 0)["customer-looks"]

    quotas.spend_look(actor, ref, most, act=act, purpose=purpose, at=at)


def customer_for(
    actor: Actor, public_id: str, at: datetime, purpose: str = "", *, in_hand: bool = False
) -> Customer:
    """Give one customer, for a purpose that goes on the trail.

    `purpose` names the live contact or case (`contact cont_…`) or says why; the actor's own
    purpose counts too. Opening the customer of what one has `in_hand` does not count among the
    looks of an hour. Raises NotAllowed, PurposeMissing, LookQuotaSpent, NotThere, also for another
    institution's.
    """
    stated = access.require_reading(actor, purpose)
    customer = one_for(actor, public_id)
    if not in_hand:
        _spend_look(actor, customer.public_id, "customer.viewed", at, stated)
    with transaction.atomic():
        audit.record(actor, "customer.viewed", customer, at=at, purpose=stated)
    return customer


def _searched(
    actor: Actor, found: QuerySet[Customer], by: str, at: datetime, purpose: str
) -> list[Customer]:
    """Run a look-up and put it on the trail, with what was looked by but not for what value.

    Raises LookQuotaSpent.
    """
    _spend_look(actor, "", "customer.searched", at, purpose)
    return _found(actor, found, by, at, purpose)


@transaction.atomic
def _found(
    actor: Actor, found: QuerySet[Customer], by: str, at: datetime, purpose: str
) -> list[Customer]:
    customers = surviving(found.distinct().order_by("pk")[:FOUND_AT_MOST])
    audit.record(
        actor,
        "customer.searched",
        None,
        at=at,
        fields=(by,),
        purpose=purpose,
        detail={"found": len(customers)},
    )
    return customers


def _by_phone(actor: Actor, phone: str) -> QuerySet[Customer]:
    return _within_reach(actor).filter(
        points__kind=PointKind.PHONE, points__value_blind=blind.index("phone", phone)
    )


def _by_id_number(actor: Actor, id_number: str) -> QuerySet[Customer]:
    return _within_reach(actor).filter(id_blind=blind.index("id_number", id_number))


def _by_name(actor: Actor, name: str) -> QuerySet[Customer]:
    return _within_reach(actor).filter(name_blind=blind.index("name", name))


def _by_number(actor: Actor, number: str) -> QuerySet[Customer]:
    number = number.strip().upper()
    found = _within_reach(actor).filter(number=number)
    return found if rules.CUSTOMER_NUMBER.fullmatch(number) else found.none()


def find_by_phone(actor: Actor, phone: str, at: datetime, purpose: str = "") -> list[Customer]:
    """Find customers by a phone number in any spelling.

    Raises NotAllowed, PurposeMissing, LookQuotaSpent.
    """
    stated = access.require_reading(actor, purpose)
    return _searched(actor, _by_phone(actor, phone), "phone", at, stated)


def find_by_id_number(
    actor: Actor, id_number: str, at: datetime, purpose: str = ""
) -> list[Customer]:
    """Find a customer by identity number or credit code.

    Raises NotAllowed, PurposeMissing, LookQuotaSpent.
    """
    stated = access.require_reading(actor, purpose)
    return _searched(actor, _by_id_number(actor, id_number), "id_number", at, stated)


def find_by_name(actor: Actor, name: str, at: datetime, purpose: str = "") -> list[Customer]:
    """Find customers by their whole name. Raises NotAllowed, PurposeMissing, LookQuotaSpent."""
    stated = access.require_reading(actor, purpose)
    return _searched(actor, _by_name(actor, name), "name", at, stated)


def find_by_number(actor: Actor, number: str, at: datetime, purpose: str = "") -> list[Customer]:
    """Find a customer by the number `C000123`.

    Raises NotAllowed, PurposeMissing, LookQuotaSpent.
    """
    stated = access.require_reading(actor, purpose)
    return _searched(actor, _by_number(actor, number), "number", at, stated)


def _by_anything(actor: Actor, text: str) -> tuple[QuerySet[Customer], str]:
    text = " ".join(text.split())[:SEARCH_CHARACTERS]
    if not text:
        raise Invalid(fields={"q": _("Enter a number or a whole name.")})
    if rules.CUSTOMER_NUMBER.fullmatch(text.upper()):
        return _by_number(actor, text), "number"
    if rules.IDENTITY.fullmatch(text.upper()):
        return _by_id_number(actor, text), "id_number"
    if rules.DIALLED.fullmatch(text):
        return _by_phone(actor, text), "phone"
    return _by_name(actor, text), "name"


def find(actor: Actor, text: str, at: datetime, purpose: str = "") -> list[Customer]:
    """Find customers by whatever was typed: number, identity number, phone, or whole name.

    Raises NotAllowed, PurposeMissing, LookQuotaSpent, Invalid for nothing at all.
    """
    stated = access.require_reading(actor, purpose)
    found, by = _by_anything(actor, text)
    return _searched(actor, found, by, at, stated)


def find_for_table(actor: Actor, text: str, at: datetime, purpose: str) -> list[Customer]:
    """Find the customer of one line of a table that is brought in, which has a measure of its own.

    No look of an hour; on the trail as `find` is. Raises what `find` raises but for the quota.
    """
    stated = access.require_reading(actor, purpose)
    found, by = _by_anything(actor, text)
    return _found(actor, found, by, at, stated)


def again(actor: Actor, public_ids: Sequence[str]) -> list[Customer]:
    """Give files that were opened before, in this order; showing that they were opens none.

    Nothing for who may not look customers up.
    """
    if not rights.has_right(actor, "customer.read"):
        return []
    rows = _within_reach(actor).filter(public_id__in=public_ids)
    found = {row.public_id: row for row in rows}
    return [found[ref] for ref in public_ids if ref in found]


def recent_of(actor: Actor) -> list[Customer]:
    """Give the files the actor opened last, newest first. Raises NotAllowed."""
    access.require_right(actor)
    seen = [ref for kind, ref in trail.looked_at(actor) if kind == Customer._meta.label_lower]
    return again(actor, seen[:RECENT_ROWS])


@transaction.atomic
def page_of(
    actor: Actor, at: datetime, *, cursor: str = "", limit: int = PAGE_ROWS, purpose: str = ""
) -> CustomerPage:
    """Give one page of customers in the order they were registered; on the trail as one act.

    `cursor` is the `next_cursor` of the page before. Raises NotAllowed, PurposeMissing, Invalid
    for a cursor that is not one.
    """
    stated = access.require_reading(actor, purpose)
    customers = _within_reach(actor).filter(merged_into__isnull=True)
    if cursor:
        if not rules.CUSTOMER_ID.fullmatch(cursor):
            raise Invalid(fields={"cursor": access.BEGIN_AGAIN})
        last = customers.filter(public_id=cursor).values_list("pk", flat=True).first()
        if last is None:
            raise Invalid(fields={"cursor": access.BEGIN_AGAIN})
        customers = customers.filter(pk__gt=last)
    rows = list(customers.prefetch_related("points").order_by("pk")[: limit + 1])
    page = rows[:limit]
    audit.record(actor, "customer.listed", None, at=at, purpose=stated, detail={"shown": len(page)})
    return CustomerPage(page, page[-1].public_id if len(rows) > limit else "")


def customer_to_reveal(actor: Actor, public_id: str) -> Customer:
    """Give a customer for opening one masked value, which is recorded there with its reason.

    Raises NotAllowed, NotThere.
    """
    access.require_right(actor)
    customer = _within_reach(actor).filter(public_id=askable(public_id)).first()
    if customer is None:
        raise NotThere
    return customer


def customer_to_change(actor: Actor, public_id: str) -> Customer:
    """Give a customer for an act on the file, which is on the trail by itself.

    Raises NotAllowed, NotThere.
    """
    rights.require(actor, "customer.edit")
    return one_for(actor, public_id)


def point_to_reveal(actor: Actor, public_id: str) -> ContactPoint:
    """Give a contact point for opening its value. Raises NotAllowed, NotThere."""
    access.require_right(actor)
    point = (
        ContactPoint.objects.filter(public_id=askable(public_id), customer__in=_within_reach(actor))
        .select_related("customer")
        .first()
    )
    if point is None:
        raise NotThere
    return point


def note_to_reveal(actor: Actor, public_id: str) -> CustomerNote:
    """Give a remark for opening its text. Raises NotAllowed, NotThere."""
    access.require_right(actor)
    note = (
        CustomerNote.objects.filter(public_id=askable(public_id), customer__in=_within_reach(actor))
        .select_related("customer")
        .first()
    )
    if note is None:
        raise NotThere
    return note


def points_of(customer: Customer) -> list[ContactPoint]:
    """List the ways to reach a customer, the first to try of each kind leading."""
    return list(customer.points.select_related("customer").order_by("kind", "-is_primary", "pk"))


def notes_of(actor: Actor, customer: Customer, limit: int = PAGE_ROWS) -> list[CustomerNote]:
    """List the remarks in a customer's file, newest first. Raises NotThere."""
    if not access.may_see(actor, customer.institution_id, customer.public_id):
        raise NotThere
    notes = CustomerNote.objects.filter(customer=customer).select_related("customer")
    return list(notes.order_by("-written_at", "-pk")[:limit])

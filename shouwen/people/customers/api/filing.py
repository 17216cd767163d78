"""Customers for programs: masked, by cursor, with strict schemas.

`/customers` and below. Looking up by a phone or identity number is a POST, since addresses are
kept in logs and must hold nothing personal.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Field, Header, Query, Router, Schema, Status

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.people.customers import actions, queries, rules
from shouwen.people.customers.models import ContactPoint, Customer
from shouwen.people.staff.models import Institution

router = Router(tags=["customers"])

PAGE_LIMIT = 100


class CustomerIn(Strict):
    """A customer to register."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    kind: Literal["INDIVIDUAL", "ENTERPRISE", "INSTITUTION"] = "INDIVIDUAL"
    phone: Annotated[str, Field(max_length=40)] = ""
    id_number: Annotated[str, Field(max_length=18)] = ""
    risk: Literal["HIGH", "MIDDLE", "LOW"] = "LOW"
    value: Literal["HIGH_NET_WORTH", "ORDINARY", "POTENTIAL"] = "ORDINARY"
    language: Literal["zh-hans", "en"] = "zh-hans"


class SearchIn(Strict):
    """What to look a customer up by: exactly one of the two."""

    phone: Annotated[str, Field(max_length=40)] = ""
    id_number: Annotated[str, Field(max_length=18)] = ""


class PageIn(Strict):
    """Which page of the list."""

    cursor: Annotated[str, Field(pattern=rf"^({rules.CUSTOMER_ID.pattern})?$")] = ""
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = queries.PAGE_ROWS


class ContactPointOut(Schema):
    """One way to reach a customer, masked."""

    id: str
    kind: str
    value: str
    is_primary: bool


class CustomerOut(Schema):
    """A customer as programs see them: names and numbers masked."""

    id: str
    number: str
    kind: str
    name: str
    id_number: str | None
    risk: str
    value: str
    language: str
    created_at: datetime
    contact_points: list[ContactPointOut]


class CustomerListOut(Schema):
    """One page; `next_cursor` is null on the last one."""

    items: list[CustomerOut]
    next_cursor: str | None


def _point(point: ContactPoint, customer: Customer) -> ContactPointOut:
    # The row is sealed with its customer's key; the customer is at hand.
    point.customer = customer
    return ContactPointOut(
        id=point.public_id, kind=point.kind, value=point.masked_value, is_primary=point.is_primary
    )


def shown(customer: Customer) -> CustomerOut:
    """Give a customer as programs may see them."""
    points = sorted(customer.points.all(), key=lambda p: (p.kind, not p.is_primary, p.pk))
    return CustomerOut(
        id=customer.public_id,
        number=customer.number,
        kind=customer.kind,
        name=customer.name.masked,
        id_number=customer.id_number.masked if customer.id_number else None,
        risk=customer.risk,
        value=customer.value,
        language=customer.language,
        created_at=customer.created_at,
        contact_points=[_point(point, customer) for point in points],
    )


def with_purpose(actor: Actor) -> Actor:
    """A key's purpose is the program it was made for; a person must bring their own."""
    return actor.for_purpose(f"api: {actor.name}") if not actor.is_person else actor


@router.get("", response={200: CustomerListOut, **PROBLEMS}, summary="List customers")
def list_customers(
    request: ApiRequest, page: Annotated[PageIn, Query()], purpose: Annotated[str, Header()] = ""
) -> CustomerListOut:
    """Give the institution's customers in the order they were registered."""
    found = queries.page_of(
        with_purpose(request.actor),
        time.now(),
        cursor=page.cursor,
        limit=page.limit,
        purpose=purpose,
    )
    return CustomerListOut(
        items=[shown(customer) for customer in found.customers],
        next_cursor=found.next_cursor or None,
    )


@router.post("", response={201: CustomerOut, **PROBLEMS}, summary="Register a customer")
def register_customer(
    request: ApiRequest,
    body: CustomerIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key")],
) -> Status[CustomerOut]:
    """Open a customer's file; the same key with the same body gives the same customer."""
    at, actor = time.now(), request.actor
    if actor.institution_id is None:
        raise NotAllowed
    scope = f"api:customer.register:{actor.ref}"
    with idempotency.once(scope, idempotency_key, body.model_dump(), at=at) as slot:
        if slot.reference:
            customer = Customer.objects.get(
                institution_id=actor.institution_id, public_id=slot.reference
            )
        else:
            institution = Institution.objects.get(pk=actor.institution_id)
            customer = actions.register_customer(
                institution, actor=actor, at=at, **body.model_dump()
            )
            slot.finish(customer.public_id)
    return Status(201, shown(customer))


@router.post("/search", response={200: CustomerListOut, **PROBLEMS}, summary="Look a customer up")
def search_customers(
    request: ApiRequest, body: SearchIn, purpose: Annotated[str, Header()] = ""
) -> CustomerListOut:
    """Find customers by a phone or identity number; the trail holds that, not the number."""
    if bool(body.phone) == bool(body.id_number):
        raise Invalid(fields={"phone": _("Send either a phone number or an identity number.")})
    actor, at = with_purpose(request.actor), time.now()
    if body.phone:
        found = queries.find_by_phone(actor, body.phone, at, purpose)
    else:
        found = queries.find_by_id_number(actor, body.id_number, at, purpose)
    return CustomerListOut(items=[shown(customer) for customer in found], next_cursor=None)


@router.get("/{public_id}", response={200: CustomerOut, **PROBLEMS}, summary="Read a customer")
def read_customer(
    request: ApiRequest, public_id: str, purpose: Annotated[str, Header()] = ""
) -> CustomerOut:
    """Give one customer, masked; the reading goes on the trail."""
    actor = with_purpose(request.actor)
    return shown(queries.customer_for(actor, public_id, time.now(), purpose))

"""Filing and reading complaints by program."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.api import PROBLEMS, ApiRequest
from shouwen.people.customers.models import Customer
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import queries as cases
from shouwen.service.cases.api.repeating import Key, once
from shouwen.service.complaints import access, actions, queries
from shouwen.service.complaints.actions import Statement
from shouwen.service.complaints.api import schemas
from shouwen.service.complaints.models import Complaint

router = Router(tags=["complaints"])
LINKS = {"case", "customer", "is_apart"}


@router.get("", response={200: schemas.ComplaintListOut, **PROBLEMS}, summary="List complaints")
def list_complaints(
    request: ApiRequest, asked: Annotated[schemas.ListIn, Query()]
) -> schemas.ComplaintListOut:
    """Give the complaints within reach, newest first or tightest clock first."""
    values = asked.model_dump()
    filters = queries.Filters(after=values.pop("cursor"), **values)
    page = queries.ledger(request.actor, filters, at=time.now())
    items = [schemas.shown(row.complaint) for row in page.rows]
    return schemas.ComplaintListOut(items=items, next=page.next or None)


def _customer_named(institution_id: int, ref: str) -> Customer | None:
    if not ref:
        return None
    found = Customer.objects.filter(institution_id=institution_id, public_id=ref).first()
    if found is None:
        raise Invalid(fields={"customer": _("There is no such entry.")})
    return found


@router.post("", response={201: schemas.FiledOut, **PROBLEMS}, summary="File a complaint")
def file_complaint(
    request: ApiRequest, body: schemas.ComplaintIn, key: Key = ""
) -> Status[schemas.FiledOut]:
    """Enter a complaint whole, or make the named case one; the answer holds number and dates.

    The mandatory set is complainant, content, demand and contact; a customer's file says two of
    them. A transfer by the regulator whose number is here, or of a customer with an open complaint,
    is refused with that complaint's number: join it there, or say `is_apart` for another matter.
    The same key gives the same complaint.
    """
    actor, at = request.actor, time.now()

    def work() -> str:
        staff_access.require(actor, access.FILES)
        if body.case:
            case = cases.case_for(actor, body.case)
            made = actions.file_from_case(
                case,
                demand=body.demand,
                origin=body.origin,
                source_ref=body.source_ref,
                regulator_on=body.regulator_on,
                complainant=body.complainant,
                reachable_at=body.reachable_at,
                actor=actor,
                at=at,
            )
        else:
            customer = _customer_named(actor.institution_id or 0, body.customer)
            statement = Statement(**body.model_dump(exclude=LINKS))
            made = actions.file_complaint(
                statement, customer=customer, is_apart=body.is_apart, actor=actor, at=at
            )
        return str(made.public_id)

    ref = once(request, "complaint.file", key, body, at, work)
    made = Complaint.objects.select_related(*queries.RELATIONS).get(public_id=ref)
    return Status(201, schemas.filed(made, at))


@router.get(
    "/{ref}", response={200: schemas.ComplaintDetailOut, **PROBLEMS}, summary="Read a complaint"
)
def read_complaint(request: ApiRequest, ref: str) -> schemas.ComplaintDetailOut:
    """Give a complaint with its clocks and every candidate; the reading goes on the trail."""
    at = time.now()
    return schemas.detailed(actions.view_complaint(request.actor, ref, at=at), at)

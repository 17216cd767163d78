"""Entering a complaint: by a clerk from a letter, or from a case that is there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Problem, TooLarge
from shouwen.ground.kit import web
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import Customer
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions as cases_do
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case, Channel, ReplyBy, Urgency
from shouwen.service.complaints import access, actions, queries
from shouwen.service.complaints.actions import Statement
from shouwen.service.complaints.models import Complaint, Origin
from shouwen.service.complaints.rules.states import Act
from shouwen.service.complaints.views import files

TEXTS = ("title", "description", "demand", "origin", "channel", "reply_by", "urgency", "place")
MORE = ("complainant", "reachable_at", "source_ref")
PURPOSE = "complaint"
# What a clerk says to a complaint that is there: the transfer joins it, or is another matter.
JOIN, APART = "join", "apart"


def _form(
    request: StaffRequest, said: QueryDict, wrong: Problem | None = None, case: Case | None = None
) -> HttpResponse:
    fields = wrong.fields if wrong else {}
    twin = wrong if isinstance(wrong, actions.OnTheLedger) else None
    context: dict[str, Any] = {
        "said": said,
        "fields": fields,
        "problem": wrong if wrong is not None and not fields else None,
        "twin": twin,
        "may_join": twin is not None and _may_join(request.actor, twin),
        "may_read": twin is not None and access.may_see(request.actor, twin.existing),
        "case": case,
        "origins": [row for row in Origin.choices if row[0] != Origin.SYSTEM],
        "channels": Channel.choices,
        "replies": ReplyBy.choices,
        "urgencies": Urgency.choices,
        "address": reverse("complaints:of_case", args=[case.public_id])
        if case
        else reverse("complaints:new"),
    }
    return render(request, "complaints/new.html", context, status=wrong.status if wrong else 200)


def _may_join(actor: Actor, twin: actions.OnTheLedger) -> bool:
    """Whether the actor may link the number to what is there, and it has none."""
    return twin.may_be_apart and access.may_do(actor, twin.existing, Act.CLASSIFY)


def _customer(actor: Actor, number: str, at: datetime) -> Customer | None:
    """Give the customer with this telephone or identity number. Raises Invalid for `customer`."""
    if not number.strip():
        return None
    found = customers.find(actor, number.strip(), at, PURPOSE)
    if len(found) != 1:
        raise Invalid(fields={"customer": _("No customer has this number.")})
    return found[0]


def _origin(said: QueryDict) -> str:
    """Give where a person says it is from; what the system finds, it proposes itself.

    Raises Invalid.
    """
    origin = said.get("origin", "")
    if origin == Origin.SYSTEM:
        raise Invalid(fields={"origin": _("Choose one of the values offered.")})
    return origin


def _told(statement: Statement) -> str:
    """Give what the letter says, for the story of the complaint that it joins."""
    said = (statement.title, statement.description, statement.demand, statement.place)
    return "\n".join(text.strip() for text in said if text.strip())


def _filed(request: StaffRequest, made: Complaint) -> HttpResponse:
    """Lead on: to the complaint for who reads complaints, to its case for who files only."""
    if staff_access.has_right(request.actor, "complaint.read"):
        return redirect("complaints:complaint", made.public_id)
    return redirect("cases:case", made.case.public_id)


def _once(request: StaffRequest, scope: str, work: Any, at: datetime) -> Complaint:
    body = web.form_body(request)
    key = web.idempotency_key(request)
    ref = idempotency.do_once(f"page:{scope}:{request.actor.ref}", key, body, work, at=at)
    return Complaint.objects.select_related("case").get(public_id=ref)


@require_http_methods(["GET", "POST"])
@staff_required("case.work")
def new(request: StaffRequest) -> HttpResponse:
    """Enter a complaint from a letter, a fax, a branch, the regulator."""
    if request.method == "GET":
        return _form(request, QueryDict("origin=CLERK&channel=LETTER&reply_by=PHONE"))
    actor, at, said = request.actor, time.now(), request.POST

    def work() -> str:
        customer = _customer(actor, said.get("customer", ""), at)
        values = {name: said.get(name, "") for name in (*TEXTS, *MORE)}
        values["origin"] = _origin(said)
        received = web.moment(said, "received_at")
        day = web.day(said, "regulator_on")
        statement = Statement(**values, received_at=received, regulator_on=day)
        chosen = said.get("twin", "")
        existing = queries.open_of_customer(customer) if chosen == JOIN else None
        if existing is not None:
            if existing.public_id != said.get("twin_ref"):
                # Another customer was named since, or they complained again: look once more.
                actions.refuse_own(customer)
            actions.join_transfer(
                existing,
                source_ref=statement.source_ref,
                regulator_on=statement.regulator_on,
                said=_told(statement),
                files=scans,
                actor=actor,
                at=at,
            )
            return str(existing.public_id)
        made = actions.file_complaint(
            statement,
            customer=customer,
            is_apart=chosen == APART,
            files=scans,
            actor=actor,
            at=at,
        )
        return str(made.public_id)

    try:
        # Before anything is begun: the scanner may take its time.
        scans = cases_do.check_files(files.uploads(request), None, actor=actor, at=at)
        return _filed(request, _once(request, "complaint.new", work, at))
    except (
        Invalid,
        TooLarge,
        actions.OnTheLedger,
        actions.NumberedAlready,
        actions.RecusedHere,
    ) as error:
        return _form(request, said, error)


@require_http_methods(["GET", "POST"])
@staff_required("case.work")
def of_case(request: StaffRequest, ref: str) -> HttpResponse:
    """Make a case a complaint; only what it lacks is asked."""
    actor, at, said = request.actor, time.now(), request.POST
    case = cases.case_for(actor, ref)
    if request.method == "GET":
        return _form(request, QueryDict("origin=CUSTOMER"), case=case)

    def work() -> str:
        values = {name: said.get(name, "") for name in MORE}
        made = actions.file_from_case(
            case,
            demand=said.get("demand", ""),
            origin=_origin(said),
            regulator_on=web.day(said, "regulator_on"),
            **values,
            actor=actor,
            at=at,
        )
        return str(made.public_id)

    try:
        return _filed(request, _once(request, f"complaint.of.{ref}"[:60], work, at))
    except (Invalid, actions.TransferKnown) as error:
        return _form(request, said, error, case)

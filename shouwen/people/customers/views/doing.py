"""What is pressed on a customer's page: ask in a dialog, then do it and show the page as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.kit import web
from shouwen.people.customers import actions, queries
from shouwen.people.customers.models import (
    Authority,
    Customer,
    CustomerKind,
    Evidence,
    PointKind,
    Purpose,
    Risk,
    Value,
    Way,
    Wish,
)
from shouwen.people.customers.views.purposes import purpose_of
from shouwen.people.customers.views.showing import whole
from shouwen.people.staff.web import StaffRequest, staff_required

Doer = Callable[[Customer, QueryDict, Actor, datetime], object]


def _point(customer: Customer, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.add_contact_point(
        customer,
        kind=said.get("kind", ""),
        value=said.get("value", ""),
        is_primary=True if said.get("leads") == "yes" else None,
        actor=actor,
        at=at,
    )


def _tiers(customer: Customer, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.set_tiers(
        customer,
        risk=said.get("risk", ""),
        value=said.get("value", ""),
        reason=said.get("reason", ""),
        actor=actor,
        at=at,
    )


def _dedicated(customer: Customer, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.set_dedicated(customer, said.get("person", ""), actor=actor, at=at)


def _note(customer: Customer, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.add_note(customer, said.get("text", ""), actor=actor, at=at)


def _wishes(customer: Customer, said: QueryDict, actor: Actor, at: datetime) -> None:
    actions.set_wishes(
        customer,
        said.getlist("kinds"),
        said.get("words", ""),
        language=said.get("language", ""),
        actor=actor,
        at=at,
    )


def _consent(customer: Customer, said: QueryDict, actor: Actor, at: datetime) -> None:
    answer = said.get("answer", "")
    if answer not in ("yes", "no"):
        raise Invalid(fields={"answer": _("Choose one of the answers.")})
    actions.record_consent(
        customer,
        purpose=said.get("purpose", ""),
        way=said.get("way", ""),
        is_given=answer == "yes",
        evidence=said.get("evidence", ""),
        evidence_ref=said.get("evidence_ref", ""),
        decided_at=web.moment(said, "decided_at"),
        actor=actor,
        at=at,
    )


def _person(customer: Customer, said: QueryDict, actor: Actor, at: datetime) -> None:
    purpose = f"organisation {customer.public_id}"
    found = queries.find_by_number(actor, said.get("person", ""), at, purpose)
    if not found:
        raise Invalid(fields={"person": _("No customer has this number.")})
    actions.name_representative(
        customer,
        found[0],
        post=said.get("post", ""),
        authority=said.get("authority", ""),
        actor=actor,
        at=at,
    )


def _end_person(customer: Customer, said: QueryDict, actor: Actor, at: datetime) -> None:
    named = queries.representative_for(actor, said.get("named", ""))
    actions.end_representative(named, actor=actor, at=at)


DOERS: dict[str, Doer] = {
    "point": _point,
    "tiers": _tiers,
    "dedicated": _dedicated,
    "note": _note,
    "wishes": _wishes,
    "consent": _consent,
    "person": _person,
    "end-person": _end_person,
}
# Done at a press, without a dialog.
AT_ONCE = frozenset({"end-person"})


def _done_words(act: str) -> str:
    match act:
        case "point":
            return _("Added to the file.")
        case "note":
            return _("The note is in the file.")
        case "consent":
            return _("On record. Whatever is sent from now on heeds it.")
        case "end-person":
            return _("No longer a contact of the organisation.")
        case _:
            return _("The file is changed.")


def choices() -> dict[str, Any]:
    return {
        "point_kinds": PointKind.choices,
        "kinds": CustomerKind.choices,
        "risks": Risk.choices,
        "values": Value.choices,
        "wishes": Wish.choices,
        "languages": settings.LANGUAGES,
        "purposes": Purpose.choices,
        "ways": Way.choices,
        "evidences": Evidence.choices,
        "authorities": Authority.choices,
    }


def _dialog(
    request: StaffRequest,
    customer: Customer,
    act: str,
    said: QueryDict,
    problem: Problem | None = None,
) -> HttpResponse:
    source = request.GET.get("for", "")
    door = reverse("customers:do", args=[customer.public_id, act])
    context = {
        "customer": customer,
        "door": f"{door}?{urlencode({'for': source})}",
        "said": said,
        "picked": said.getlist("kinds") if problem else customer.heeded.kinds,
        "problem": problem,
        "colleagues": queries.dedicated_choices(customer.institution_id)
        if act == "dedicated"
        else (),
        **choices(),
    }
    return web.dialog(request, f"customers/dialogs/{act}.html", context, problem)


@require_GET
@staff_required("customer.read", "customer.edit")
def ask(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Open the dialog of one act."""
    customer = queries.customer_to_change(request.actor, ref)
    if act not in DOERS or act in AT_ONCE:
        raise Http404
    return _dialog(request, customer, act, request.GET)


@require_POST
@staff_required("customer.read", "customer.edit")
def do(request: StaffRequest, ref: str, act: str) -> HttpResponse:
    """Do one act, then show the page as it is now."""
    actor, said = request.actor, request.POST
    customer = queries.customer_to_change(actor, ref)
    doer = DOERS.get(act)
    if doer is None:
        raise Http404
    words, problem = _done_words(act), None
    try:
        _once(request, customer, act, doer)
    except (Invalid, Conflict) as error:
        if act not in AT_ONCE:
            return _dialog(request, customer, act, said, error)
        words, problem = str(error), error
    source = request.GET.get("for", "")
    customer = queries.customer_to_change(actor, ref)
    context = whole(actor, customer, source if purpose_of(source) else "correct")
    answer = render(request, "customers/customer.html#file", context)
    return web.toast(web.close_dialogs(answer), words, tone="over" if problem else "")


def _once(request: StaffRequest, customer: Customer, act: str, doer: Doer) -> None:
    """Do it once for each shown form."""
    at, actor, said = time.now(), request.actor, request.POST
    body = web.form_body(request)
    body["customer"] = [customer.public_id]

    def work() -> str:
        doer(customer, said, actor, at)
        return str(customer.public_id)

    scope = f"page:customer.{act}:{actor.ref}"
    idempotency.do_once(scope, web.idempotency_key(request), body, work, at=at)

"""The right pane: whose contact it is, and a case for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import retarget

from shouwen.contact.conversations.queries import contact_for
from shouwen.front.desk import forms, queries
from shouwen.front.desk.actions import drafting, registering
from shouwen.front.desk.models import DraftKind
from shouwen.front.desk.web import go_to, told_in_json
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit import words
from shouwen.ground.kit.web import idempotency_key, toast
from shouwen.people.customers import queries as customers
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import forms as case_forms
from shouwen.service.cases import queries as case_queries

UNPROCESSABLE = 422


def _side(request: StaffRequest, ref: str) -> HttpResponse:
    """Show the right pane anew."""
    if not request.headers.get("HX-Request"):
        return go_to(request, ref)
    now = time.now()
    side = queries.side_for(request.actor, request.person, contact_for(request.actor, ref), now)
    return render(request, "desk/side.html", {"side": side})


@require_POST
@staff_required("customer.read")
def find_customer(request: StaffRequest, ref: str) -> HttpResponse:
    """Find customers by a whole phone number; the look-up goes on the trail."""
    contact = contact_for(request.actor, ref)
    phone = request.POST.get("phone", "")[:40]
    purpose = f"contact {contact.public_id}"
    found = customers.find_by_phone(request.actor, phone, time.now(), purpose)
    return render(request, "desk/found.html", {"found": found, "contact_ref": ref})


@require_POST
@staff_required("customer.read", "contact.take")
def attach_customer(request: StaffRequest, ref: str) -> HttpResponse:
    """Say that the contact is this customer's."""
    registering.identify_customer(
        contact_for(request.actor, ref),
        request.POST.get("customer", ""),
        actor=request.actor,
        at=time.now(),
    )
    return _side(request, ref)


@require_POST
@staff_required("customer.edit", "contact.take")
def register_customer(request: StaffRequest, ref: str) -> HttpResponse:
    """Register a new customer and say that the contact is theirs."""
    contact = contact_for(request.actor, ref)
    try:
        registering.register_customer_for(
            contact,
            name=request.POST.get("name", ""),
            phone=request.POST.get("phone", ""),
            kind=request.POST.get("kind", ""),
            actor=request.actor,
            at=time.now(),
        )
    except Invalid as problem:
        shown = {"side": {"contact": contact}, "typed": forms.typed(request.POST)}
        return _refused(request, "desk/customer_form.html", problem, shown)
    return retarget(_side(request, ref), "#desk-side")


@require_POST
@staff_required("case.work", "contact.take")
def open_case(request: StaffRequest, ref: str) -> HttpResponse:
    """Open a case for the contact, or file a complaint, and show it beside the conversation."""
    contact = contact_for(request.actor, ref)
    key = request.POST.get("client_key", "") or idempotency_key(request)
    now = time.now()
    try:
        opened = registering.open_case_from(
            contact,
            request.person,
            forms.case_form(request.POST),
            key=key,
            actor=request.actor,
            at=now,
        )
    except Invalid as problem:
        side = queries.side_for(request.actor, request.person, contact, now)
        shown = {"side": queries.with_draft(side, forms.typed(request.POST))}
        return _refused(request, "desk/case_form.html", problem, shown)
    response = retarget(_side(request, ref), "#desk-side")
    return toast(response, _told(opened, now))


def _told(opened: registering.Opened, now: datetime) -> str:
    """Say the number, and of a complaint what comes next by when."""
    number = {"number": opened.case.number}
    if opened.complaint is None:
        return _("Case %(number)s is open.") % number
    following = queries.next_limit(opened.case, now)
    if following is None:
        return _("Complaint %(number)s is filed.") % number
    what = {"what": following.title, "when": words.moment(following.due_at, now)}
    return _("Complaint %(number)s is filed. Next: %(what)s by %(when)s.") % {**number, **what}


def _refused(
    request: HttpRequest, template: str, problem: Invalid, shown: Mapping[str, object]
) -> HttpResponse:
    """Show a form again with what was typed and what is wrong with it."""
    problems = {name: str(words) for name, words in problem.fields.items()}
    context = {**shown, "problems": problems or {"": str(problem)}}
    return render(request, template, context, status=UNPROCESSABLE)


@require_POST
@staff_required("case.work", "contact.take")
@told_in_json
def case_draft(request: StaffRequest, ref: str) -> HttpResponse:
    """Keep a half-filled case form."""
    body = request.POST.get("body", "")
    try:
        filled = isinstance(json.loads(body or "{}"), dict)
    except ValueError:
        filled = False
    if not filled:
        raise Invalid
    contact = contact_for(request.actor, ref)
    drafting.save_draft(contact, request.person, DraftKind.CASE, body, at=time.now())
    return JsonResponse({"kept": True})


@require_safe
@staff_required("case.work")
def asked(request: StaffRequest) -> HttpResponse:
    """Show the fields that a category wants filled in with the question."""
    code = request.GET.get("category", "")[:60]
    found = case_queries.asked_at_opening(request.person.institution_id, code)
    return render(request, "desk/asked.html", case_forms.rows_of(found))


@require_safe
@staff_required("case.work")
def due(request: StaffRequest) -> HttpResponse:
    """Say when a case like this would be due, and by which clause."""
    found = queries.due_preview(
        request.person.institution_id,
        kind=request.GET.get("kind", "")[:12],
        urgency=request.GET.get("urgency", "")[:10],
        complexity=request.GET.get("complexity", "")[:10],
        now=time.now(),
    )
    return render(request, "desk/due.html", {"due": found})

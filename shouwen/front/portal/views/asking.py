"""Asking without a chat: a form, a look over it with the dates, and a number.

A question becomes a case; what is complained of is a complaint from the start.
"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shouwen.contact.conversations.actions.keeping import CheckedFile
from shouwen.front.portal import access, asking, queries
from shouwen.front.portal.uploads import MOST_BYTES, read_uploads
from shouwen.ground.kernel import errors, idempotency, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.ids import public_id
from shouwen.ground.kit.web import idempotency_key
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import Customer
from shouwen.people.staff.models import Institution
from shouwen.people.staff.signing_in import guesses
from shouwen.people.staff.signing_in.backends import client_address
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case
from shouwen.service.complaints import actions as complaints

REFUSALS = (errors.TooMany, errors.TooLarge, errors.Invalid)


class TooManyQuestions(errors.TooMany):
    """One network address sends form after form."""

    message = _("Many questions came from this network. Try again in 30 minutes, or call us.")


def _asker(request: HttpRequest, at: datetime) -> tuple[Institution, Customer | None]:
    """Give the institution asked, and who asks if a code has let them in there."""
    institution = queries.institution_chosen(request.GET.get("institution", ""))
    if not access.is_in(request.session, at):
        return institution, None
    customer = customers.own_file(access.customer_of(request.session, at))
    wanted = request.GET.get("institution", "")
    if wanted and customer.institution.code != institution.code:
        return institution, None
    return customer.institution, customer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form; then what was entered with the dates it brings; then take it in."""
    at = time.now()
    institution, customer = _asker(request, at)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    asked = asking.read(
        request.POST.dict() if step else request.GET.dict(), institution, customer, at
    )
    context = queries.ask_page(institution, customer, asked, step, at)
    context |= {"most_bytes": MOST_BYTES}
    if not step:
        return render(request, "portal/ask.html", context)
    if asked.wrong or step == "change":
        status = errors.Invalid.status if asked.wrong and step != "change" else 200
        return render(request, "portal/ask.html", context, status=status)
    if step != "send":
        return render(request, "portal/ask_check.html", context)
    try:
        case = _take_in(request, asked, institution, customer, at)
    except REFUSALS as problem:
        context |= {"problem": problem}
        return render(request, "portal/ask_check.html", context, status=problem.status)
    if customer is None:
        access.admit(request.session, case, at)
        return redirect("portal:asked")
    return redirect("portal:own-asked", case.public_id)


def _take_in(
    request: HttpRequest,
    asked: asking.Asked,
    institution: Institution,
    customer: Customer | None,
    at: datetime,
) -> Case:
    source = client_address(request)
    limit = customers.self_service(institution.pk).asks_per_source
    if not guesses.take(guesses.Lock("ask-source", source, institution.code, limit), at=at):
        raise TooManyQuestions
    ref = customer.public_id if customer else public_id("asker")
    actor = Actor.customer(ref, institution.pk)
    proofs, files = _checked(request, asked, actor, at)
    body = {**asked.values, "files": [file.sha256 for file in (*proofs, *files)]}
    whose = f"portal:ask:{institution.pk}:{customer.public_id if customer else source}"
    with idempotency.once(whose, idempotency_key(request), body, at=at) as slot:
        if slot.reference:
            return Case.objects.get(public_id=slot.reference, institution=institution)
        if asked.is_complaint:
            made = complaints.file_by_complainant(
                asked.statement(),
                customer=customer,
                speaks_for=asked.speaks_for(proofs[0] if proofs else None),
                files=files,
                actor=actor,
                at=at,
            )
            case = made.case
        else:
            case = cases.open_by_customer(asked.question(), customer=customer, actor=actor, at=at)
        slot.finish(case.public_id)
    return case


def _checked(
    request: HttpRequest, asked: asking.Asked, actor: Actor, at: datetime
) -> tuple[list[CheckedFile], list[CheckedFile]]:
    """Give what shows that somebody may complain for another, and the other files."""
    if not asked.is_complaint:
        return [], []
    proofs = read_uploads(request, "proof")[:1] if asked.is_for_another else []
    if asked.is_for_another and not proofs:
        raise complaints.ProofMissing(fields={"proof": complaints.ProofMissing.message})
    checked = cases.check_files([*proofs, *read_uploads(request)], None, actor=actor, at=at)
    return checked[: len(proofs)], checked[len(proofs) :]


@never_cache
@require_safe
def asked(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Tell the number, what happens next by when, and how to follow it."""
    at = time.now()
    try:
        case, _actor = access.case_of(request.session, at, ref)
    except access.PortalClosed:
        return render(request, "portal/no_link.html")
    except access.NotIn:
        return redirect("portal:enter")
    return render(request, "portal/asked.html", queries.asked_page(case, at, is_own=bool(ref)))

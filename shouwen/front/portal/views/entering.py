"""Coming in by a one-time code: the address, the code, and one's own questions after it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shouwen.front.portal import access, queries
from shouwen.ground.kernel import errors, time
from shouwen.people.customers import actions as customers
from shouwen.people.customers import ports
from shouwen.people.customers.spool import SpoolFolder
from shouwen.people.staff.signing_in.backends import client_address
from shouwen.people.staff.web import staff_required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the phone number or e-mail address, and have a code sent to it."""
    at = time.now()
    institution = queries.institution_chosen(request.GET.get("institution", ""))
    context = {"institution": institution, "ways": ports.letter_kinds()}
    if request.method != "POST":
        return render(request, "portal/enter.html", context)
    address = request.POST.get("address", "")
    try:
        asked = customers.ask_for_code(
            institution,
            address,
            source=client_address(request),
            language=translation.get_language(),
            at=at,
        )
    except (errors.Invalid, errors.TooMany, errors.Conflict) as problem:
        context |= {"problem": problem, "address": address}
        return render(request, "portal/enter.html", context, status=problem.status)
    access.remember_asking(request.session, asked.public_id, institution.code, asked.expires_at)
    return redirect("portal:code")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code, and let its owner in."""
    at = time.now()
    asked = access.asked(request.session)
    if asked is None:
        return redirect("portal:enter")
    institution = queries.institution_chosen(asked["bank"])
    context = {"institution": institution, "until": asked["until"]}
    if request.method != "POST":
        return render(request, "portal/code.html", context)
    try:
        customer = customers.enter_by_code(
            asked["code"], institution.pk, request.POST.get("code", "")[:40], at=at
        )
    except customers.CodeWrong as problem:
        context |= {"problem": problem}
        return render(request, "portal/code.html", context, status=problem.status)
    access.let_in(request.session, customer, at)
    return redirect("portal:own")


@never_cache
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Show a customer's own questions and conversations; who is not in is led to the door."""
    at = time.now()
    if not access.is_in(request.session, at):
        wanted = request.GET.urlencode()
        return redirect(reverse("portal:enter") + (f"?{wanted}" if wanted else ""))
    actor = access.customer_of(request.session, at)
    overview = queries.own_overview(
        actor, request.GET.get("cases", ""), request.GET.get("contacts", "")
    )
    return render(request, "portal/own.html", {"overview": overview})


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close everything on this browser."""
    access.leave(request.session)
    return redirect("portal:home")


@never_cache
@require_safe
@staff_required("apikey.manage")
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what the reference letterbox holds; in the demo, where nothing really goes out."""
    letterbox = ports.letterbox("PHONE")
    if not settings.DEMO or not isinstance(letterbox, SpoolFolder):
        raise Http404
    return render(request, "portal/inbox.html", {"letters": queries.letters(letterbox)})

"""One case's progress: the link that opens it, confirming, and objecting."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shouwen.front.portal import access, forms, queries
from shouwen.front.portal.uploads import MOST_BYTES
from shouwen.ground.kernel import errors, time
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import links
from shouwen.service.cases.models import Case

OK, GONE = 200, 410


class ReasonMissing(errors.Invalid):
    """An objection says what is still open."""

    message = _("Write what is still open, so that we can go on from there.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link opens; the press of its button, and nothing else, spends it."""
    if request.method != "POST":
        return render(request, "portal/link.html")
    at = time.now()
    try:
        case = links.redeem(token, at)
    except links.LinkIsSpent:
        return render(request, "portal/spent.html", status=GONE)
    access.admit(request.session, case, at)
    return redirect("portal:progress")


def _page(
    request: HttpRequest, case: Case, at: datetime, ref: str, problem: errors.Problem | None = None
) -> HttpResponse:
    context = {
        "progress": queries.progress(case, at),
        "base": reverse("portal:own-case", args=[ref]) if ref else reverse("portal:progress"),
        "is_own": bool(ref),
        "problem": problem,
        "words": request.POST.get("reason", "") if problem else "",
        "text": request.POST.get("text", "") if problem else "",
        "doing": request.path.rsplit("/", 1)[-1] if problem else "",
        "most_bytes": MOST_BYTES,
    }
    status = problem.status if problem else OK
    return render(request, "portal/progress.html", context, status=status)


def again(request: HttpRequest, ref: str, problem: errors.Problem) -> HttpResponse:
    """Show the case with what is the matter."""
    at = time.now()
    case, _actor = access.case_of(request.session, at, ref)
    return _page(request, case, at, ref, problem)


def back_to(ref: str) -> HttpResponse:
    """Lead back to the case."""
    return redirect("portal:own-case", ref) if ref else redirect("portal:progress")


@never_cache
@require_safe
def progress(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Show the case that this browser's link has opened, or one of the customer's own."""
    at = time.now()
    try:
        case, _actor = access.case_of(request.session, at, ref)
    except access.PortalClosed:
        return render(request, "portal/no_link.html")
    except access.NotIn:
        return redirect("portal:enter")
    return _page(request, case, at, ref)


@never_cache
@require_POST
def confirm(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Take the customer's word that the question is settled."""
    at = time.now()
    case, actor = access.case_of(request.session, at, ref)
    try:
        cases.confirm_by_customer(case, actor=actor, at=at)
    except errors.Conflict as problem:
        return again(request, ref, problem)
    return back_to(ref)


@never_cache
@require_POST
def object_to_result(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Take the customer's objection with its reason; the case is worked on again."""
    at = time.now()
    case, actor = access.case_of(request.session, at, ref)
    reason = request.POST.get("reason", "").strip()[: forms.OBJECTION_CHARACTERS]
    if not reason:
        return again(request, ref, ReasonMissing())
    try:
        cases.object_by_customer(case, reason=reason, actor=actor, at=at)
    except (errors.Conflict, errors.Invalid) as problem:
        return again(request, ref, problem)
    return back_to(ref)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the case's page on this browser."""
    access.leave(request.session)
    return redirect("portal:home")

"""The result of a complaint on its complainant's page: the written notice, and their rating."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shouwen.contact.conversations.views import as_download
from shouwen.front.portal import access, queries
from shouwen.front.portal.forms import whole
from shouwen.ground.kernel import errors, time
from shouwen.service.complaints import actions as complaints
from shouwen.service.complaints import queries as complaint_queries


@never_cache
@require_safe
def notice(request: HttpRequest, notice: str, form: str, ref: str = "") -> HttpResponse:
    """Hand the notice out to whom the complaint's page opens, as it was issued."""
    at = time.now()
    case, actor = access.case_of(request.session, at, ref)
    one = complaint_queries.complaint_over(case)
    if one is None or form not in ("pdf", "text"):
        raise errors.NotThere
    opens = complaints.open_notice if form == "pdf" else complaints.open_notice_text
    return as_download(opens(notice, complaint=one, actor=actor, at=at))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Ask what the complainant says of the handling, on four dimensions, and keep it."""
    at = time.now()
    try:
        case, actor = access.case_of(request.session, at, ref)
    except access.PortalClosed:
        return render(request, "portal/no_link.html")
    except access.NotIn:
        return redirect("portal:enter")
    back = reverse("portal:own-case", args=[ref]) if ref else reverse("portal:progress")
    one = complaint_queries.complaint_over(case)
    if one is None:
        raise errors.NotThere
    problem: errors.Problem | None = None
    dimensions = queries.rating_dimensions()
    scores = {name: whole(request.POST.get(name, "")) for name, _words in dimensions}
    comment = request.POST.get("comment", "")
    if request.method == "POST":
        try:
            complaints.rate_by_complainant(one, scores, comment=comment, actor=actor, at=at)
        except (errors.Invalid, errors.Conflict) as error:
            problem = error
        else:
            return redirect(request.path)
    context = {
        "case": case,
        "back": back,
        "dimensions": [(name, words, scores[name]) for name, words in dimensions],
        "scores": queries.rating_scores(),
        "rating": complaint_queries.rating_of(one),
        "is_told": one.feedback_at is not None and one.withdrawn_at is None,
        "comment": comment,
        "problem": problem,
    }
    status = problem.status if problem else 200
    return render(request, "portal/complaint_rating.html", context, status=status)

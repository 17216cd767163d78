"""A complainant contests the decision they were told: an appeal, or a review by the unit above."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shouwen.front.portal import access
from shouwen.front.portal.views.following import again, back_to
from shouwen.ground.kernel import errors, time
from shouwen.service.complaints import actions as complaints
from shouwen.service.complaints import queries


@never_cache
@require_POST
def contest(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Take the appeal or the request for a review, with what the complainant says."""
    at = time.now()
    case, actor = access.case_of(request.session, at, ref)
    complaint = queries.complaint_over(case)
    if complaint is None:
        raise errors.NotThere
    complaint.case = case
    kind, words = request.POST.get("kind", ""), request.POST.get("reason", "")
    try:
        complaints.contest_by_complainant(complaint, kind, words=words, actor=actor, at=at)
    except (errors.Conflict, errors.Invalid) as problem:
        return again(request, ref, problem)
    return back_to(ref)

"""Ratings: in the chat when it has ended, and on a page for a closed case."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shouwen.assurance.satisfaction import actions as satisfaction
from shouwen.assurance.satisfaction import queries as ratings
from shouwen.assurance.satisfaction.models import Score, Solved
from shouwen.contact.channels.chat import forms as chat_forms
from shouwen.contact.channels.chat import queries as chat
from shouwen.contact.channels.chat.views import caller_of, visitors_door
from shouwen.front.portal import access, forms, queries
from shouwen.front.portal.views import surveying
from shouwen.ground.kernel import errors, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy.clocks import Subject

FACES = {
    1: "mood-sad-2",
    2: "mood-sad",
    3: "mood-neutral",
    4: "mood-smile",
    5: "mood-happy",
}


@visitors_door
@require_POST
def rate_chat(request: HttpRequest, institution: str) -> HttpResponse:
    """Keep the visitor's rating of their own ended conversation."""
    caller = caller_of(request, institution)
    values = chat_forms.read_object(request.body)
    ref = str(values.get("contact") or "")
    contact = chat.contact_to_rate(caller.institution_id, caller.token_digest, ref)
    if contact.is_open:
        raise access.NotOverYet
    form = forms.read_rating(values)
    satisfaction.give_rating(
        Subject("contact", contact.public_id),
        institution_id=contact.institution_id,
        score=form.score,
        dimensions=form.dimensions,
        comment=form.comment,
        solved=form.solved,
        actor=Actor.customer(contact.visitor_ref, contact.institution_id),
        at=time.now(),
    )
    return JsonResponse({"words": _("Thank you for your rating.")})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate_case(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Ask for the rating of the case this browser follows, and keep it."""
    at = time.now()
    try:
        case, actor = access.case_of(request.session, at, ref)
    except access.PortalClosed:
        return render(request, "portal/no_link.html")
    except access.NotIn:
        return redirect("portal:enter")
    back = reverse("portal:own-case", args=[ref]) if ref else reverse("portal:progress")
    if not queries.may_rate_case(case):
        return redirect(back)
    asked = surveying.survey_case(request, case, actor, back)
    if asked is not None:
        return asked
    form = forms.read_rating(request.POST.dict())
    context = {
        "case": case,
        "back": back,
        "faces": [(score, Score(score).label, FACES[score]) for score in Score.values],
        "solved": [(s.value, s.label, SOLVED_ICONS[s]) for s in Solved if s != Solved.UNSAID],
        "dimensions": dimension_words(),
        "form": form,
        "rating": ratings.rating_of("case", case.public_id),
    }
    if request.method != "POST":
        return render(request, "portal/rating.html", context)
    try:
        satisfaction.give_rating(
            Subject("case", case.public_id),
            institution_id=case.institution_id,
            score=form.score,
            dimensions=form.dimensions,
            comment=form.comment,
            solved=form.solved,
            actor=actor,
            at=at,
        )
    except (errors.Invalid, errors.Conflict) as problem:
        return render(
            request, "portal/rating.html", {**context, "problem": problem}, status=problem.status
        )
    return redirect(request.path)


SOLVED_ICONS = {Solved.YES: "check", Solved.UNDER_WAY: "hourglass", Solved.NO: "x"}


def dimension_words() -> list[tuple[str, str]]:
    """Name the four dimensions of OM-4.3-02 as the customer reads them."""
    return [
        ("attitude", _("Attitude")),
        ("speed", _("Speed")),
        ("solution", _("Solution")),
        ("accuracy", _("Clear and correct")),
    ]

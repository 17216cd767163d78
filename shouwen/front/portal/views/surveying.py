"""Surveys: the chat's link to one, the page it opens, and the same page for one's own case."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.models import AskedBy, SurveyVersion
from shouwen.contact.channels.chat import forms as chat_forms
from shouwen.contact.channels.chat import queries as chat
from shouwen.contact.channels.chat.views import caller_of, visitors_door
from shouwen.front.portal.access import NotOverYet
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.people.staff.models import Institution
from shouwen.service.cases.models import Case

GONE = 410


@visitors_door
@require_POST
def survey_chat(request: HttpRequest, institution: str) -> HttpResponse:
    """Give the visitor the one-time address of the survey about their own ended conversation."""
    caller = caller_of(request, institution)
    ref = str(chat_forms.read_object(request.body).get("contact") or "")
    contact = chat.contact_to_rate(caller.institution_id, caller.token_digest, ref)
    if contact.is_open:
        raise NotOverYet
    asked = actions.ask_by_survey(
        queries.about_contact(contact),
        way=AskedBy.CHAT,
        actor=Actor.customer(contact.visitor_ref, contact.institution_id),
        at=time.now(),
    )
    return JsonResponse({"address": reverse("portal:survey", args=[asked.token])})


def _page(
    request: HttpRequest,
    version: SurveyVersion,
    institution: Institution,
    *,
    back: str = "",
    problem: Problem | None = None,
) -> HttpResponse:
    fields: Any = problem.fields if problem else {}
    context = {
        "version": version,
        "institution": institution,
        "asked": queries.asked_of(version, request.POST, fields),
        "problem": problem,
        "back": back,
    }
    status = problem.status if problem else 200
    return render(request, "portal/survey.html", context, status=status)


def _ended(request: HttpRequest, why: str, institution: Institution | None = None) -> HttpResponse:
    context = {"why": why, "institution": institution}
    status = 200 if why == "answered" else GONE
    return render(request, "portal/survey_ended.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """Show the survey that a link opens; looking spends nothing, the answers do."""
    at = time.now()
    found = queries.invitation_of(token)
    if found is None:
        return _ended(request, "unknown")
    if found.answered_at is not None:
        return _ended(request, "answered", found.institution)
    if not found.is_open(at):
        return _ended(request, "over", found.institution)
    if request.method != "POST":
        return _page(request, found.version, found.institution)
    try:
        actions.answer_survey(found, request.POST.dict(), at=at)
    except Invalid as problem:
        return _page(request, found.version, found.institution, problem=problem)
    except Conflict:
        # A second press or another window was first: the page says where it stands.
        pass
    return redirect("portal:survey", token)


def survey_case(request: HttpRequest, case: Case, actor: Actor, back: str) -> HttpResponse | None:
    """Ask about a case on its customer's own page; None where no survey asks about it now."""
    at = time.now()
    about = queries.about_case(case)
    found = queries.may_ask(about, at)
    if found is None:
        return None
    if request.method != "POST":
        return _page(request, found.version, case.institution, back=back)
    try:
        actions.answer_about(about, request.POST.dict(), actor=actor, at=at)
    except Invalid as problem:
        return _page(request, found.version, case.institution, back=back, problem=problem)
    return redirect(request.path)

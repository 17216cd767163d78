"""Surveys: the list, the wording of one, its preview, and from when it counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.assurance.satisfaction import actions, forms, queries, standard
from shouwen.assurance.satisfaction.models import Dimension, QuestionKind, SurveyKind
from shouwen.assurance.satisfaction.queries import SurveyView
from shouwen.assurance.satisfaction.rules import surveys as rules
from shouwen.assurance.satisfaction.rules.surveys import SurveyWording
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere, Problem
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kit.web import day, whole_number
from shouwen.people.staff import access
from shouwen.people.staff.web import StaffRequest, staff_required

SEES, WORDS = "survey.read", "survey.edit"
MOST_PAGES = 300
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def _done(act: str) -> str:
    match act:
        case "saved":
            return _("The draft is saved. It is sent to nobody before it is published.")
        case "published":
            return _("The survey is published.")
        case "limit":
            return _("Saved. It counts from the next survey on.")
        case "aside":
            return _("The survey is set aside. It is no longer sent.")
        case "back":
            return _("The survey is taken up again.")
        case _:
            return ""


def page_number(text: str) -> int:
    """Read which page of a list is asked for; what is no number is the first."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1
    return max(1, min(number, MOST_PAGES))


@require_GET
@staff_required(SEES)
def surveys(request: StaffRequest) -> HttpResponse:
    """List the surveys in use, or those set aside."""
    return _listed(request)


def _listed(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    aside = request.GET.get("view") == "aside"
    number = page_number(request.GET.get("page", ""))
    found = queries.surveys_of(request.actor, is_active=not aside, page=number, at=time.now())
    home = reverse("console:surveys")
    base = f"{home}?view=aside&page=" if aside else f"{home}?page="
    context = {
        "rows": found.rows,
        "aside": aside,
        "newer": f"{base}{number - 1}" if number > 1 else "",
        "older": f"{base}{number + 1}" if found.older else "",
        "may_word": access.has_right(request.actor, WORDS),
        "is_a_kind_free": bool(queries.kinds_free(request.actor)),
        "limit": queries.survey_limit(request.person.institution_id),
        "said": request.POST,
        "fields": problem.fields if problem else {},
        "problem": problem if problem and not problem.fields else None,
        "done": "" if problem else _done(request.GET.get("done", "")),
    }
    status = problem.status if problem else 200
    return render(request, "console/surveys/list.html", context, status=status)


@require_POST
@staff_required(SEES, WORDS)
def limit(request: StaffRequest) -> HttpResponse:
    """Say how often at most one customer is asked."""
    said = request.POST
    try:
        actions.set_survey_limit(
            request.person.institution,
            whole_number(said, "most"),
            whole_number(said, "days"),
            seen=whole_number(said, "revision"),
            actor=request.actor,
            at=time.now(),
        )
    except (Invalid, Conflict) as error:
        return _listed(request, error)
    return redirect(f"{reverse('console:surveys')}?done=limit")


@require_GET
@staff_required(SEES)
def results(request: StaffRequest, ref: str) -> HttpResponse:
    """Show how many were asked and answered, apart from what they answered."""
    view = queries.survey_for(request.actor, ref, at=time.now())
    number = _version_number(request)
    version = queries.version_in(view, number) if number else view.shown
    context = {
        "view": view,
        "version": version,
        "found": queries.results_of(request.actor, version),
        "dimensions": dict(Dimension.choices),
    }
    return render(request, "console/surveys/results.html", context)


def _version_number(request: StaffRequest) -> int | None:
    """Read which version is asked for. Raises NotThere for what is no number."""
    text = request.GET.get("version", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 5):
        raise NotThere
    return int(text) if text else None


def _questions(wording: SurveyWording) -> list[dict[str, Any]]:
    last = len(wording.questions)
    return [
        {
            "place": place,
            "name": f"q{place}",
            "question": question,
            "choices": "\n".join(f"{zh} | {en}" for zh, en in question.choices),
            "is_first": place == 1,
            "is_last": place == last,
        }
        for place, question in enumerate(wording.questions, 1)
    ]


def _form(
    request: StaffRequest,
    wording: SurveyWording,
    *,
    view: SurveyView | None = None,
    kind: str = "",
    problem: Problem | None = None,
) -> HttpResponse:
    days, clause = queries.days_offered(request.person.institution_id, time.now())
    fields = dict(problem.fields) if problem else {}
    context = {
        "view": view,
        "survey": view.survey if view else None,
        "seen": request.POST.get("revision") or (view.survey.revision if view else ""),
        "kind": kind,
        "kinds": queries.kinds_free(request.actor) if view is None else (),
        "wording": wording,
        "questions": [
            {**row, "wrong": {key: fields.get(f"{row['name']}_{key}", "") for key in PARTS}}
            for row in _questions(wording)
        ],
        "is_full": len(wording.questions) >= rules.MOST_QUESTIONS,
        "question_kinds": QuestionKind.choices,
        "dimensions": Dimension.choices,
        "days": days,
        "clause": clause,
        "may_word": view.may_word if view else True,
        "problem": problem if problem and not problem.fields else None,
        "fields": fields,
        "today": day_of(time.now()).isoformat(),
        "publish_on": request.POST.get("active_from", ""),
        "done": "" if problem else _done(request.GET.get("done", "")),
    }
    status = problem.status if problem else 200
    return render(request, "console/surveys/edit.html", context, status=status)


PARTS = ("kind", "words_zh", "words_en", "dimension", "choices")


@require_http_methods(["GET", "POST"])
@staff_required(SEES, WORDS)
def new(request: StaffRequest) -> HttpResponse:
    """Word a new survey, beginning with the standard questions of its kind."""
    said = request.POST if request.method == "POST" else request.GET
    kind = said.get("kind", "")
    if request.method == "GET":
        free = [code for code, _label in queries.kinds_free(request.actor)]
        if not free:
            return redirect("console:surveys")
        kind = kind if kind in free else free[0]
        days, _clause = queries.days_offered(request.person.institution_id, time.now())
        return _form(request, standard.standard(kind, days[-1]), kind=kind)
    wording = forms.wording_from(request.POST)
    act = request.POST.get("do", "save")
    if act != "save":
        return _form(request, forms.reshaped(wording, act), kind=kind)
    try:
        made = actions.write_survey(
            request.person.institution, kind, wording, actor=request.actor, at=time.now()
        )
    except (Invalid, Conflict) as error:
        return _form(request, wording, kind=kind, problem=error)
    return redirect(f"{reverse('console:survey', args=[made.public_id])}?done=saved")


@require_http_methods(["GET", "POST"])
@staff_required(SEES)
def survey(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one survey with its versions; change its draft or begin the next one."""
    view = queries.survey_for(request.actor, ref, at=time.now())
    if request.method == "GET":
        return _form(request, actions.wording_of(view.newest), view=view)
    wording = forms.wording_from(request.POST)
    act = request.POST.get("do", "save")
    if not view.may_word:
        raise NotAllowed
    if act != "save":
        return _form(request, forms.reshaped(wording, act), view=view)
    try:
        seen = whole_number(request.POST, "revision")
        actions.change_survey(view.survey, wording, seen=seen, actor=request.actor, at=time.now())
    except (Invalid, Conflict) as error:
        return _form(request, wording, view=view, problem=error)
    return redirect(f"{reverse('console:survey', args=[ref])}?done=saved")


@require_POST
@staff_required(SEES, WORDS)
def publish(request: StaffRequest, ref: str) -> HttpResponse:
    """Let the draft count from a day on."""
    view, now = queries.survey_for(request.actor, ref, at=time.now()), time.now()
    try:
        active_from = day(request.POST, "active_from") or day_of(now)
        seen = whole_number(request.POST, "revision")
        actions.publish_survey(view.survey, active_from, seen=seen, actor=request.actor, at=now)
    except (Invalid, Conflict) as error:
        return _form(request, actions.wording_of(view.newest), view=view, problem=error)
    return redirect(f"{reverse('console:survey', args=[ref])}?done=published")


@require_POST
@staff_required(SEES, WORDS)
def aside(request: StaffRequest, ref: str) -> HttpResponse:
    """Stop sending a survey, or take it up again."""
    view = queries.survey_for(request.actor, ref, at=time.now())
    active = request.POST.get("active") == "yes"
    try:
        seen = whole_number(request.POST, "revision")
        actions.set_survey_aside(
            view.survey, active=active, seen=seen, actor=request.actor, at=time.now()
        )
    except (Invalid, Conflict) as error:
        return _form(request, actions.wording_of(view.newest), view=view, problem=error)
    return redirect(f"{reverse('console:surveys')}?done={'back' if active else 'aside'}")


@require_GET
@staff_required(SEES)
def preview(request: StaffRequest, ref: str) -> HttpResponse:
    """Show a version as the customer sees it, in either language; it cannot be sent."""
    view = queries.survey_for(request.actor, ref, at=time.now())
    version = queries.version_in(view, _version_number(request))
    wanted = LANGUAGES.get(request.GET.get("in", ""), translation.get_language())
    with translation.override(wanted):
        context = {
            "view": view,
            "version": version,
            "institution": request.person.institution,
            "asked": queries.asked_of(version),
            "kind": SurveyKind(view.survey.kind).label,
            "others": [
                (code, name)
                for code, name in (
                    ("zh", pgettext("survey preview", "In Chinese")),
                    ("en", pgettext("survey preview", "In English")),
                )
                if LANGUAGES[code] != wanted
            ],
        }
        return render(request, "console/surveys/preview.html", context)

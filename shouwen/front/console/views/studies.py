"""What survey houses found: handed in as a table, checked, taken in, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.assurance.satisfaction import actions, queries
from shouwen.assurance.satisfaction.actions import Claim
from shouwen.assurance.satisfaction.models import Dimension, OutsideStudy, StudyState
from shouwen.assurance.satisfaction.rules import outside as rules
from shouwen.front.console.views.surveys import SEES, WORDS, page_number
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem, Words
from shouwen.ground.kit import tables, web
from shouwen.ground.kit.sheets import Format
from shouwen.people.staff import access
from shouwen.people.staff.web import StaffRequest, staff_required

FAULTS_SHOWN = 100
SAMPLE = ((Dimension.OVERALL, "4.35", "5", "812"), (Dimension.ATTITUDE, "91.2", "100", "812"))


def _columns() -> dict[str, str]:
    return {
        "dimension": _("Dimension"),
        "score": pgettext("outside", "Score"),
        "scale": pgettext("outside", "Out of"),
        "answered": pgettext("survey", "Answered"),
    }


def _fault(entry: list[Any]) -> tuple[int, str, str]:
    line, column, code, other = entry
    words = {
        "repeats": _("Says the same dimension as line %(line)s.") % {"line": other},
        "above-scale": _("The score is above the scale."),
        "too-long": _("The entry is too long."),
    }.get(code) or _("This is no entry of this column. Look at the sample table.")
    return line, _columns()[column], words


@require_http_methods(["GET", "POST"])
@staff_required(SEES)
def studies(request: StaffRequest) -> HttpResponse:
    """List the studies; check a table that is handed in."""
    if request.method == "GET":
        return _list(request)
    access.require(request.actor, WORDS)
    try:
        claim, data = _handed_in(request)
        home = request.person.institution
        made = actions.check_study(home, claim, data, actor=request.actor, at=time.now())
    except Invalid as error:
        return _list(request, error)
    return redirect("console:study", made.public_id)


def _handed_in(request: StaffRequest) -> tuple[Claim, bytes]:
    said, wrong = request.POST, dict[str, Words]()
    days = {}
    for name in ("from", "to"):
        try:
            days[name] = web.day(said, name)
        except Invalid as error:
            wrong |= error.fields
    asked = web.number_or_none(said, "asked", wrong)
    file = request.FILES.get("file")
    data = file.read(tables.MOST_BYTES + 1) if file is not None else b""
    if file is None:
        wrong["file"] = _("Choose a file.")
    if wrong:
        raise Invalid(fields=wrong)
    agency, title = (said.get(name, "").strip() for name in ("agency", "title"))
    return Claim(agency, title, days["from"], days["to"], asked), data


def _list(request: StaffRequest, problem: Problem | None = None) -> HttpResponse:
    number = page_number(request.GET.get("page", ""))
    rows, has_older = queries.studies_of(request.actor, number)
    home = reverse("console:studies")
    said: QueryDict = request.POST
    context = {
        "rows": [(study, queries.overall_of(study)) for study in rows],
        "newer": f"{home}?page={number - 1}" if number > 1 else "",
        "older": f"{home}?page={number + 1}" if has_older else "",
        "said": said,
        "today": time.day_of(time.now()).isoformat(),
        "fields": dict(problem.fields) if problem else {},
        "most_bytes": tables.MOST_BYTES,
        "may_word": access.has_right(request.actor, WORDS),
    }
    status = problem.status if problem else 200
    return render(request, "console/surveys/studies.html", context, status=status)


@require_GET
@staff_required(SEES)
def study(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one study: what it found, or what is wrong with its table."""
    return _study(request, queries.study_for(request.actor, ref))


def _study(
    request: StaffRequest, found: OutsideStudy, problem: Problem | None = None
) -> HttpResponse:
    context = {
        "study": found,
        "lines": queries.lines_of(found),
        "faults": [_fault(entry) for entry in found.faults[:FAULTS_SHOWN]],
        "is_checked": found.state == StudyState.CHECKED,
        "is_counted": found.state == StudyState.COUNTED,
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "may_word": access.has_right(request.actor, WORDS),
    }
    status = problem.status if problem else 200
    return render(request, "console/surveys/study.html", context, status=status)


def _step(request: StaffRequest, ref: str, step: Callable[..., None], **said: str) -> HttpResponse:
    found = queries.study_for(request.actor, ref)
    try:
        step(found, **said, actor=request.actor, at=time.now())
    except (Invalid, Conflict) as error:
        return _study(request, queries.study_for(request.actor, ref), error)
    return redirect("console:study", ref)


@require_POST
@staff_required(SEES, WORDS)
def count(request: StaffRequest, ref: str) -> HttpResponse:
    """Take it in."""
    return _step(request, ref, actions.count_study)


@require_POST
@staff_required(SEES, WORDS)
def drop(request: StaffRequest, ref: str) -> HttpResponse:
    """Let it go."""
    return _step(request, ref, actions.drop_study)


@require_POST
@staff_required(SEES, WORDS)
def undo(request: StaffRequest, ref: str) -> HttpResponse:
    """Take it back, with a reason."""
    return _step(request, ref, actions.undo_study, reason=request.POST.get("reason", ""))


@require_GET
@staff_required(SEES)
def sample(request: StaffRequest) -> HttpResponse:
    """Give a table whose headings are the ones that are read."""
    heads = [words[0] for words in rules.HEADINGS.values()]
    lines = [[actions.DIMENSIONS[code][0], *rest] for code, *rest in SAMPLE]
    text = "".join(",".join(cells) + "\r\n" for cells in (heads, *lines))
    name = "survey-sample.csv"
    return web.download(text.encode("utf-8-sig"), name=name, content_type=Format.CSV.content_type)

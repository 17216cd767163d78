"""The console page of scripts: what the desk offers to say, worded here."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwen.front.desk.actions import wording_scripts as actions
from shouwen.front.desk.actions.wording_scripts import Wording
from shouwen.front.desk.models import Script, ScriptKind
from shouwen.front.desk.queries import library as queries
from shouwen.front.desk.queries.library import Asked
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem, Words
from shouwen.ground.kit.web import whole_number
from shouwen.people.staff.web import StaffRequest, staff_required

TEXTS = ("kind", "shortcut", "title_zh", "title_en", "body_zh", "body_en", "unit")
DAYS = ("valid_from", "valid_until")
LONGEST = 5000


def _address(asked: Asked, **changes: str) -> str:
    values = {
        "q": asked.q,
        "unit": asked.unit,
        "kind": asked.kind,
        "standing": asked.standing,
    } | changes
    wanted = {name: value for name, value in values.items() if value}
    home = reverse("scripts:list")
    return f"{home}?{urlencode(wanted)}" if wanted else home


def _done_words(act: str) -> str:
    match act:
        case "saved":
            return _("The script is saved. The desk offers it from now on.")
        case "aside":
            return _("The script is set aside. The desk no longer offers it.")
        case "back":
            return _("The script is back at the desk.")
        case _:
            return ""


@require_GET
@staff_required("script.edit")
def scripts(request: StaffRequest) -> HttpResponse:
    """List the scripts within reach, the most used first."""
    get = request.GET.get
    asked = Asked(
        q=get("q", "")[: queries.WORDS_CHARACTERS],
        unit=get("unit", ""),
        kind=get("kind", ""),
        standing=get("standing", ""),
        after=get("after", ""),
    )
    found = queries.library(request.actor, asked, at=time.now())
    context = {
        "found": found,
        "asked": asked,
        "kinds": ScriptKind.choices,
        "of_all": queries.OF_ALL,
        "standings": [
            (code, words, _address(asked, standing=code))
            for code, words in queries.STANDINGS.items()
        ],
        "older": _address(asked, after=found.next) if found.next else "",
        "newer": _address(asked) if asked.after else "",
        "is_filtered": bool(asked.q or asked.unit or asked.kind),
        "clear": _address(Asked(standing=asked.standing)),
        "done": _done_words(get("done", "")),
    }
    return render(request, "desk/library/list.html", context)


def _day(said: QueryDict, name: str, wrong: dict[str, Words]) -> date | None:
    text = said.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong[name] = _("Give a day such as 2026-12-31.")
        return None


def _wording(said: QueryDict) -> Wording:
    """Read the form. Raises Invalid naming each day that is none."""
    wrong: dict[str, Words] = {}
    days: dict[str, Any] = {name: _day(said, name, wrong) for name in DAYS}
    if wrong:
        raise Invalid(fields=wrong)
    texts: dict[str, Any] = {name: said.get(name, "")[:LONGEST] for name in TEXTS}
    return Wording(**texts, channels=tuple(said.getlist("channels")), **days)


def _as_said(wording: Wording) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(wording, name) for name in TEXTS}
    for name in DAYS:
        day = getattr(wording, name)
        said[name] = day.isoformat() if day else ""
    return said


def _form(
    request: StaffRequest,
    said: Any,
    channels: Any,
    script: Script | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    context = queries.form_choices(request.actor) | {
        "script": script,
        "may_edit": script is None or queries.may_word(request.actor, script),
        "said": said,
        "chosen": channels,
        "revision": said.get("revision") or (script.revision if script else ""),
        "problem": problem if problem and not problem.fields else None,
        "fields": problem.fields if problem else {},
    }
    status = problem.status if problem else 200
    return render(request, "desk/library/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_required("script.edit")
def new(request: StaffRequest) -> HttpResponse:
    """Write a script."""
    if request.method == "GET":
        return _form(request, {"kind": ScriptKind.GUIDANCE}, ())
    said = request.POST
    try:
        institution = request.person.institution
        actions.write_script(institution, _wording(said), actor=request.actor, at=time.now())
    except (Invalid, Conflict) as error:
        return _form(request, said, said.getlist("channels"), problem=error)
    return redirect(_address(Asked(), done="saved"))


@require_http_methods(["GET", "POST"])
@staff_required("script.edit")
def script(request: StaffRequest, ref: str) -> HttpResponse:
    """Change one script."""
    found = queries.script_for(request.actor, ref)
    if request.method == "GET":
        wording = actions.wording_of(found)
        return _form(request, _as_said(wording), wording.channels, found)
    said = request.POST
    try:
        seen = whole_number(said, "revision")
        actions.change_script(found, _wording(said), seen=seen, actor=request.actor, at=time.now())
    except (Invalid, Conflict) as error:
        return _form(request, said, said.getlist("channels"), found, error)
    return redirect(_address(Asked(), done="saved"))


@require_POST
@staff_required("script.edit")
def aside(request: StaffRequest, ref: str) -> HttpResponse:
    """Take a script from the desk, or give it back."""
    found = queries.script_for(request.actor, ref)
    active = request.POST.get("active") == "yes"
    seen = whole_number(request.POST, "revision")
    actions.set_aside(found, active=active, seen=seen, actor=request.actor, at=time.now())
    return redirect(_address(Asked(), done="back" if active else "aside"))

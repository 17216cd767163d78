"""What an institution sets for its complaints: its grades, and the days of repeats."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, Problem, Words
from shouwen.ground.policy import figures
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import GradeWords

MOST_ROWS, BLANK_ROWS = 9, 2
LAST = 99
TEXTS = ("code", "name_zh", "name_en")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else None


def _rows_said(said: QueryDict) -> list[dict[str, Any]]:
    """Read the rows in the order they ask for; those given no more come last, empty ones not."""
    rows: list[dict[str, Any]] = []
    for number in range(1, MOST_ROWS + 1):
        row: dict[str, Any] = {name: said.get(f"{name}_of_{number}", "").strip() for name in TEXTS}
        if not any(row.values()):
            continue
        place = said.get(f"place_of_{number}", "").strip()
        row["place"], row["order"] = place, _number(place)
        row["out"] = said.get(f"out_of_{number}") == "yes"
        row["held"] = said.get(f"held_of_{number}") == "yes"
        rows.append(row)
    return sorted(rows, key=lambda row: (row["out"], row["order"] or LAST))


def _ask_silence(request: StaffRequest) -> None:
    said = request.POST.get("silence_days", "").strip()
    actions.ask_silence_days(
        request.person.institution,
        # What is no number lies beyond the bounds, which the answer names.
        (_number(said) or 0) if said else None,
        reason=request.POST.get("reason", ""),
        actor=request.actor,
        at=time.now(),
    )


def _set_finding(request: StaffRequest) -> None:
    actions.set_finding_days(
        request.person.institution,
        _number(request.POST.get("finding_days", "").strip()) or 0,
        actor=request.actor,
        at=time.now(),
    )


def _set(request: StaffRequest, rows: list[dict[str, Any]]) -> None:
    given = [row for row in rows if not row["out"]]
    wrong: dict[str, Words] = {
        f"place_of_{number}": _("Enter a whole number.")
        for number, row in enumerate(given, start=1)
        if not row["order"]
    }
    if wrong:
        raise Invalid(fields=wrong)
    actions.set_all(
        request.person.institution,
        # What is no number lies beyond the bounds, which the answer names.
        _number(request.POST.get("repeat_days", "").strip()) or 0,
        [GradeWords(row["code"], row["name_zh"], row["name_en"]) for row in given],
        seen=request.POST.get("seen"),
        actor=request.actor,
        at=time.now(),
    )


@require_http_methods(["GET", "POST"])
@staff_required("category.edit")
def complaints(request: StaffRequest) -> HttpResponse:
    """Show the grades and the days, and set them together; and ask when silence is a yes."""
    home = request.person.institution_id
    problem: Problem | None = None
    said = _rows_said(request.POST)
    of_silence = request.POST.get("what") == "silence"
    of_finding = request.POST.get("what") == "finding"
    if request.method == "POST":
        try:
            if of_silence:
                _ask_silence(request)
            elif of_finding:
                _set_finding(request)
            else:
                _set(request, said)
        except NotAllowed:
            return render(request, "staff/not_allowed.html", status=403)
        except (Invalid, Conflict) as error:
            problem = error
        else:
            done = "asked" if of_silence else "yes"
            return redirect(f"{reverse('console:complaints')}?done={done}")
    fields = problem.fields if isinstance(problem, Invalid) else {}
    # Where a colleague was faster the page shows what counts now, else what was typed.
    typed = bool(fields) and not of_silence and not of_finding
    rows = said if typed else _rows_held(home)
    blank = dict.fromkeys((*TEXTS, "place"), "")
    rows += [dict(blank) for _row in range(min(BLANK_ROWS, MOST_ROWS - len(rows)))]
    for number, row in enumerate(rows, start=1):
        row["wrong"] = {name: fields.get(f"{name}_of_{number}", "") for name in (*TEXTS, "place")}
    usual = figures.figure("complaint-repeat-days")
    context = {
        "rows": rows,
        "retired": queries.retired_grades(home),
        "days": request.POST.get("repeat_days", "") if typed else queries.repeat_days(home),
        "usual": usual,
        "silence": request.POST.get("silence_days", "")
        if fields and of_silence
        else queries.silence_days(home),
        "finding": request.POST.get("finding_days", "")
        if fields and of_finding
        else queries.finding_days(home),
        "reason": request.POST.get("reason", "") if problem and of_silence else "",
        "may_ask": staff_access.has_right(request.actor, "policy.edit"),
        "seen": request.POST.get("seen", "") if typed else queries.settings_mark(home),
        "fields": fields,
        "problem": problem,
        "done": "" if problem else request.GET.get("done", ""),
    }
    return render(
        request, "console/complaints.html", context, status=problem.status if problem else 200
    )


def _rows_held(institution_id: int) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "place": place,
            "held": True,
        }
        for place, row in enumerate(queries.grades_of(institution_id), start=1)
    ]

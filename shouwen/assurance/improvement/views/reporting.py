"""The analysis report: its page, its files, what stands behind a figure, its frozen returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from shouwen.assurance.improvement import access, actions, files, forms, queries, wording
from shouwen.assurance.improvement.queries import Report
from shouwen.assurance.improvement.rules.figures import SECTION_WORDS, Definition, Line, by_code
from shouwen.assurance.monitoring.periods import Period
from shouwen.ground.kernel import idempotency, time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.kit.web import download, idempotency_key
from shouwen.ground.kit.words import Words
from shouwen.ground.policy import queries as policy
from shouwen.people.staff import queries as staff
from shouwen.people.staff.web import StaffRequest, staff_required

WIDE_FROM = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of the page: its words, its way to the complaints behind it."""

    name: str
    value: str
    basis: str
    href: str
    fill: int


@dataclass(frozen=True, slots=True)
class Block:
    """One definition with its figures; a split one has a row for each value."""

    id: str
    definition: Definition
    clause_words: str
    cells: list[Cell]

    @property
    def tile(self) -> Cell:
        """The figure of a definition that is told once."""
        return self.cells[0]


def _days(found: Report) -> dict[str, str]:
    return {"from": found.first.isoformat(), "to": found.last.isoformat()}


def _cell(line: Line, found: Report) -> Cell:
    asked = {**_days(found), "figure": line.code, "key": line.key}
    return Cell(
        wording.name(line),
        wording.value(line),
        wording.basis(line),
        f"{reverse('improvement:behind')}?{urlencode(asked)}" if line.count else "",
        round((line.value or 0) * 100) if line.of is not None else 0,
    )


def _sections(found: Report) -> list[tuple[Words, list[Block], list[Block]]]:
    """Give each section with its single figures and its tables."""
    told = []
    for section, lines in files.by_section(found.lines):
        blocks: dict[str, Block] = {}
        for line in lines:
            one = by_code()[line.code]
            known = Block(one.code.replace("_", "-"), one, policy.clause_words(one.clause), [])
            blocks.setdefault(one.code, known).cells.append(_cell(line, found))
        held = list(blocks.values())
        tiles = [block for block in held if not block.definition.is_split]
        tables = [block for block in held if block.definition.is_split]
        told.append((SECTION_WORDS[section], tiles, tables))
    return told


def _period(request: StaffRequest, at: datetime) -> tuple[Period, Invalid | None]:
    try:
        return forms.asked_period(request.GET.dict(), at), None
    except Invalid as error:
        return forms.period_of(None, None, at), error


@require_GET
@staff_required(*access.READS)
def report(request: StaffRequest) -> HttpResponse:
    """Show the figures of a period; a wrong entry is named, and this month shown."""
    at, actor = time.now(), request.actor
    period, problem = _period(request, at)
    return _show(
        request, period, problem=problem, at=at, status=422 if problem else 200, actor=actor
    )


def _show(
    request: StaffRequest,
    period: Period,
    *,
    problem: Invalid | None,
    at: datetime,
    status: int,
    actor: Any,
    title: str = "",
) -> HttpResponse:
    found = queries.report(actor, period, at=at)
    names = (
        ("month", _("This month")),
        ("last-month", _("Last month")),
        ("30d", _("30 days")),
        ("12m", _("12 months")),
    )
    home, days = reverse("improvement:report"), urlencode(_days(found))
    context: dict[str, Any] = {
        "found": found,
        "span": files.span(found),
        "problem": problem,
        "said_title": title,
        "periods": [(words, f"{home}?period={name}", period.name == name) for name, words in names],
        "sections": _sections(found),
        "files": [
            (kind.upper(), f"{reverse(f'improvement:file_{kind}')}?{days}") for kind in files.KINDS
        ],
        "may_freeze": access.may_freeze(actor),
        "may_see_issues": access.may_read_issues(actor),
        "warnings_waiting": queries.waiting_count(actor),
        "notices": queries.unseen_count(actor),
        "returns": queries.returns_of(actor).rows,
    }
    return render(request, "improvement/report.html", context, status=status)


@require_POST
@staff_required(*access.READS, access.FREEZES)
def freeze(request: StaffRequest) -> HttpResponse:
    """Freeze the report of these days under a title, then show the return."""
    at, actor, said = time.now(), request.actor, request.POST.dict()

    def work() -> str:
        period = forms.asked_period(said, at)
        row = actions.freeze_report(actor, period, title=said.get("title", ""), at=at)
        return str(row.public_id)

    body = {name: [said.get(name, "")] for name in ("from", "to", "title")}
    scope = f"page:complaint-return:{actor.ref}"
    try:
        ref = idempotency.do_once(scope, idempotency_key(request), body, work, at=at)
    except Invalid as error:
        try:
            period = forms.asked_period(said, at)
        except Invalid:
            period = forms.period_of(None, None, at)
        return _show(
            request,
            period,
            problem=error,
            at=at,
            status=error.status,
            actor=actor,
            title=said.get("title", ""),
        )
    return redirect("improvement:return", ref)


@require_GET
@staff_required(*access.READS)
def behind(request: StaffRequest) -> HttpResponse:
    """List the complaints behind a figure."""
    at, actor, asked = time.now(), request.actor, request.GET
    period, problem = _period(request, at)
    if problem:
        return redirect("improvement:report")
    code, key = asked.get("figure", ""), asked.get("key", "")
    found = actions.look_behind(actor, period, code, key, after=asked.get("after", ""), at=at)
    days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    on = {**days, "figure": code, "key": key, "after": found.next}
    one = by_code()[code]
    context = {
        "definition": one,
        "name": str(one.name),
        "told_for": wording.name(found.figure) if key else "",
        "span": pgettext("complaint report", "received %(first)s to %(last)s")
        % {"first": period.first, "last": period.last},
        "rows": found.rows,
        "counted": found.counted,
        "within_reach": found.within_reach,
        "older": f"{reverse('improvement:behind')}?{urlencode(on)}" if found.next else "",
        "back": f"{reverse('improvement:report')}?{urlencode(days)}",
    }
    return render(request, "improvement/behind.html", context)


def _who(request: StaffRequest) -> str:
    ref = request.actor.ref
    return staff.names_by_ref({ref}).get(ref, ref)


@require_safe
@staff_required(*access.READS)
def file(request: StaffRequest, kind: str) -> HttpResponse:
    """Give the report of these days as a file."""
    at = time.now()
    period = forms.asked_period(request.GET.dict(), at)
    found = actions.take_report(request.actor, period, at=at)
    title = pgettext("complaint report", "Analysis of complaints")
    data = files.write(found, kind, title=title, who=_who(request), at=at)
    name = f"complaints-{found.first}-{found.last}.{kind}"
    return download(data, name=name, content_type=files.content_type(kind))


@require_GET
@staff_required(*access.READS)
def returned(request: StaffRequest, ref: str) -> HttpResponse:
    """Show a return as it was frozen, and whether it still is."""
    row = queries.return_for(request.actor, ref)
    found = queries.report_of(row)
    context = {
        "row": row,
        "found": found,
        "span": files.span(found),
        "is_unchanged": queries.is_unchanged(row),
        "sections": _sections(found),
        "files": [
            (kind.upper(), reverse(f"improvement:return_file_{kind}", args=[ref]))
            for kind in files.KINDS
        ],
    }
    return render(request, "improvement/return.html", context)


@require_safe
@staff_required(*access.READS)
def return_file(request: StaffRequest, ref: str, kind: str) -> HttpResponse:
    """Give a return as a file: the same figures each time."""
    row = actions.take_return(request.actor, ref, at=time.now())
    data = files.of_return(row, kind)
    name = f"{row.public_id}.{kind}"
    return download(data, name=name, content_type=files.content_type(kind))

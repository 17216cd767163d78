"""The complaint ledger: views as tabs, filters as chips, two lines in a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.kit.web import day
from shouwen.ground.policy.words import event_title
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Unit
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Complexity, Urgency
from shouwen.service.cases.queries.counting import bounded_words
from shouwen.service.cases.views.ledger import KeptView
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.models import CgType, Origin, State
from shouwen.service.complaints.queries import LEDGER, VIEW_WORDS, Filters, View
from shouwen.service.complaints.views import tiles

ROWS = 30
PICKS = ("state", "origin", "cg_type", "urgency", "complexity", "clock", "clock_state")
DAYS = ("since", "until")
PARTS = (
    "view",
    *PICKS,
    "grade",
    "unit",
    *queries.POSTS,
    "number",
    "group",
    *DAYS,
    "sort",
    "columns",
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One saved view with its size."""

    words: str
    href: str
    count: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Pick:
    """One filter: what may be chosen, or the chip of what is and the address without it."""

    name: str
    words: str
    choices: Sequence[tuple[str, Words]]
    value: str
    said: str
    href: str


def _lists() -> dict[str, tuple[str, Sequence[tuple[str, Words]]]]:
    return {
        "state": (pgettext("complaint", "State"), State.choices),
        "origin": (pgettext("complaint", "Origin"), Origin.choices),
        "cg_type": (pgettext("complaint", "Type"), CgType.choices),
        "urgency": (pgettext("complaint", "Urgency"), Urgency.choices),
        "complexity": (pgettext("complaint", "Complexity"), Complexity.choices),
        "clock": (
            pgettext("complaint", "Clock"),
            [(event, event_title(event)) for event in queries.CLOCKS],
        ),
        "clock_state": (
            pgettext("complaint", "Clock stands"),
            [(state.value, words) for state, words in queries.CLOCK_STATE_WORDS.items()],
        ),
    }


def filters_asked(asked: QueryDict) -> Filters:
    """Read the filters from an address; what is not known asks nothing."""
    lists = _lists()
    view, sort = asked.get("view", ""), asked.get("sort", "")
    picked = {name: asked.get(name, "") for name in PICKS}
    return Filters(
        view=view if view in set(View) else View.OPEN.value,
        sort=sort if sort in ("newest", "due") else "",
        grade=asked.get("grade", "")[:20],
        unit=asked.get("unit", "")[:48],
        handler=_code_of(asked.get("handler", "")),
        owner=_code_of(asked.get("owner", "")),
        columns=queries.columns_asked(asked.getlist("columns")),
        number=asked.get("number", "")[:24],
        since=queries.day_asked(asked.get("since", "")),
        until=queries.day_asked(asked.get("until", "")),
        group=asked.get("group", "")[:48],
        after=asked.get("after", "")[:48],
        before=asked.get("before", "")[:48],
        limit=ROWS,
        **{name: value if value in dict(lists[name][1]) else "" for name, value in picked.items()},
    )


def _code_of(said: str) -> str:
    """Read who is meant: the page offers "me" and "nobody" in words."""
    said = said.strip()[:60]
    return next((code for code, words in queries.INSTEAD_WORDS.items() if said == words), said)


def asked_wrong(asked: QueryDict) -> dict[str, Words]:
    """Name the days and clocks that are none, each with what to write; they ask nothing."""
    wrong: dict[str, Words] = {}
    try:
        queries.refuse_unknown(asked.get("clock", ""), asked.get("clock_state", ""))
    except Invalid as error:
        wrong.update(error.fields)
    for name in DAYS:
        try:
            day(asked, name)
        except Invalid as error:
            wrong.update(error.fields)
    return wrong


def address_of(filters: Filters, *, to: str = "complaints:ledger", **changes: str) -> str:
    """Give the ledger's address with these filters changed, from its first page.

    `to` names another page that takes the same filters; `ref` what it is about.
    """
    values = {name: getattr(filters, name) for name in PARTS} | changes
    ref = values.pop("ref", "")
    asked = {name: value for name, value in values.items() if value}
    path = reverse(to, args=[ref]) if ref else reverse(to)
    return f"{path}?{urlencode(asked)}"


def _kept_views(actor: Actor, filters: Filters, saved: str) -> dict[str, Any]:
    """Give the kept views and the one that is open."""
    rows = cases.views_of(actor, LEDGER)
    on = next((row for row in rows if row.saved.public_id == saved), None)
    plain = queries.plain_of(filters)
    kept = [(row, queries.filters_kept(row.saved.filters)) for row in rows]
    return {
        "kept_views": [
            KeptView(row, address_of(held, saved=row.saved.public_id), row is on)
            for row, held in kept
        ],
        "kept_on": on,
        "kept_changed": on is not None
        and plain != queries.plain_of(queries.filters_kept(on.saved.filters)),
        "may_keep": actor.is_person and on is None and set(plain) != {"view"},
        "keep_address": address_of(filters, to="complaints:view_new"),
        "change_address": address_of(filters, to="complaints:view_change", ref=saved) if on else "",
    }


def _totals(actor: Actor, filters: Filters, at: datetime) -> dict[str, Any]:
    """Give the totals, each with the address that keeps to it."""
    found = queries.totals(actor, filters, at=at)
    ways = (
        (pgettext("complaint", "State"), "state", found.by_state),
        (pgettext("complaint", "Type"), "cg_type", found.by_type),
        (pgettext("complaint", "Grade"), "grade", found.by_grade),
    )
    told = [
        (
            words,
            [(one, address_of(filters, **{name: one.code}) if one.code else "") for one in held],
        )
        for words, name, held in ways
    ]
    return {"totals": found, "told_apart": told}


def _posts(
    actor: Actor, filters: Filters, wrong: dict[str, Words]
) -> tuple[Filters, list[dict[str, str]]]:
    """Find who is meant by handler and first owner; somebody unknown asks nothing and is told."""
    posts: list[dict[str, str]] = []
    for name, words in queries.POST_WORDS.items():
        value = getattr(filters, name)
        said = str(queries.INSTEAD_WORDS.get(value, ""))
        if value and not said:
            try:
                person = queries.colleague_asked(actor, name, value)
            except Invalid as error:
                wrong.update(error.fields)
                value = ""
            else:
                said, value = f"{person.name} {person.staff_no}", person.public_id
        filters = replace(filters, **{name: value})
        posts.append({"name": name, "words": str(words), "value": value, "said": said})
    for post in posts:
        post["href"] = address_of(filters, **{post["name"]: ""})
    return filters, posts


def _picks(filters: Filters) -> list[Pick]:
    picks = []
    for name, (words, choices) in _lists().items():
        value = getattr(filters, name)
        said = str(dict(choices).get(value, ""))
        picks.append(Pick(name, words, choices, value, said, address_of(filters, **{name: ""})))
    return picks


def _unit(actor: Actor, filters: Filters) -> dict[str, str]:
    """Give how the ledger keeps to a unit, and the name of the one it keeps to."""
    without = address_of(filters, unit="")
    name = ""
    if filters.unit:
        ours = Unit.objects.filter(institution_id=actor.institution_id or 0)
        unit = ours.filter(public_id=filters.unit).first()
        name = unit.name if unit else filters.unit
    return {"of_unit": f"{without}&unit=", "unit_name": name, "without_unit": without}


@require_GET
@staff_required("complaint.read")
def page(request: StaffRequest) -> HttpResponse:
    """Show a page of the ledger."""
    at, actor = time.now(), request.actor
    wrong = asked_wrong(request.GET)
    filters, posts = _posts(actor, filters_asked(request.GET), wrong)
    saved = request.GET.get("saved", "")[:48]
    found = queries.ledger(actor, filters, at=at, is_whole=False)
    counts = queries.counts(actor, at=at)
    trend = queries.trend(actor, at=at)
    sizes = {view: bounded_words(count) for view, count in counts.items()}
    context: dict[str, Any] = {
        "now": at,
        "filters": filters,
        "page": found,
        "counts": counts,
        "sizes": sizes,
        "trend": tiles.worded(trend, actor, at) if trend else None,
        "tabs": [
            Tab(
                str(words),
                address_of(Filters(view=view.value, columns=filters.columns)),
                sizes.get(view.value, ""),
                view.value == filters.view,
            )
            for view, words in VIEW_WORDS.items()
        ],
        "picks": _picks(filters),
        "posts": posts,
        "columns": queries.columns_shown(filters.columns),
        "columns_offered": queries.COLUMN_WORDS.items(),
        "instead": queries.INSTEAD_WORDS.values(),
        "of_handler": f"{address_of(filters, handler='')}&handler=",
        **_unit(actor, filters),
        "views": {view.name.lower(): address_of(Filters(view=view.value)) for view in View},
        "older": address_of(filters, after=found.next, saved=saved) if found.next else "",
        "newer": address_of(filters, before=found.previous, saved=saved) if found.previous else "",
        "proposed": queries.proposals_waiting(actor),
        "proposed_most": queries.PROPOSALS,
        "summons": [one for one in queries.summons_of(actor) if one.is_new]
        if counts["named"]
        else [],
        "may_work": staff_access.has_right(actor, "complaint.work"),
        "may_file": access.may_file(actor),
        "may_import": staff_access.has_right(actor, "complaint.import"),
        "without_number": address_of(filters, number=""),
        "without_grade": address_of(filters, grade=""),
        "without_days": address_of(filters, since="", until=""),
        "saved": saved,
        **_kept_views(actor, filters, saved),
        **_totals(actor, filters, at),
        "may_export": staff_access.has_right(actor, "case.export"),
        "export_address": address_of(filters, to="complaints:export_new"),
        "without_group": address_of(filters, group=""),
        "wrong": wrong,
    }
    status = Invalid.status if wrong else 200
    part = "#list" if request.headers.get("HX-Request") else ""
    return render(request, f"complaints/ledger.html{part}", context, status=status)

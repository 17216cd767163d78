"""The complaint ledger: views as tabs, filters as chips, two lines in a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Words
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases.models import Complexity, Urgency
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.models import CgType, Origin, State
from shouwen.service.complaints.queries import VIEW_WORDS, Filters, View

ROWS = 30
PICKS = ("state", "origin", "cg_type", "urgency", "complexity")
PARTS = ("view", *PICKS, "number", "sort")


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
    }


def filters_asked(asked: QueryDict) -> Filters:
    """Read the filters from an address; what is not known asks nothing."""
    lists = _lists()
    view, sort = asked.get("view", ""), asked.get("sort", "")
    picked = {name: asked.get(name, "") for name in PICKS}
    return Filters(
        view=view if view in set(View) else View.OPEN.value,
        sort=sort if sort in ("newest", "due") else "",
        number=asked.get("number", "")[:24],
        after=asked.get("after", "")[:48],
        before=asked.get("before", "")[:48],
        limit=ROWS,
        **{name: value if value in dict(lists[name][1]) else "" for name, value in picked.items()},
    )


def _address(filters: Filters, **changes: str) -> str:
    values = {name: getattr(filters, name) for name in PARTS} | changes
    asked = {name: value for name, value in values.items() if value}
    return f"{reverse('complaints:ledger')}?{urlencode(asked)}"


def _picks(filters: Filters) -> list[Pick]:
    picks = []
    for name, (words, choices) in _lists().items():
        value = getattr(filters, name)
        said = str(dict(choices).get(value, ""))
        picks.append(Pick(name, words, choices, value, said, _address(filters, **{name: ""})))
    return picks


@require_GET
@staff_required("complaint.read")
def page(request: StaffRequest) -> HttpResponse:
    """Show a page of the ledger."""
    at, actor = time.now(), request.actor
    filters = filters_asked(request.GET)
    found = queries.ledger(actor, filters, at=at)
    counts = queries.counts(actor, at=at)
    context: dict[str, Any] = {
        "now": at,
        "filters": filters,
        "page": found,
        "counts": counts,
        "tabs": [
            Tab(
                str(words),
                _address(Filters(view=view.value)),
                str(counts[view.value]) if view is not View.ALL else "",
                view.value == filters.view,
            )
            for view, words in VIEW_WORDS.items()
        ],
        "picks": _picks(filters),
        "views": {view.name.lower(): _address(Filters(view=view.value)) for view in View},
        "older": _address(filters, after=found.next) if found.next else "",
        "newer": _address(filters, before=found.previous) if found.previous else "",
        "may_file": staff_access.has_right(actor, access.FILES),
        "without_number": _address(filters, number=""),
    }
    return render(request, "complaints/ledger.html", context)

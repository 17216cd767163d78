"""The ledger: views as tabs, filters as chips, cases as rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff_queries
from shouwen.people.staff.web import StaffRequest, staff_required
from shouwen.service.cases import actions, queries
from shouwen.service.cases.models import State, Urgency
from shouwen.service.cases.queries import (
    CategoryChoice,
    Counts,
    Filters,
    Page,
    View,
    ViewRow,
    searching,
)
from shouwen.service.cases.queries.scope import SORT_WORDS, VIEW_WORDS, Sort

ROWS = 30
SEARCH_MAX_CHARACTERS = 80
PAGE_PARTS = ("view", "state", "category", "urgency", "handler", "q", "sort")


@dataclass(frozen=True, slots=True)
class Tab:
    """One saved view with its size."""

    words: str
    href: str
    count: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class KeptView:
    """One view that somebody kept, as a chip."""

    row: ViewRow
    href: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set, and the address without it."""

    words: str
    value: str
    href: str


def filters_asked(asked: QueryDict) -> Filters:
    """Read the filters from an address or a form; what is not known asks nothing."""
    view = asked.get("view", View.OPEN.value)
    state = asked.get("state", "")
    urgency = asked.get("urgency", "")
    sort = asked.get("sort", "")
    filters = Filters(
        view=view if view in set(View) else View.OPEN.value,
        state=state if state in State.values else "",
        category=asked.get("category", "")[:60],
        urgency=urgency if urgency in Urgency.values else "",
        handler=asked.get("handler", "")[:48],
        q=asked.get("q", "")[:SEARCH_MAX_CHARACTERS],
        after=asked.get("after", "")[:48],
        before=asked.get("before", "")[:48],
        limit=ROWS,
    )
    # The order a view has by itself need not stand in an address.
    is_chosen = sort in set(Sort) and sort != filters.order
    return replace(filters, sort=sort) if is_chosen else filters


def address_of(filters: Filters, *, to: str = "cases:ledger", ref: str = "", **changes: str) -> str:
    """Give the ledger's address with these filters changed, from its first page.

    `to` names another page that takes the same filters, `ref` what it is about.
    """
    values = {name: getattr(filters, name) for name in PAGE_PARTS} | changes
    asked = {name: value for name, value in values.items() if value}
    path = reverse(to, args=[ref]) if ref else reverse(to)
    return f"{path}?{urlencode(asked)}" if asked else path


def _chips(filters: Filters, offered: list[CategoryChoice], saved: str) -> list[Chip]:
    chips: list[Chip] = []

    def without(name: str) -> str:
        return address_of(filters, saved=saved, **{name: ""})

    if filters.state:
        words = str(State(filters.state).label)
        chips.append(Chip(_("State"), words, without("state")))
    if filters.urgency:
        words = str(Urgency(filters.urgency).label)
        chips.append(Chip(_("Urgency"), words, without("urgency")))
    if filters.category:
        words = next((c.words for c in offered if c.code == filters.category), filters.category)
        chips.append(Chip(_("Category"), words, without("category")))
    if filters.handler == "me":
        chips.append(Chip(_("Handler"), _("me"), without("handler")))
    elif filters.handler:
        name = staff_queries.names_by_ref({filters.handler}).get(filters.handler, "—")
        chips.append(Chip(_("Handler"), name, without("handler")))
    if filters.q:
        chips.append(Chip(_("Search"), filters.q, without("q")))
    return chips


def _kept_views(actor: Actor, filters: Filters, saved: str) -> dict[str, Any]:
    """Give the kept views, the one that is open, and what in it no longer fits."""
    rows = queries.views_of(actor)
    on = next((row for row in rows if row.saved.public_id == saved), None)
    plain = queries.plain_of(filters)
    stray = queries.what_no_longer_fits(actor.institution_id or 0, on.saved.filters) if on else []
    return {
        "kept_views": [
            KeptView(row, address_of(row.filters, saved=row.saved.public_id), row is on)
            for row in rows
        ],
        "kept_on": on,
        "kept_stray": stray,
        "kept_changed": on is not None and plain != queries.plain_of(on.filters),
        "may_keep": actor.is_person and on is None and set(plain) != {"view"},
        "keep_address": address_of(filters, to="cases:view_new"),
        "change_address": address_of(filters, to="cases:view_change", ref=saved) if on else "",
    }


def _context(
    actor: Actor, filters: Filters, page: Page, counts: Counts, at: datetime, saved: str = ""
) -> dict[str, Any]:
    categories = queries.categories_with_retired(actor.institution_id or 0)
    return {
        "now": at,
        "filters": filters,
        "page": page,
        "counts": counts,
        "tabs": [
            Tab(
                str(words),
                address_of(Filters(), view=view.value),
                counts.words(view) if view is not View.ALL else "",
                view.value == filters.view and not filters.is_search,
            )
            for view, words in VIEW_WORDS.items()
            if view is not View.REVIEW or staff_access.has_right(actor, "case.review")
        ]
        + [Tab(_("Tasks"), reverse("cases:tasks"), queries.task_count_words(actor), False)],
        "chips": _chips(filters, categories, saved),
        "sorts": [(sort.value, words) for sort, words in SORT_WORDS.items()],
        "saved": saved,
        **_kept_views(actor, filters, saved),
        "states": State.choices,
        "urgencies": Urgency.choices,
        "categories": categories,
        "older": address_of(filters, after=page.next, saved=saved) if page.next else "",
        "newer": address_of(filters, before=page.previous, saved=saved) if page.previous else "",
        **{f"{v}_words": counts.words(v) for v in ("open", "soon", "late", "waiting", "answer")},
        "may_export": staff_access.has_right(actor, "case.export") and not filters.customers,
        "export_address": address_of(filters, to="cases:export_new"),
        "may_work": staff_access.has_right(actor, "case.work"),
    }


@require_GET
@staff_required("case.read")
def ledger(request: StaffRequest) -> HttpResponse:
    """Show a page of the ledger."""
    at, actor = time.now(), request.actor
    filters = filters_asked(request.GET)
    if searching.names_a_customer(filters.q):
        # Such a number must not stay in an address; it is looked up by POST.
        return redirect(address_of(filters, q=""))
    page = actions.look_for(actor, filters, at=at)
    saved = request.GET.get("saved", "")[:48]
    context = _context(actor, filters, page, queries.counts(actor, at=at), at, saved)
    template = (
        "cases/ledger.html#list" if request.headers.get("HX-Request") else "cases/ledger.html"
    )
    return render(request, template, context)


@require_POST
@staff_required("case.read")
def search(request: StaffRequest) -> HttpResponse:
    """Search by words, number, or a customer's whole telephone or identity number."""
    at, actor = time.now(), request.actor
    words = request.POST.get("q", "").strip()[:SEARCH_MAX_CHARACTERS]
    everything = Filters(view=View.ALL.value, limit=ROWS)
    if not searching.names_a_customer(words):
        return redirect(address_of(everything, q=words))
    page = actions.look_for_customer(actor, words, everything, at=at)
    counts = queries.counts(actor, at=at)
    # More pages would need the number again; a caller has few cases.
    context = _context(actor, replace(everything, customers=()), page, counts, at)
    context |= {"by_number": True, "older": "", "newer": ""}
    return render(request, "cases/ledger.html", context)

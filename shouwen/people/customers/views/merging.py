"""Two files side by side, made one, and parted again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Problem
from shouwen.ground.kit import web
from shouwen.people.customers import actions, queries
from shouwen.people.customers.models import Customer, Merge, Risk, Value
from shouwen.people.customers.rules.merging import TAKEN
from shouwen.people.customers.views.showing import address, whole
from shouwen.people.staff.web import StaffRequest, staff_required

OPENED_FOR = "correct"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of two files side by side, and what becomes of it; nothing is opened."""

    words: str
    mine: str
    theirs: str
    differs: bool
    after: str = ""
    name: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    picked: str = ""


def _masked(value: object) -> str:
    return str(value) if value else "—"


def _chosen(said: QueryDict, first: Customer, second: Customer) -> list[Line]:
    offered: dict[str, tuple[str, dict[str, Any]]] = {
        "risk": (_("Risk"), dict(Risk.choices)),
        "value": (_("Value"), dict(Value.choices)),
        "language": (_("Language"), dict(settings.LANGUAGES)),
    }
    lines = []
    for name, (words, labels) in offered.items():
        mine, theirs = getattr(first, name), getattr(second, name)
        choices = tuple((code, str(labels[code])) for code in dict.fromkeys((mine, theirs)))
        picked = said.get(name, mine)
        mine_words, their_words = str(labels[mine]), str(labels[theirs])
        both = choices if len(choices) > 1 else ()
        lines.append(
            Line(
                words,
                mine_words,
                their_words,
                mine != theirs,
                mine_words,
                name=name,
                choices=both,
                picked=picked,
            )
        )
    return lines


def _ways(customer: Customer) -> tuple[str, frozenset[tuple[str, str]]]:
    points = queries.points_of(customer)
    words = ", ".join(f"{point.get_kind_display()} {point.masked_value}" for point in points)
    return words or "—", frozenset((point.kind, point.value_blind) for point in points)


def _lines(actor: Actor, said: QueryDict, first: Customer, second: Customer) -> list[Line]:
    stays = pgettext("merge", "stays as it is")
    (mine, my_ways), (theirs, their_ways) = _ways(first), _ways(second)
    my_wishes, their_wishes = (" · ".join(each.wish_words) or "—" for each in (first, second))
    my_past, their_past = (str(len(queries.history(actor, each))) for each in (first, second))
    same_id = first.id_blind == second.id_blind
    return [
        Line(
            _("Name"),
            str(first.name),
            str(second.name),
            first.name_blind != second.name_blind,
            stays,
        ),
        Line(
            pgettext("customer", "Kind"),
            str(first.get_kind_display()),
            str(second.get_kind_display()),
            first.kind != second.kind,
            stays,
        ),
        Line(
            _("Identity number"),
            _masked(first.id_number),
            _masked(second.id_number),
            not same_id,
            stays,
        ),
        *_chosen(said, first, second),
        Line(_("How to reach them"), mine, theirs, my_ways != their_ways, _("both")),
        Line(_("Please heed"), my_wishes, their_wishes, first.heeded != second.heeded, _("both")),
        Line(pgettext("customer", "What happened"), my_past, their_past, False, _("both")),
    ]


def _pair(stays: str, other: str) -> str:
    return f"{reverse('customers:merge', args=[stays])}?{urlencode({'with': other})}"


@require_http_methods(["GET", "POST"])
@staff_required("customer.read", "customer.edit", "customer.merge")
def choose(request: StaffRequest, ref: str) -> HttpResponse:
    """Ask for the other file's number, then lead to the comparison."""
    actor, said = request.actor, request.POST
    customer = queries.customer_to_change(actor, ref)
    context: dict[str, Any] = {
        "customer": customer,
        "said": said,
        "door": reverse("customers:choose-merge", args=[customer.public_id]),
    }
    template = "customers/dialogs/merge.html"
    if request.method == "GET":
        return web.dialog(request, template, context)
    purpose = f"merge with {customer.public_id}"
    found = queries.find_by_number(actor, said.get("other", ""), time.now(), purpose)
    if not found or found[0] == customer:
        wrong = Invalid(fields={"other": _("No other customer has this number.")})
        return web.dialog(request, template, context, wrong)
    return HttpResponseClientRedirect(_pair(customer.public_id, found[0].public_id))


@require_http_methods(["GET", "POST"])
@staff_required("customer.read", "customer.edit", "customer.merge")
def merge(request: StaffRequest, ref: str) -> HttpResponse:
    """Compare two files, which opens both; then make them one."""
    actor, at, said = request.actor, time.now(), request.POST
    other = said.get("with", request.GET.get("with", ""))
    purpose = f"merge {ref} {other}"
    survivor = queries.customer_for(actor, ref, at, purpose)
    merged = queries.customer_for(actor, other, at, purpose) if other else survivor
    if merged == survivor:
        return redirect(address(survivor, OPENED_FOR))
    must_stay = bool(survivor.id_blind and not merged.id_blind)
    if merged.id_blind and not survivor.id_blind:
        # The file with the identity number is the one that stays.
        return redirect(_pair(merged.public_id, survivor.public_id))
    problem: Problem | None = None
    if request.method == "POST":
        take = {name: said[name] for name in TAKEN if name in said}
        try:
            actions.merge_customers(
                survivor, merged, reason=said.get("reason", ""), take=take, actor=actor, at=at
            )
            return redirect(address(survivor, OPENED_FOR))
        except (Invalid, Conflict) as error:
            problem = error
    context = {
        "survivor": survivor,
        "other": merged,
        "lines": _lines(actor, said, survivor, merged),
        "must_stay": must_stay,
        "said": said,
        "problem": problem,
        "fields": problem.fields if problem else {},
    }
    status = problem.status if problem else 200
    return render(request, "customers/merge.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_required("customer.read", "customer.edit", "customer.merge")
def undo(request: StaffRequest, ref: str) -> HttpResponse:
    """Ask why, then part two files again."""
    found = queries.merge_for(request.actor, ref)
    if request.method == "GET":
        return _undo_dialog(request, found)
    try:
        reason = request.POST.get("reason", "")
        actions.undo_merge(found, reason=reason, actor=request.actor, at=time.now())
    except (Invalid, Conflict) as error:
        return _undo_dialog(request, found, error)
    survivor = queries.customer_to_change(request.actor, found.survivor.public_id)
    context = whole(request.actor, survivor, OPENED_FOR)
    answer = render(request, "customers/customer.html#file", context)
    other = reverse("customers:customer", args=[found.other.public_id])
    words = _("Parted. Each file has back what it had.")
    return web.toast(web.close_dialogs(answer), words, act=found.other.number, href=other)


def _undo_dialog(
    request: StaffRequest, found: Merge, problem: Problem | None = None
) -> HttpResponse:
    context = {
        "merge": found,
        "said": request.POST,
        "problem": problem,
        "door": reverse("customers:undo", args=[found.public_id]),
    }
    return web.dialog(request, "customers/dialogs/undo.html", context, problem)
